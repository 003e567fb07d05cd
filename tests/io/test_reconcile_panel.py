import dataclasses
import re

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Channel, open_fcs, reconcile_panel, write_fcs
from tests.io.make import stained


@pytest.fixture
def opened(tmp_path):
    def write(name, channels, n=4):
        write_fcs(tmp_path / name, np.arange(n * len(channels)).reshape(n, len(channels)), channels)
        return open_fcs(tmp_path / name)

    return write


def test_markers_are_matched_whatever_the_channel_and_spelling(opened):
    first = opened("a.fcs", stained("CD45 FITC", "CD34 PE", "HLA-DR"))
    second = opened("b.fcs", stained("cd34", "HLADR-APC", "CD45 BV421"))
    panel = reconcile_panel([first, second])
    assert panel.names == ("FSC-A", "SSC-A", "CD45", "CD34", "HLA-DR")
    assert panel.markers == ("", "", "CD45", "CD34", "HLA-DR")
    assert panel.channels == ("FSC-A", "SSC-A", "D1-A", "D2-A", "D3-A")
    assert panel.columns(first).tolist() == [0, 1, 2, 3, 4]
    assert panel.columns(second).tolist() == [0, 1, 4, 2, 3]
    assert panel.stained == (2, 3, 4)
    assert "CD45 is on different channels: D1-A, D3-A." in map(str, panel.notes)


def test_a_file_without_a_needed_marker_is_refused_by_name(opened):
    files = [opened("a.fcs", stained("CD45", "CD34")), opened("b.fcs", stained("CD45", "CD34", "CD19"))]
    files.append(opened("c.fcs", stained("CD45")))
    with pytest.raises(InputError, match=r"c\.fcs has no marker CD34, which 2 of 3 files have; it has CD45\."):
        reconcile_panel(files)


def test_a_marker_of_few_files_is_left_out(opened):
    files = [opened(f"{name}.fcs", stained("CD45")) for name in "ab"]
    files.append(opened("c.fcs", stained("CD45", "CD19")))
    panel = reconcile_panel(files)
    assert panel.names == ("FSC-A", "SSC-A", "CD45")
    assert panel.notes == (Finding("channel left out", name="CD19", having=1, files=3),)
    assert str(panel.notes[0]) == "CD19 was left out: 1 of 3 files have it."
    with pytest.raises(InputError, match=r"a\.fcs has no marker CD19, which 1 of 3 files have"):
        reconcile_panel(files, markers=["CD19"])


def test_what_few_files_have_is_one_note(opened):
    files = [opened(f"{i}.fcs", stained("CD45", "CD34", *(["CD19", "CD3"] if i == 0 else []))) for i in range(3)]
    (note,) = reconcile_panel(files).notes
    assert note.code == "channels left out"
    assert str(note) == "2 channels were left out, as not all files have them: CD19, CD3."


def test_files_that_share_no_stain_are_refused_by_panel(opened):
    panels = (("CD45", "CD34"), ("CD3",), ("CD45", "CD34"), ("CD4", "CD8", "CD19", "CD56", "CD16"))
    files = [opened(f"{i}.fcs", stained(*markers)) for i, markers in enumerate(panels)]
    told = "0.fcs: CD45, CD34; 1.fcs: CD3; 3.fcs: CD4, CD8, CD19, CD56 and 1 more"
    expected = (
        f"the 4 files share no stained channel: they are of 3 panels ({told}). Run the files of one panel at a time."
    )
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        reconcile_panel(files)
    with pytest.raises(InputError, match="share no stained channel"):
        reconcile_panel(files[:2])
    assert reconcile_panel([files[0], files[2]]).markers[2:] == ("CD45", "CD34")


def test_given_markers_are_the_only_ones_needed(opened):
    files = [opened("a.fcs", stained("CD45", "CD34")), opened("b.fcs", stained("CD45"))]
    assert reconcile_panel(files, markers=["cd45"]).names == ("FSC-A", "SSC-A", "CD45")
    with pytest.raises(InputError, match=r"No file has the marker 'CD46'\. Did you mean 'CD45'"):
        reconcile_panel(files, markers=["CD46"])


