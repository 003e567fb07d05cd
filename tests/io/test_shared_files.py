"""Real files of some 20 instruments, against the arrays of FlowIO and FlowKit and what their keywords say."""

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import open_fcs, read_fcs

BROKEN = {"fcsparser__corrupted.fcs", "fcsparser__sample_header.fcs"}
EVENTS = {
    "fcsparser__Cytek_xP5.fcs": (23126, 8),
    "fcsparser__cyflow_cube_8.fcs": (725, 10),
    "fcsparser__facs_diva_test.fcs": (83411, 12),
    "fcsparser__fake_large_fcs.fcs": (11585, 11),
    "fcsparser__fcs1_cleaned.lmd": (50000, 7),
    "flowio__100715.fcs": (65016, 16),
    "flowio__coulter.lmd": (18110, 8),
    "flowio__data_start_offset_discrepancy_example.fcs": (2, 26),
}
GOLDEN = {
    "flowio__data1.fcs": "data1_preprocessed.npy",
    "flowio__B01_KC-A-W---91-US.fcs": "B01 KC-A-W---91-US_preprocessed_events.npy",
    "flowkit__test_comp_example.fcs": "test_comp_example.npy",
}


def test_every_valid_file_is_read(shared_data):
    for path in sorted((shared_data / "fcs").iterdir()):
        if path.name in BROKEN:
            with pytest.raises(InputError) as caught:
                open_fcs(path)
            assert path.name in str(caught.value)
            assert "\n" not in str(caught.value)
            continue
        file = open_fcs(path)
        events = file.read()
        assert events.shape == (file.n_events, len(file.channels)) == (int(file.text["$TOT"]), int(file.text["$PAR"]))
        assert events.shape == EVENTS.get(path.name, events.shape)
        assert np.isfinite(events).all()


def test_more_files_are_read(shared_data):
    """All but one that is cut short, and that is called so; a $PnR that is no range is no reason."""
    for path in sorted((shared_data / "fcs_more").iterdir()):
        if path.name == "morgan__AriaFile1.fcs":
            with pytest.raises(InputError, match="cut short"):
                open_fcs(path)
            continue
        file = open_fcs(path)
        assert file.read().shape == (int(file.text["$TOT"]), int(file.text["$PAR"]))


def test_keywords_of_another_program_are_no_supplement(shared_data):
    file = open_fcs(shared_data / "fcs" / "fcsparser__cyflow_cube_8.fcs")  # its supplemental TEXT is a ZIP archive
    assert all(key.isprintable() for key in file.text)
    assert "supplement no text" in [note.code for note in file.notes]


def test_packed_flags_of_system_ii_are_masked_and_said(shared_data):
    file = open_fcs(shared_data / "fcs" / "fcsparser__fcs1_cleaned.lmd")  # bits 10 to 15 number the parameter
    assert "bits above the range" in [note.code for note in file.notes]


@pytest.mark.parametrize("name", GOLDEN)
def test_values_equal_flowio(shared_data, name):
    file = open_fcs(shared_data / "fcs" / name)
    golden = shared_data / "golden" / GOLDEN[name]
    raw = golden.read_bytes()[:6] != b"\x93NUMPY"  # one of them is a bare array of doubles
    expected = np.fromfile(golden).reshape(file.n_events, -1) if raw else np.load(golden)
    limits = np.array([channel.limit for channel in file.channels])
    assert (
        np.abs(file.read() - expected) <= 1e-5 * np.minimum(limits, [channel.range for channel in file.channels])
    ).all()


def test_offset_discrepancies_give_the_same_events(shared_data):
    right = open_fcs(shared_data / "fcs" / "flowio__variable_int_example.fcs").read()
    for which in ("start", "stop"):
        file = open_fcs(shared_data / "fcs" / f"flowio__data_{which}_offset_discrepancy_example.fcs")
        assert (file.read() == right).all()
        assert "TEXT (6081 to 6188) was followed" in " ".join(map(str, file.notes))


def test_fake_large_file_equals_its_original(shared_data):
    fake, right = ("fcsparser__fake_large_fcs.fcs", "fcsparser__FCS_3.0_Fortessa_PBS_Specimen_001_A1_A01.fcs")
    assert (open_fcs(shared_data / "fcs" / fake).read() == open_fcs(shared_data / "fcs" / right).read()).all()


def test_second_data_set(shared_data):
    file = open_fcs(shared_data / "fcs" / "flowio__coulter.lmd", dataset=1)
    assert file.version == "FCS3.0"
    assert file.read().shape == (18110, 8)


def test_markers_and_matrix(shared_data):
    adata = read_fcs(shared_data / "fcs" / "fcsparser__facs_diva_test.fcs")
    marked = ["CD20", "CD10", "CD45", "CD34", "Syto 41", "CD19", "CD38"]
    assert [marker for marker in adata.var["marker"] if marker] == marked
    assert adata.uns["meta"]["spill"].shape == (8, 8)
