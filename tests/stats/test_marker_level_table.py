"""Levels of markers that made no cluster: planted shifts, arrangements counted by hand, and what is never tested."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from cytoclust.findings import from_cell
from cytoclust.positivity import Profile
from cytoclust.stats._level_differences import level_differences
from cytoclust.stats._marker_level_table import marker_level_table
from cytoclust.stats._population_levels import FEWEST_EVENTS, population_levels

MARKERS = ("CD3", "CD19", "Ki67", "HLA-DR")
CLUSTERED = ("CD3", "CD19")
SUBJECTS = {("T cell", ""): [0, 1], ("B cell", ""): [2], ("unknown", "3"): [3]}


def made(n: int = 12, seed: int = 0, **columns: list[str]) -> tuple[Profile, pd.DataFrame]:
    """Patients in two groups alike, each with one sample; clusters of 200 events with levels that scatter by 0.3."""
    rng = np.random.default_rng(seed)
    names = tuple(f"S{i}" for i in range(n))
    sheet = pd.DataFrame(
        {"patient_id": names, "group": ["ill"] * (n // 2) + ["well"] * (n - n // 2), "timepoint": "", "batch": "1",
         **columns}, index=pd.Index(names, name="sample_id"),
    )  # fmt: skip
    medians = (1.0 + rng.normal(0, 0.3, (n, 4, len(MARKERS)))).astype(np.float32)
    edges = np.tile(np.linspace(-2, 8, 5), (len(MARKERS), 1))
    counts = np.full((4, len(MARKERS), 4), 10, dtype=np.int64)
    events = np.full((n, 4), 200, dtype=np.int64)
    profile = Profile(
        tuple("0123"), MARKERS, edges, counts, samples=names, sample_events=events, sample_medians=medians
    )  # fmt: skip
    return profile, sheet


def table(
    profile: Profile, sheet: pd.DataFrame, clustered: tuple[str, ...] = CLUSTERED, **more: object
) -> pd.DataFrame:
    return marker_level_table(profile, SUBJECTS, sheet, clustered=clustered, **more)  # type: ignore[arg-type]


def test_a_shift_of_one_marker_in_one_population_is_found_and_no_other() -> None:
    profile, sheet = made()
    profile.sample_medians[:6, 2, 2] += 2.0
    found = table(profile, sheet)
    assert set(found["marker"]) == {"Ki67", "HLA-DR"}  # what made the clusters is never tested
    assert len(found) == 6
    claimed = found[found["q"] <= 0.05]
    assert claimed[["population", "cluster", "marker"]].to_numpy().tolist() == [["B cell", "", "Ki67"]]
    row = claimed.iloc[0]
    level = profile.sample_medians[:, 2, 2].astype(float)
    assert row["difference"] == pytest.approx(level[:6].mean() - level[6:].mean())
    assert row["difference_low"] < 2.0 < row["difference_high"]
    assert (row["level_a"], row["level_b"]) == pytest.approx((np.median(level[:6]), np.median(level[6:])))
    assert (row["n_a"], row["n_b"], row["contrast"], row["note"]) == (6, 6, "ill vs well", "")
    assert row["p"] == row["q"] == pytest.approx(2 / comb(12, 6))


def test_p_is_the_share_of_arrangements_and_the_interval_that_of_t() -> None:
    y = np.random.default_rng(1).normal(size=(9, 1))
    inside = np.arange(9) < 4
    found = level_differences(y, inside, strata=np.zeros(9, dtype=np.int64), two_sided=True)
    seen = abs(ttest_ind(y[:4, 0], y[4:, 0]).statistic)
    sides = [np.isin(np.arange(9), chosen) for chosen in combinations(range(9), 4)]
    share = np.mean([abs(ttest_ind(y[each, 0], y[~each, 0]).statistic) >= seen - 1e-9 for each in sides])
    assert found.p[0] == found.p_family[0] == pytest.approx(share)
    assert found.least[0] == pytest.approx(1 / comb(9, 4))
    interval = ttest_ind(y[:4, 0], y[4:, 0]).confidence_interval()
    assert (found.low[0], found.high[0]) == pytest.approx((interval.low, interval.high))


def test_units_without_a_level_are_no_units() -> None:
    """p is never less than that of all arrangements of the labels of those that have one."""
    rng = np.random.default_rng(2)
    y = rng.normal(size=(12, 3))
    y[[1, 7, 8, 9], 0] = np.nan
    y[6:11, 1] = np.nan
    inside = np.arange(12) < 6
    strata = np.zeros(12, dtype=np.int64)
    found = level_differences(y, inside, strata=strata, two_sided=True)
    has = np.isfinite(y[:, 0])
    alone = level_differences(y[has, :1], inside[has], strata=strata[has], two_sided=True)
    assert found.difference[0] == pytest.approx(alone.difference[0])
    assert (found.low[0], found.high[0]) == pytest.approx((alone.low[0], alone.high[0]))
    assert found.p[0] >= alone.p[0]
    assert np.isnan([found.p[1], found.p_family[1], found.difference[1], found.least[1]]).all()  # one against six
    assert found.p[2] == pytest.approx(level_differences(y[:, 2:], inside, strata=strata, two_sided=True).p[0])


def test_null_cohorts_are_kept_where_few_have_the_population() -> None:
    """Of the ill all have events enough of half of the populations, of the well two in eight: abundance is no level."""
    rng = np.random.default_rng(3)
    inside, strata = np.arange(14) < 6, np.zeros(14, dtype=np.int64)
    wrong = 0
    for _ in range(600):
        y = rng.lognormal(0, 1, (14, 20))
        y[8:, :10] = np.nan
        found = level_differences(y, inside, strata=strata, two_sided=True, n_permutations=299)
        wrong += np.nanmin(found.p_family) <= 0.05
    assert wrong / 600 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)


def test_a_level_is_the_mean_of_medians_weighed_by_events() -> None:
    profile, _ = made()
    profile.sample_events[:2, :2] = [[30, 10], [60, 0]]
    profile.sample_medians[:2, :2, 2] = [[1.0, 3.0], [4.0, np.nan]]
    level = population_levels(profile, [[0, 1], [1]], [2], [(0, 1), (0,), (1,)])[:, :, 0]
    assert level[:, 0] == pytest.approx([(30 * 1 + 10 * 3 + 60 * 4) / 100, 1.5, 4.0])
    assert np.isnan(level[:, 1]).all()
    assert FEWEST_EVENTS > 10


def test_who_lacks_events_is_left_out_and_told() -> None:
    profile, sheet = made()
    profile.sample_events[[0, 1], 2] = FEWEST_EVENTS - 1
    profile.sample_events[:, 3] = 5
    found = table(profile, sheet).set_index(["population", "marker"])
    assert found.loc[("B cell", "Ki67"), ["n_a", "n_b"]].tolist() == [4, 6]
    note = from_cell(found.loc[("B cell", "Ki67"), "note"])[0]
    assert (note.code, note.data) == ("too few events", {"n": 2, "least": FEWEST_EVENTS})
    assert "unknown" not in found.index.get_level_values(0)


def test_visits_are_compared_within_patients() -> None:
    profile, sheet = made(
        16, patient_id=[f"P{i % 8}" for i in range(16)], group="ill", timepoint=["before"] * 8 + ["after"] * 8
    )
    profile.sample_medians[:, 2, 2] += np.tile(5.0 * np.arange(8), 2)  # patients differ by more than the visits
    profile.sample_medians[8:, 2, 2] += 1.5
    profile.sample_events[0, 0] = profile.sample_events[0, 1] = 0
    found = table(profile, sheet).set_index(["population", "marker"])
    row = found.loc[("B cell", "Ki67")]
    level = profile.sample_medians[:, 2, 2].astype(float)
    assert row["difference"] == pytest.approx((level[8:] - level[:8]).mean())
    assert row["p"] == pytest.approx(2 / 2**8)
    assert found.loc[("T cell", "Ki67"), ["n_a", "n_b"]].tolist() == [7, 7]


def test_nothing_is_compared_where_all_markers_made_the_clusters_or_none_is_known() -> None:
    profile, sheet = made()
    assert table(profile, sheet, MARKERS).empty
    assert table(profile, sheet, ()).empty
    assert table(profile, sheet.assign(group="")).empty


def test_group_that_is_batch_has_levels_and_no_p() -> None:
    profile, sheet = made(batch=["1"] * 6 + ["2"] * 6)
    found = table(profile, sheet)
    assert found["p"].isna().all()
    assert found["level_a"].notna().all()
    assert {note.code for cell in found["note"] for note in from_cell(cell)} == {"no p"}


def test_a_marker_whose_background_differs_is_told() -> None:
    profile, sheet = made()
    shifts = pd.DataFrame(np.zeros((12, 4)), columns=list(MARKERS))
    shifts.loc[:5, "Ki67"] = 2.0
    found = table(profile, sheet, shifts=shifts)
    told = [any(note.code == "background of samples differs" for note in from_cell(cell)) for cell in found["note"]]
    assert told == (found["marker"] == "Ki67").tolist()
