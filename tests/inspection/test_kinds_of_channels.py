"""What inspection says of files of many kinds: what a channel is, why, and advice that does no harm."""

import numpy as np
import pytest

from cytoclust import inspection, io
from cytoclust.params import load_config
from tests.io.make import floats, header, text_segment

SCATTER = ("FSC-A", "FSC-H", "SSC-A")
RNG = np.random.default_rng(3)


def cells(n, p, level=8000.0):
    """Scatter, and p signals of which each event has one."""
    scatter = RNG.normal(60_000, 4_000, (n, 3)) * [1, 0.8, 0.4]
    signal = RNG.normal(0, 90, (n, p))
    signal[np.arange(n), RNG.integers(p, size=n)] += RNG.lognormal(np.log(level), 0.4, n)
    return np.column_stack([scatter, signal])


@pytest.fixture
def inspected(tmp_path):
    def inspected(events, names, labels=(), *, settings=(), limit=262_144, **keywords):
        labels = [*labels, *[""] * (len(names) - len(labels))]
        channels = [{"N": name, "S": label, "R": limit} for name, label in zip(names, labels, strict=True)]
        for channel in channels:
            if not channel["S"]:
                del channel["S"]
        data, words = floats(events, *channels)
        text = words | {f"${key}": value for key, value in keywords.items()}
        (tmp_path / "x.fcs").write_bytes(wide(data, text))
        return inspection.inspect(tmp_path / "x.fcs", config=load_config(settings=list(settings)))

    return inspected


def wide(data, text):
    """As ``make.fcs``, with room for the TEXT of a large panel."""
    begin = 16_384
    words = {"$MODE": "L", "$NEXTDATA": "0", **text, "$BEGINDATA": begin, "$ENDDATA": begin + len(data) - 1}
    segment = text_segment(words)
    return (header("FCS3.1", (58, 57 + len(segment)), (begin, begin + len(data) - 1)) + segment).ljust(begin) + data


def uses(found):
    return {channel["channel"]: channel["role"] for channel in found["channels"]}


def codes(found):
    return [step["code"] for step in found["advice"]]


