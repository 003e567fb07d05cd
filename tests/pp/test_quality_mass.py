"""Quality control of mass cytometry against known truth, in the ways in which files write it."""

from pathlib import Path

import numpy as np
import pytest

from cytoclust import keys, params
from cytoclust.io import Channel, open_events, reconcile_panel, write_fcs
from cytoclust.pp import apply_quality, fit_quality
from tests.pp.ions import BEADS, COLUMNS, ISOTOPES, MARKERS, SHARES, Ions, ions, judge

NONE = dict.fromkeys(SHARES, 0.0)


def _share(sample: Ions, category: np.ndarray, kind: str, wanted: str) -> float:
    return float(np.mean(category[sample.truth == kind] == wanted))


@pytest.mark.parametrize("counts", ["whole", "zeros", "below", "normal"])
@pytest.mark.parametrize("dna", [60.0, 400.0, 2000.0])
def test_each_is_set_aside_for_what_it_is(counts: str, dna: float) -> None:
    sample = ions(counts=counts, dna=dna, seed=int(dna))
    category, model = judge(sample)
    assert _share(sample, category, "cell", "ok") > 0.99
    assert _share(sample, category, "bead", "debris") > 0.99
    assert _share(sample, category, "bead on a cell", "doublet") > 0.99
    assert _share(sample, category, "debris", "debris") > 0.98
    assert _share(sample, category, "dead", "dead") > 0.98
    assert _share(sample, category, "doublet", "doublet") > 0.9
    assert _share(sample, category, "dividing", "ok") > 0.75
    assert "beads" in {note.code for note in model.notes}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_clean_sample_loses_nothing(seed: int) -> None:
    category, model = judge(ions(shares=NONE, seed=seed))
    assert np.mean(category == "ok") > 0.998
    assert "no dead cells" in {note.code for note in model.notes}


def test_cells_that_divide_are_no_doublets() -> None:
    sample = ions(shares=NONE | {"dividing": 0.2})
    category, _ = judge(sample)
    assert _share(sample, category, "dividing", "ok") > 0.97


def test_more_debris_than_cells() -> None:
    sample = ions(shares=NONE | {"debris": 0.7})
    category, _ = judge(sample)
    assert _share(sample, category, "debris", "debris") > 0.98
    assert _share(sample, category, "cell", "ok") > 0.98


def test_event_length_alone_tells_doublets() -> None:
    sample = ions(seed=5)
    category, _ = judge(sample, "gaussian")
    assert _share(sample, category, "doublet", "doublet") > 0.85
    assert _share(sample, category, "dividing", "ok") > 0.7


def test_dna_alone_says_that_it_is_alone() -> None:
    sample = ions(seed=6)
    category, model = judge(sample, "gaussian", "event length")
    assert _share(sample, category, "doublet", "doublet") > 0.9
    assert "doublets by DNA alone" in {note.code for note in model.notes}
    _, model = judge(ions(seed=6, dna_sd=0.5), "gaussian", "event length")
    assert "doublet not made" in {note.code for note in model.notes}


def test_without_dna_nothing_is_guessed() -> None:
    sample = ions(seed=7)
    category, model = judge(sample, "dna")
    assert {"debris not made", "doublet not made"} <= {note.code for note in model.notes}
    assert set(category[np.isin(sample.truth, ["cell", "dividing", "doublet", "debris"])]) == {"ok"}
    assert _share(sample, category, "bead", "debris") > 0.99


@pytest.mark.parametrize("counts", ["whole", "zeros", "below"])
def test_no_ion_and_the_first_few_are_one_mode(counts: str) -> None:
    """Half of live cells may hold none of the dye: they are no other kind than those with an ion or two."""
    for seed in range(4):
        category, _ = judge(ions(shares=NONE, live_dye=0.7 + 2 * seed, counts=counts, seed=seed))
        assert np.mean(category == "dead") == 0


def test_values_that_are_transformed_already() -> None:
    sample = ions(seed=8)
    counted = [i for i, name in enumerate(COLUMNS) if name.endswith("Di")]
    sample.events[:, counted] = np.arcsinh(sample.events[:, counted] / 5)
    category, _ = judge(sample)
    for kind, wanted in (("debris", "debris"), ("bead", "debris"), ("dead", "dead"), ("doublet", "doublet")):
        assert _share(sample, category, kind, wanted) > 0.9, kind
    assert _share(sample, category, "cell", "ok") > 0.98


HELIOS = ["Time", "Event_length", *ISOTOPES, *BEADS, "Pt195Di", "Ir191Di", "Ir193Di", "Offset", "Width", "Residual"]
LABELS = ["", "", *(f"{iso[2:5]}{iso[:2]}_{marker}" for iso, marker in zip(ISOTOPES, MARKERS, strict=True)), *[""] * 5,
          "195Pt_Cisplatin", "191Ir_DNA1", "193Ir_DNA2", "", "", ""]  # fmt: skip
OLD = ["Time", "Cell_length", *(f"{marker}({iso[:-2]})Dd" for iso, marker in zip(ISOTOPES, MARKERS, strict=True)),
       *(f"({iso[:-2]})Dd" for iso in BEADS), "Cisplatin(Pt195)Dd", "DNA-1(Ir191)Dd", "DNA-2(Ir193)Dd"]  # fmt: skip
R = ["Time", "Cell_length", *(f"{marker}_{iso[:-2]}" for iso, marker in zip(ISOTOPES, MARKERS, strict=True)),
     *(f"bead_{iso[:-2]}" for iso in BEADS), "Viability_Pt195", "DNA1_Ir191", "DNA2_Ir193"]  # fmt: skip
PLAIN = ["Time", "Event_length", *MARKERS, *(f"EQ Beads {i}" for i in range(1, 6)), "Cisplatin", "DNA1", "DNA2"]


@pytest.mark.parametrize(
    ("names", "labels"), [(HELIOS, LABELS), (OLD, []), (R, []), (PLAIN, [])], ids=["helios", "old", "r", "plain"]
)
def test_however_channels_are_called(tmp_path: Path, names: list[str], labels: list[str]) -> None:
    sample = ions(seed=9)
    channels = [Channel(name, label=label) for name, label in zip(names, labels or [""] * len(names), strict=True)]
    write_fcs(tmp_path / "a.fcs", sample.events[:, : len(names)], channels)
    file = open_events(tmp_path / "a.fcs")
    panel = reconcile_panel([file])
    events, rows = file.read()[:, panel.columns(file)], np.arange(file.n_events)
    model = fit_quality(events, rows, panel=panel, n_events=len(events), quality=params.Quality())
    category = np.array(keys.QC, dtype=object)[apply_quality(model, events, rows)]
    kinds = {"debris": "debris", "bead": "debris", "bead on a cell": "doublet", "dead": "dead", "doublet": "doublet"}
    for kind, wanted in kinds.items():
        assert _share(sample, category, kind, wanted) > 0.85, kind
    assert _share(sample, category, "cell", "ok") > 0.99
    assert [panel.names[i] for i in panel.stained] == list(MARKERS)
