"""What speaks against the data is told, and good data raise no doubt."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.report._gather import gather
from cytoclust.report._warnings import doubts, unusable
from tests.report.cohort import MARKERS, Cohort
from tests.report.page import read


def told(cohort: Cohort) -> tuple[list[str], list[str]]:
    """What makes the data useless, and what makes them doubtful."""
    inputs = gather(cohort.adata, cohort.tables, cohort.run)
    return unusable(inputs), doubts(inputs)


def stain(cohort: Cohort, values: np.ndarray) -> None:
    cohort.adata.X[:, -len(MARKERS) :] = values


def stained(cohort: Cohort) -> np.ndarray:
    return np.asarray(cohort.adata.X)[:, -len(MARKERS) :].copy()


def share_unnamed(cohort: Cohort) -> float:
    table = cohort.clusters
    return float(table["n_events"][table["population"] == "unknown"].sum() / table["n_events"].sum())


def test_good_data_raise_no_doubt() -> None:
    cohort = Cohort()
    assert share_unnamed(cohort) < 0.5
    assert told(cohort) == ([], [])


def test_cells_without_a_name_are_pointed_out_from_half_on() -> None:
    cohort = Cohort(4, 6, n_events=400)
    cohort.clusters["population"] = "unknown"
    cohort.clusters.loc[0, ["population", "n_events"]] = "T cell", 100
    share = share_unnamed(cohort)
    _, (line,) = told(cohort)
    assert line.startswith(f"{100 * share:.1f}")
    assert "of the cells have no name" in line


@pytest.mark.parametrize(("size", "doubted"), [(0.3, False), (1.0, True)])
def test_markers_that_rise_together_within_clusters(size: float, doubted: bool) -> None:
    """With noise of 0.5 in each marker, a common signal of s makes a correlation of s² / (s² + 0.25)."""
    cohort = Cohort(4, 6, n_events=3000)
    stain(cohort, stained(cohort) + np.random.default_rng(1).normal(0, size, (3000, 1)))
    _, lines = told(cohort)
    assert any("of 66 pairs of markers, rise together" in line for line in lines) == doubted


def test_populations_alone_make_no_markers_rise_together() -> None:
    cohort = Cohort(4, 2, n_events=3000)
    both = np.asarray(cohort.adata.obs["cluster"] == "0")[:, None] * 5.0  # one cluster has all, the other none
    stain(cohort, 0.1 * stained(cohort) + both)
    _, lines = told(cohort)
    assert not any("rise together" in line for line in lines)


def test_medians_far_below_zero_are_told_in_the_units_of_the_file() -> None:
    cohort = Cohort(4, 6, n_events=400)
    channels = pd.DataFrame({"cofactor": [100.0] * cohort.adata.n_vars}, index=cohort.adata.var_names)
    cohort.adata.uns["transform"] = {"params": {"method": "arcsinh"}, "channels": channels}
    cohort.clusters["n_events"] = 1000
    cohort.clusters.loc[2, "CD90"] = -np.arcsinh(7.5)
    cohort.clusters.loc[3, "CD31"] = -0.9
    _, lines = told(cohort)
    (line,) = (line for line in lines if "below zero" in line)
    assert "CD90 in cluster 2 (−750)" in line
    assert "CD31" not in line


@pytest.mark.usefixtures("drawn")
def test_data_without_any_difference_are_told_at_the_top_and_under_quality(tmp_path: Path) -> None:
    cohort = Cohort(2, 3, n_events=600)
    stain(cohort, np.ones((600, len(MARKERS))))
    cohort.clusters["population"] = "unknown"
    ((line,), lines) = told(cohort)
    assert "every event has the same values in all markers" in line
    ct.report.write(cohort.adata, tmp_path / "r.html", tables=cohort.tables, run=cohort.run)
    page = read(tmp_path / "r.html")
    top = [part.text() for part in page.all("p") if "alarm" in part.attributes.get("class", "")]
    assert top == [line, "There is reason to doubt these data: see Are the data good?"]
    (quality,) = (part for part in page.all("section") if part.attributes["id"] == "quality")
    warned = [part.text() for part in quality.all("p") if part.attributes.get("class") == "warn"]
    assert warned == [each.replace("\u00a0", " ") for each in (line, *lines)]


def test_a_sample_and_a_marker_that_do_not_vary_are_named() -> None:
    cohort = Cohort(3, 3, n_events=900)
    values = stained(cohort)
    values[cohort.adata.obs["sample_id"] == "BM002"] = 1.0
    values[:, 4] = 1.0
    stain(cohort, values)
    top, _ = told(cohort)
    assert top[0].startswith("Every event of BM002 has the same values")
    assert top[1].startswith(f"{MARKERS[4]} has one value in all events")