def test_a_channel_without_label_is_taken_by_its_name(opened):
    labelled = opened("a.fcs", stained("CD45", "CD34"))
    bare = opened("b.fcs", [dataclasses.replace(channel, marker="", label="") for channel in stained("CD45", "CD34")])
    panel = reconcile_panel([labelled, bare])
    assert panel.markers == ("", "", "CD45", "CD34")
    assert panel.columns(bare).tolist() == [0, 1, 2, 3]
    assert Finding("marker by channel", marker="CD45", channel="D1-A", files=["b.fcs"]) in panel.notes
    backwards = reconcile_panel([bare, labelled])
    assert not {"channel left out", "channels left out"} & {note.code for note in backwards.notes}
    assert sorted(backwards.markers) == ["", "", "CD34", "CD45"]
    assert len(set(backwards.columns(bare).tolist())) == len(backwards.names)


def test_markers_can_be_named(opened):
    bare = opened("a.fcs", [Channel("FL1-A"), Channel("FL2-A")])
    panel = reconcile_panel([bare], names={"FL1-A": "CD45"})
    assert panel.names == ("CD45", "FL2-A")
    assert panel.stained == (0,)
    with pytest.raises(InputError, match=r"panel\.names: no file has the channel 'FL3-A'. Did you mean 'FL[12]-A'"):
        reconcile_panel([bare], names={"FL3-A": "CD45"})


def test_unstained_channels_are_kept_if_all_files_have_them(opened):
    first = opened("a.fcs", [*stained("CD45"), Channel("X-A"), Channel("Y-A")])
    second = opened("b.fcs", [Channel("y-a"), *stained("CD45")])
    panel = reconcile_panel([first, second])
    assert panel.names == ("FSC-A", "SSC-A", "CD45", "Y-A")
    assert panel.columns(second).tolist() == [1, 2, 3, 0]
    assert panel.stained == (2,)


def test_without_markers_every_detector_is_stained_once(opened):
    channels = [Channel(name) for name in ("FSC-A", "FL1-H", "FL1-A", "FL1-W", "FL2-H", "Time")]
    panel = reconcile_panel([opened("a.fcs", channels)])
    assert [panel.names[i] for i in panel.stained] == ["FL1-A", "FL2-H"]


def test_one_marker_on_area_height_and_width_is_one(opened):
    channels = [Channel(f"FL1-{pulse}", label="CD3 FITC") for pulse in "HAW"]
    panel = reconcile_panel([opened("a.fcs", channels)])
    assert panel.names == ("FL1-H", "CD3", "FL1-W")


def test_one_marker_on_two_detectors_stays_two(opened):
    channels = [Channel("FL1-A", label="CD4 FITC"), Channel("FL2-A", label="CD4 PE")]
    panel = reconcile_panel([opened("a.fcs", channels), opened("b.fcs", channels)])
    assert panel.names == ("CD4", "CD4 FL2-A")
    (note,) = [note for note in panel.notes if note.code == "marker on several channels"]
    assert note.data["channels"] == {"CD4": ["FL1-A", "FL2-A"]}
    assert str(note) == "A marker is on several channels: CD4 on FL1-A and FL2-A."


def test_files_without_events_and_no_files_are_refused(opened):
    with pytest.raises(InputError, match=r"a\.fcs holds no events"):
        reconcile_panel([opened("a.fcs", stained("CD45"), n=0)])
    with pytest.raises(InputError, match="no files"):
        reconcile_panel([])


def test_a_file_outside_the_cohort_that_lacks_a_column(opened):
    panel = reconcile_panel([opened("a.fcs", stained("CD45"))])
    with pytest.raises(InputError, match=r"b\.fcs: no channel for CD45; the file has FSC-A, SSC-A, CD34"):
        panel.columns(opened("b.fcs", [*stained("CD34")[:2], Channel("Z-A", label="CD34")]))