def test_bio_rad_clocks_and_sort_are_not_clustered_on(inspected):
    ticks = np.sort(RNG.uniform(0, 6e7, 1500)).round()
    events = np.column_stack([ticks % 65536, ticks // 65536, cells(1500, 4), RNG.integers(0, 2, 1500)])
    names = [
        "TIME_LSW",
        "TIME_MSW",
        "FSC-AREA",
        "FSC-HEIGHT",
        "SSC-AREA",
        *(f"FL{i}-AREA" for i in range(1, 5)),
        "SORT",
    ]
    found = inspected(events, names, CYT="S3e")
    clustered = [name for name, use in uses(found).items() if use == "clustering"]
    assert clustered == ["FL1-AREA", "FL2-AREA", "FL3-AREA", "FL4-AREA"]


@pytest.mark.parametrize("names", [["TIME", "SORT"], ["TIME_LSW", "TIME_MSW", "SORT", "Event #"], ["AF-A", "Time"]])
def test_nothing_left_to_cluster_on_is_said_with_what_to_do(inspected, names):
    found = inspected(cells(300, len(names)), [*SCATTER, *names])
    (note,) = [each for each in found["notes"] if each["code"] == "no marker to cluster on"]
    assert "name its marker in panel.names" in note["sentence"]
    assert found["next"] == ""


@pytest.mark.parametrize("label", ["AF", "", "AF-A", "Autofluorescence"])
def test_autofluorescence_is_not_clustered_on(inspected, label):
    labels = ["", "", "", "CD3", "CD4", label]
    found = inspected(cells(300, 3), [*SCATTER, "BV421-A", "PE-A", "AF-A"], labels, CYT="Aurora")
    assert uses(found)["AF-A"] == "not used"
    assert uses(found)["PE-A"] == "clustering"


def test_raw_detectors_are_sent_to_unmixing(inspected):
    raw = [f"{laser}{i}-A" for laser in ("V", "B") for i in range(1, 15)]
    found = inspected(cells(300, 28), [*SCATTER, *raw], CYT="Aurora")
    assert codes(found)[0] == "raw detectors"
    assert "unmix" in found["advice"][0]["do"]
    assert not {"no marker named", "no spillover matrix", "no marker to cluster on"} & set(codes(found))
    assert found["next"] == ""
    chosen = inspected(cells(300, 28), [*SCATTER, *raw], CYT="Aurora", settings=["cluster.markers=[V1-A, B2-A]"])
    assert [name for name, use in uses(chosen).items() if use == "clustering"] == ["V1-A", "B2-A"]


@pytest.mark.parametrize("label", ["Blank", "NA", "EMPTY", "-", "unused", "None"])
def test_a_channel_without_a_stain_is_left_out_and_said(inspected, label):
    found = inspected(cells(300, 3), [*SCATTER, "BV421-A", "PE-A", "BV605-A"], ["", "", "", "CD3", "CD4", label])
    assert uses(found)["BV605-A"] == "not used"
    (note,) = [each for each in found["notes"] if each["code"] == "stains without cells"]
    assert note["data"] == {"roles": {"blank": ["BV605-A"]}}


def test_the_user_says_otherwise(inspected):
    names = [*SCATTER, "BV421-A", "PE-A", "BV605-A", "P9"]
    labels = ["", "", "", "CD3", "CD4", "Blank"]
    found = inspected(
        cells(300, 4), names, labels, settings=["panel.names={BV605-A: CD19, SSC-A: CD20, BV421-A: blank, P9: Time}"]
    )
    assert uses(found) | {"FSC-A": "", "FSC-H": ""} == {
        "FSC-A": "", "FSC-H": "", "SSC-A": "clustering", "BV421-A": "not used", "PE-A": "clustering",
        "BV605-A": "clustering", "P9": "quality",
    }  # fmt: skip
    told = {channel["channel"]: (channel["kind"], channel["told_by"]) for channel in found["channels"]}
    assert told["BV605-A"] == ("marker", "panel.names")
    assert told["P9"] == ("clock", "panel.names")
    assert told["PE-A"] == ("marker", "label")


def test_a_detector_called_7_aad_is_a_proposal(inspected):
    names, labels = [*SCATTER, "FITC-A", "7-AAD-A"], ["", "", "", "CD3"]
    found = inspected(cells(300, 2), names, labels)
    assert uses(found)["7-AAD-A"] == "not used"
    (step,) = [each for each in found["advice"] if each["code"] == "dye by its detector alone"]
    assert "--set 'panel.viability=7-AAD-A'" in step["do"]
    assert "{7-AAD-A: MARKER}" in step["do"]
    assert uses(inspected(cells(300, 2), names, [*labels, "7-AAD"]))["7-AAD-A"] == "viability"
    assert uses(inspected(cells(300, 2), names, [*labels, "CD69"]))["7-AAD-A"] == "clustering"
    named = inspected(cells(300, 2), names, labels, settings=["panel.viability=7-AAD-A"])
    assert uses(named)["7-AAD-A"] == "viability"
    assert "dye by its detector alone" not in codes(named)


@pytest.mark.parametrize("names", [["FITC-A", "PE-A", "APC-A"], ["FL1.A", "FL2.A", "FL3.A"]])
def test_advice_names_no_marker_that_is_not_so(inspected, names):
    found = inspected(cells(300, 3), [*SCATTER, *names])
    (step,) = [each for each in found["advice"] if each["code"] == "no marker named"]
    assert f"{{{names[0]}: MARKER, {names[1]}: MARKER}}" in step["do"]
    assert not any("CD4" in each["do"] for each in found["advice"])


def test_one_pulse_a_detector_whatever_parts_the_name(inspected):
    found = inspected(cells(300, 4), ["FSC.A", "FSC.H", "SSC.A", "FL1.A", "FL1.H", "FL2_H", "FL2_A"])
    assert [name for name, use in uses(found).items() if use == "clustering"] == ["FL1.A", "FL2_A"]


ISOTOPES = ["Nd142Di", "Nd143Di", "Nd144Di", "Nd145Di", "Nd146Di", "Sm147Di"]
MARKERS = ["CD3", "CD4", "CD8", "CD19", "CD56", "CD14"]


def ions(n=1200):
    """Time, event length, six markers, two of DNA, two of beads, four Gaussian parameters."""
    kind = RNG.integers(4, size=n)
    means = np.array([[80, 80, 0, 0, 0, 0], [80, 0, 80, 0, 0, 0], [0, 0, 0, 80, 0, 0], [0, 0, 0, 0, 80, 80]])[kind]
    dna = RNG.lognormal(np.log(400), 0.15, n)
    parts = [np.sort(RNG.uniform(0, 6e5, n)), RNG.normal(25, 3, n).round(), RNG.poisson(means + 0.5), dna, 1.6 * dna]
    return np.column_stack([*parts, RNG.poisson(0.1, (n, 2)), RNG.normal(500, 60, (n, 4))])


GAUSSIAN = ["Center", "Offset", "Width", "Residual"]
PANELS = {
    "as the instrument writes it": (
        ["Time", "Event_length", *ISOTOPES, "Ir191Di", "Ir193Di", "Ce140Di", "Eu151Di", *GAUSSIAN],
        ["", "", *(f"{name[2:5]}{name[:2]}_{marker}" for name, marker in zip(ISOTOPES, MARKERS, strict=True)),
         "191Ir_DNA1", "193Ir_DNA2", "140Ce_EQ4", "151Eu_EQ4"],
    ),
    "called after markers": (
        ["Time", "Event_length", *MARKERS, "DNA1", "DNA2", "Ce140Di", "Eu151_Bead", *GAUSSIAN], [],
    ),
    "half renamed": (
        ["Time", "Event_length", *ISOTOPES[:3], *MARKERS[3:], "Ir191Di", "Ir193Di", "Ce140Di", "Bead", *GAUSSIAN],
        ["", "", *MARKERS[:3]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("cytometer", ["Helios", ""])
@pytest.mark.parametrize("panel", PANELS)
def test_mass_cytometry_is_clustered_on_markers_alone(inspected, panel, cytometer):
    found = inspected(ions(), *PANELS[panel], CYT=cytometer or "unknown")
    clustered = [channel for channel in found["channels"] if channel["role"] == "clustering"]
    assert [channel["marker"] for channel in clustered] == MARKERS
    assert {channel["signal_type"] for channel in clustered} == {"mass"}
    assert not {"no scatter", "doublets cannot be told"} & set(codes(found))
    assert "--rules pbmc" in found["next"]


def test_transformed_ion_counts_are_told(inspected):
    names, labels = PANELS["as the instrument writes it"]
    events = ions()
    events[:, 2:12] = np.arcsinh(events[:, 2:12] / 5)
    found = inspected(events, names, labels, CYT="Helios")
    assert "transformed already" in codes(found)
    assert "transform.method=none" in found["next"]
    assert "transformed already" not in codes(inspected(ions(), names, labels, CYT="Helios"))


def test_names_with_a_synonym_are_named_by_rules(inspected):
    labels = ["142Nd_CD197_CCR7", "143Nd_CD127_IL-7Ra", "144Nd_CD3", "145Nd_CD4", "146Nd_CD8a", "147Sm_CD45RA"]
    found = inspected(ions()[:, 2:8], ISOTOPES, labels, CYT="Helios")
    assert found["rules"][0]["name"] == "t_cells"
    assert {"T cell CD4+ naive", "T cell CD8+ naive"} <= set(found["rules"][0]["possible"])


def test_the_same_is_told_of_a_file_whatever_its_size_in_the_run_and_in_steps(tmp_path):
    """Plain names: only values tell that these are ions, and the panel of a cohort, of AnnData and of a file agree."""
    events = ions(3000)[:, 2:8]
    channels = [io.Channel(marker) for marker in MARKERS]
    io.write_fcs(tmp_path / "a.fcs", events, channels)
    io.write_fcs(tmp_path / "b.fcs", events[:700], channels)
    for path in ("a.fcs", "b.fcs"):
        file = io.open_fcs(tmp_path / path)
        assert {channel.signal_type for channel in file.channels} == {"mass"}
        assert "taken as mass cytometry" in [note.code for note in file.notes]
        assert list(io.read_fcs(tmp_path / path).var["role"]) == ["marker"] * 6
