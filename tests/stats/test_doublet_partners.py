"""Doublets made by adding up the signals of two cells."""

import numpy as np
import pytest

from cytoclust.positivity import Profile
from cytoclust.stats import doublet_partners, tree_table
from cytoclust.stats._doublet_pairs import doublet_pairs


def profile(groups):
    """Of groups of events on an arcsinh scale."""
    events = np.concatenate(groups)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return Profile.from_events(events, labels, [str(i) for i in range(len(groups))], list("abcd"))


def partners(groups):
    found = profile(groups)
    return doublet_partners(found, doublet_pairs(found))


@pytest.fixture
def cells():
    rng = np.random.default_rng(0)
    first = rng.normal([5, 0.1, 0, 3], 0.3, (40_000, 4))
    second = rng.normal([0, 5, 0.1, 3], 0.3, (20_000, 4))
    sums = np.arcsinh(np.sinh(first[:150]) + np.sinh(second[:150]))
    return rng, first, second, sums


def test_the_sum_of_two_cells_is_a_doublet(cells):
    _, *groups = cells
    assert partners(groups) == ["", "", "0+1"]


def test_more_than_chance_meetings_are_a_population(cells):
    _, first, second, sums = cells
    assert partners([first, second, np.repeat(sums, 25, axis=0)]) == ["", "", ""]


def test_a_marker_that_neither_has_is_no_doublet(cells):
    _, first, second, sums = cells
    sums[:, 2] += 3
    assert partners([first, second, sums]) == ["", "", ""]


def test_rare_populations_are_not_doublets_of_rare_ones():
    rng = np.random.default_rng(1)
    common = rng.normal(0, 0.3, (50_000, 4))
    one, other = rng.normal([4, 0, 4, 0], 0.3, (300, 4)), rng.normal([0, 4, 4, 0], 0.3, (250, 4))
    both = rng.normal([4, 4, 4, 0], 0.3, (100, 4))
    assert partners([common, one, other, both]) == [""] * 4


def test_tree_table():
    table = tree_table([(0, 2, 0.8), (0, 1, 0.1)], np.array([0, 1, 0]), ["", "", "0+1"])
    assert table["cluster_parent"].tolist() == [0, 1, 0]
    assert table["depth"].tolist()[1:] == [0.1, 0.8]
    assert table["joins"].isna().tolist() == [True, False, False]
    assert table["doublet_of"].tolist() == ["", "", "0+1"]
    assert len(tree_table([], np.array([0]), [""])) == 1