def test_a_marker_named_like_a_column_of_the_tables_has_its_channel_beside_it(opened):
    panel = reconcile_panel([opened("a.fcs", stained("fraction", "CD34"))])
    assert panel.names == ("FSC-A", "SSC-A", "fraction D1-A", "CD34")
    assert panel.markers == ("", "", "fraction", "CD34")


def test_a_channel_that_is_blank_in_a_file_lends_no_marker(opened):
    def panel(label):
        return [*stained("CD45", "CD34"), Channel("BV605-A", label=label)]

    files = [opened("a.fcs", panel("CD19")), opened("b.fcs", panel("CD19")), opened("c.fcs", panel("Blank"))]
    with pytest.raises(InputError, match=r"c\.fcs has no marker CD19, .* and calls BV605-A 'Blank'"):
        reconcile_panel(files)
    unlabelled = reconcile_panel([*files[:2], opened("d.fcs", panel(""))])
    assert unlabelled.markers[-1] == "CD19"
    assert [note.code for note in unlabelled.notes] == ["marker by channel"]


def test_what_is_no_stain_of_cells_is_needed_of_no_file_and_said(opened):
    first = opened("a.fcs", [*stained("CD45", "CD34"), Channel("Ce140Di", label="140Ce_EQ4")])
    second = opened("b.fcs", stained("CD45", "CD34"))
    assert reconcile_panel([first, second]).roles == ("scatter", "scatter", "marker", "marker")
    alone = reconcile_panel([first])
    assert alone.roles[-1] == "bead"
    assert alone.reasons[-1] == "label"
    assert alone.stained == (2, 3)
    (note,) = alone.notes
    assert note.data == {"roles": {"bead": ["Ce140Di"]}}


def test_a_role_that_one_file_tells_holds_for_all(opened):
    first = opened("a.fcs", [*stained("CD45"), Channel("D2-A")])
    second = opened("b.fcs", [*stained("CD45"), Channel("D2-A", label="Blank")])
    panel = reconcile_panel([first, second])
    assert panel.roles[-1] == "blank"
    (note, _) = panel.notes
    assert note.data == {"name": "D2-A", "roles": ["signal", "blank"], "taken": "blank"}


def test_a_given_name_changes_type_and_role(opened):
    file = opened("a.fcs", [*stained("CD45"), Channel("SORT"), Channel("P9"), Channel("DNA-A", label="DNA")])
    panel = reconcile_panel([file], names={"SORT": "CD34", "P9": "Time", "DNA-A": "CD3"})
    assert panel.roles[-3:] == ("marker", "clock", "marker")
    assert panel.signal_types[-3:] == ("fluorescence", "time", "fluorescence")
    assert panel.stained == (2, 3, 5)


@pytest.mark.parametrize(("counts", "signal_type"), [(2, "mass"), (1, "fluorescence")])
def test_mass_is_what_half_of_the_files_show(tmp_path, counts, signal_type):
    rng = np.random.default_rng(0)
    ions = rng.poisson(np.where(rng.random((600, 3)) < 0.3, 90.0, 1.0))
    channels = [Channel(name) for name in ("CD3", "CD4", "CD8")]
    for i in range(3):
        events = ions if i < counts else 1000 * ions[:100] - 500  # as of another instrument
        write_fcs(tmp_path / f"{i}.fcs", events, channels)
    panel = reconcile_panel([open_fcs(tmp_path / f"{i}.fcs") for i in range(3)])
    assert set(panel.signal_types) == {signal_type}


def test_two_clocks_are_no_marker_on_several_channels(opened):
    file = opened("a.fcs", [*stained("CD45"), Channel("Time"), Channel("TIME")])
    panel = reconcile_panel([file])
    assert "TIME" in panel.names
    assert not [note for note in panel.notes if note.code == "marker on several channels"]
