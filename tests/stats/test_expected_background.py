"""Background of clusters, against events that are known to belong elsewhere."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from cytoclust.stats import expected_background
from cytoclust.stats._doublet_pairs import doublet_pairs
from cytoclust.stats._expected_doublets import expected_doublets
from cytoclust.stats._outliers import outliers
from cytoclust.stats._spread_overlap import spread_overlap
from tests.stats.cells import profile_of, table


def background_of(profile, counts, doubt):
    """Where quality control did not look for doublets."""
    doublets = expected_doublets(doublet_pairs(profile), counts, None)
    return expected_background(profile, counts, doubt, doublets.expected)


def cut(first, second):
    """Two kinds of cells, told by the border where both are equally likely, as a clustering would."""
    events = np.concatenate([first, second])
    apart = norm.logpdf(events[:, 0], 3, 1) - norm.logpdf(events[:, 0], 0, 1) + np.log(len(second) / len(first))
    kind = np.repeat([0, 1], [len(first), len(second)])
    return events, (apart > 0).astype(int), kind


@pytest.mark.parametrize("rare", [40_000, 4_000, 1_000])
def test_what_lies_beyond_the_border_is_known_by_the_other_side(rare):
    """Two kinds of cells that touch, three spreads apart in one marker: a third of the rare ones may be others."""
    rng = np.random.default_rng(0)
    first, second = (rng.normal([at, 0, 0], 1, (n, 3)) for at, n in ((0, 100_000), (3, rare)))
    events, label, kind = cut(first, second)
    profile = profile_of([events[label == 0], events[label == 1]])
    wrong = np.sum((label == 1) & (kind == 0))
    expected = spread_overlap(profile)[1, 0] * np.sum(label == 0)
    assert wrong > 100
    assert 0.5 * wrong < expected < 2 * wrong


def test_clusters_that_are_far_apart_share_nothing():
    rng = np.random.default_rng(1)
    groups = [rng.normal([at, 0], 0.5, (n, 2)) for at, n in ((0, 50_000), (6, 300))]
    assert (spread_overlap(profile_of(groups)) == 0).all()


def test_spreading_of_a_bright_dye_counts():
    """A positive population whose compensated signal in another channel is wide reaches a dim population there."""
    rng = np.random.default_rng(2)
    wide = np.stack([rng.normal(6, 0.3, 80_000), rng.normal(0, 1.2, 80_000)], axis=1)
    tight = np.stack([rng.normal(6, 0.3, 80_000), rng.normal(0, 0.3, 80_000)], axis=1)
    both = np.stack([rng.normal(6, 0.3, 200), rng.normal(4, 0.3, 200)], axis=1)
    assert 5 < 80_000 * spread_overlap(profile_of([wide, both]))[1, 0] < 500
    assert spread_overlap(profile_of([tight, both]))[1, 0] == 0


@pytest.fixture
def touching():
    rng = np.random.default_rng(3)
    first, second = (rng.normal([at, 0], 1, (n, 2)) for at, n in ((0, 100_000), (3, 1_000)))
    events, label, _ = cut(first, second)
    return profile_of([events[label == 0], events[label == 1]])


def test_samples_that_have_few_bound_what_may_be_wrong(touching):
    """The overlap alone expects dozens of events of the second cluster in each sample; one shows none."""
    counts = table([[50_000, 400], [50_000, 0], [100_000, 30]])
    found = background_of(touching, counts, counts * 0.0)
    spread = found["1", "0", "spread"]
    assert spread["S1"] == pytest.approx(-np.log(0.05 / 3))
    assert spread["S0"] == pytest.approx(spread["S1"])
    assert spread["S2"] == pytest.approx(2 * spread["S1"])
    free = background_of(touching, counts.iloc[[0, 2]].replace(30, 900), counts.iloc[[0, 2]] * 0.0)
    assert free["1", "0", "spread"]["S0"] > 20


def test_leakage_goes_where_events_may_belong_and_is_not_counted_twice(touching):
    counts = table([[50_000, 400], [50_000, 500]])
    doubt = table([[0.0, 5.0], [0.0, 1000.0]])
    found = background_of(touching, counts, doubt)
    assert found["1", "0", "leakage"].tolist() == pytest.approx([5, 1000])
    free = background_of(touching, counts, doubt * 0.0)
    assert found["1", "0", "spread"]["S0"] == pytest.approx(free["1", "0", "spread"]["S0"] - 5)
    assert found["1", "0", "spread"]["S1"] == 0


def test_doubt_without_a_neighbour_belongs_nowhere():
    rng = np.random.default_rng(4)
    profile = profile_of([rng.normal([at, 0], 0.5, (2_000, 2)) for at in (0, 8)])
    counts = table([[2_000, 2_000]])
    found = background_of(profile, counts, table([[0.0, 5.0]]))
    assert found["1", "", "leakage"].tolist() == [5]
    assert "spread" not in found.columns.get_level_values("component")
    assert found.columns.names == ["cluster", "belongs", "component"]


def test_nothing_expected_has_no_columns():
    rng = np.random.default_rng(5)
    profile = profile_of([rng.uniform(at, at + 1, (2_000, 2)) for at in (0, 8)])
    found = background_of(profile, table([[2_000, 2_000]]), table([[0.0, 0.0]]))
    assert found.shape == (1, 0)
    assert isinstance(found.columns, pd.MultiIndex)


def test_strays_go_with_cells_not_with_the_population():
    """Debris that lies far from the cluster it was given to: the deepest sample has most of it."""
    rng = np.random.default_rng(6)
    bulk = rng.normal([8, 0], 0.5, (50_000, 2))
    rare = np.concatenate([rng.normal([0, 0], 0.5, (400, 2)), rng.normal([0, -5], 0.5, (16, 2))])
    profile = profile_of([bulk, rare])
    assert outliers(profile)[1] == pytest.approx(16, abs=1)
    assert outliers(profile)[0] < 30  # of 50,000 that are normal
    counts = table([[10_000, 400], [10_000, 0], [20_000, 16]])
    found = background_of(profile, counts, counts * 0.0)["1", "", "outliers"]
    assert found.sum() == pytest.approx(outliers(profile)[1])
    assert found["S2"] / found["S1"] == pytest.approx(20_016 / 10_000)


def test_order_of_samples_does_not_matter(touching):
    counts, doubt = table([[50_000, 400], [9_000, 20], [100_000, 900]]), table([[3.0, 4], [0, 1], [2, 2]])
    found = background_of(touching, counts, doubt)
    turned = background_of(touching, counts.iloc[::-1], doubt.iloc[::-1]).iloc[::-1]
    pd.testing.assert_frame_equal(found, turned)
