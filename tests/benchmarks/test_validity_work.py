import pandas as pd
import pytest

from benchmarks.validity.designs import CHANGED, Cohort
from benchmarks.validity.thresholds import threshold_errors
from benchmarks.validity.work import Found, Options, find
from cytoclust.datasets import SampleDesign


def design(seed, number):
    samples = [SampleDesign(f"P{i}", "one", batch=f"B{i}", n_events=2500) for i in range(2)]
    return Cohort("tiny", seed + number, samples, enrich=50, runs={"msc": None, "less": CHANGED}, boundaries=True)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_cohort_is_simulated_run_and_kept_in_short(tmp_path):
    options = Options(tmp_path, seed=5)
    (found,) = find(design, 1, options)
    assert not (found.folder.parent / "cohort").exists()
    assert not (found.folder / "labels").exists()
    assert found.events["n"].sum() == 5000
    intact = found.events[found.events["of"] == ""].groupby(["sample_id", "what"])["n"].sum()
    truth = found.truth.set_index(["sample_id", "population"])
    pd.testing.assert_series_equal(
        intact, truth["n_intact"][truth["n_intact"] > 0].sort_index(), check_names=False, check_dtype=False
    )
    assert truth["expected"].groupby("sample_id").sum().to_list() == pytest.approx([1, 1])
    assert len(found.boundaries) == 20
    assert {CHANGED} == set(found.table("populations")["population"]) - set(
        find(design, 1, options, run="less")[0].table("populations")["population"]
    )
    mark = (found.folder.parent / "done").stat().st_mtime
    find(design, 1, options)
    assert (found.folder.parent / "done").stat().st_mtime == mark
    find(design, 1, Options(tmp_path, seed=5, since=mark + 0.001))
    assert (found.folder.parent / "done").stat().st_mtime > mark


def test_a_threshold_of_a_batch_goes_before_that_of_all(tmp_path):
    (tmp_path / "run" / "tables").mkdir(parents=True)
    truth = {"marker": ["CD45", "CD45", "CD34"], "batch": ["B1", "B2", "B1"], "boundary": [1.0, 1.0, 2.0]}
    pd.DataFrame(truth | {"clear": 1.5, "start": 0.9, "end": 1.3, "low": 0.9, "high": 1.2}).to_csv(
        tmp_path / "boundaries.csv", index=False
    )
    given = {"marker": ["CD45", "CD45", "CD34"], "batch": ["", "B2", ""], "positive": [1.1, 1.4, None]}
    table = pd.DataFrame(given | {"uncertainty": 0.1})
    table.to_csv(tmp_path / "run" / "tables" / "thresholds.csv", index=False)
    errors = threshold_errors(Found(design(1, 0), tmp_path / "run"))
    assert errors["error"].to_list() == pytest.approx([0.1, 0.4, float("nan")], nan_ok=True)
    assert errors["no_worse"].to_list() == [True, False, False]
    assert errors["without_dim"].to_list()[:2] == pytest.approx([-0.4, -0.1])
    assert errors["counted"].to_list()[:2] == pytest.approx([0, 0.1])
