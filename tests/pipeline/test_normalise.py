"""Process controls in a run: they are no patients, tell drift, and give the gains that are asked for."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.datasets import SampleDesign
from cytoclust.errors import InputError
from cytoclust.tables import check
from tests.pipeline.made import QUICK, labels, steps_to, undrawn

PLANTED = {"CD45": 1.6, "CD31": 0.6}
SAMPLES = [f"S0{i}" for i in range(1, 5)]


def simulated(folder, **second):
    """Four samples of two batches, and a process control of each."""
    how = {"B1": {}, "B2": second}
    design = [
        SampleDesign(f"P{i}", ("control", "metastatic")[i % 2], batch=batch, n_events=1500, **how[batch])
        for i, batch in enumerate(("B1", "B1", "B2", "B2"))
    ]
    design += [
        SampleDesign("material", "", batch=batch, n_events=9000, control="process", **more)
        for batch, more in how.items()
    ]
    ct.datasets.simulate(folder, design=design, seed=2, enrich=60)
    return folder / "samples.csv"


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    return simulated(tmp_path_factory.mktemp("drifted"), gains=PLANTED)


@pytest.fixture(scope="module")
def normalised(sheet):
    with undrawn():
        settings = QUICK | {"normalize.method": "gain"}
        return ct.run(sheet, out=sheet.parent / "OUT", rules="msc", settings=settings)


def gains(path, **settings):
    """What the step gives, and of which run."""
    made = steps_to("normalising", path, path.parent / "not", QUICK | {"normalize.method": "gain"} | settings)
    return made["gains"]


@pytest.mark.slow
def test_controls_are_no_patients(normalised):
    assert sorted(labels(normalised.out)) == SAMPLES
    for name in ("samples", "populations", "cluster_counts"):
        assert set(normalised.tables[name]["sample_id"]) == set(SAMPLES)
    assert set(normalised.adata.obs["sample_id"]) == set(SAMPLES)


@pytest.mark.slow
def test_planted_gains_are_found_and_taken_off(normalised, sheet):
    """The truth is that of the simulated detectors; what it is between batches beside that is 20 % or less."""
    table = normalised.tables["normalize"].set_index(["batch", "marker"]).sort_index()
    for marker, gain in PLANTED.items():
        row = table.loc[("B2", marker)]
        assert row["status"] == "ok"
        assert abs(row["log_gain"] - np.log(gain)) < 0.45
        drift = normalised.tables["drift"].query("source == 'control'").set_index("marker")
        told = drift.loc[marker]
        assert told["status"] == "drift"
        assert told["log_gain"] == row["log_gain"]


@pytest.mark.slow
def test_the_event_sample_is_the_compensated_signal_over_the_gain(normalised, sheet):
    adata: ad.AnnData = normalised.adata
    raw = ct.io.read_samples(sheet)
    ct.pp.compensate(raw)
    column = adata.var_names.get_loc("CD45")
    by = np.exp(normalised.tables["normalize"].set_index(["batch", "marker"])["log_gain"].to_dict()["B2", "CD45"])
    for sample, divisor in (("S01", 1.0), ("S04", by)):
        mine = adata[adata.obs["sample_id"] == sample]
        events = raw[raw.obs["sample_id"] == sample].X[mine.obs["event"].to_numpy(), column]
        np.testing.assert_allclose(mine.layers["compensated"][:, column], events / divisor, rtol=1e-5)


@pytest.mark.slow
def test_a_normalised_run_is_opened_again_as_it_was(normalised):
    """Events are prepared again and compared to the bit; gates for a sorter are refused."""
    with pytest.raises(InputError, match="a sorter sees signals as they are"):
        ct.export(normalised.out, gates=["cluster 1"])


@pytest.mark.slow
def test_every_claim_is_told_twice(normalised):
    both = normalised.tables["claims_both"]
    for name in ("normalize", "claims_both", "spike_test", "drift", "control_chart"):
        check(name, normalised.tables[name])
    claims = normalised.tables["discoveries"]
    assert both["p_normalised"].notna().sum() == len(claims)
    assert {"normalised"} <= {note["code"] for note in normalised.record["notes"]}
    chart = normalised.tables["control_chart"]
    assert set(chart["run"]) == {"S05", "S06"}
    assert set(chart["rules_broken"]) == {"too few runs"}
    assert set(chart["instrument"]) == {"cytoclust simulator"}


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"offsets": {"CD45": 900.0}}, "of the process control of batch 'B2' differs .* by more than a gain"),
        ({"gains": {"CD45": 0.2}}, "CD45 of the process control of batch 'B2' is 0.[12].* times"),
    ],
)
def test_what_is_no_gain_is_refused(tmp_path, second, words):
    with pytest.raises(InputError, match=words):
        gains(simulated(tmp_path, **second))


def test_refusals(sheet, tmp_path):
    table = pd.read_csv(sheet)
    table["path"] = [str(sheet.parent / path) for path in table["path"]]
    lacking = tmp_path / "lacking.csv"
    table[table["sample_id"] != "S06"].to_csv(lacking, index=False)
    with pytest.raises(InputError, match="batch 'B2' has no process control"):
        gains(lacking)
    with pytest.raises(InputError, match=r"with transform\.method=none there are none"):
        gains(sheet, **{"transform.method": "none"})
    with pytest.raises(InputError, match=r"normalize\.method=gain and gates for a sorter exclude one another"):
        gains(sheet, **{"export.gates": ["cluster 1"]})
    table.loc[table["sample_id"] == "S02", "batch"] = None
    table.to_csv(lacking, index=False)
    with pytest.raises(InputError, match="sample 'S02' has no batch"):
        gains(lacking)


def test_without_being_asked_nothing_is_divided(sheet):
    made = steps_to("normalising", sheet, sheet.parent / "plain", QUICK)
    assert made["gains"] is None
    assert all(mine is yours for mine, yours in zip(made["corrected"], made["prepared"], strict=True))
    assert [each.file.name for each in made["process"].role("process")] == ["S05", "S06"]
