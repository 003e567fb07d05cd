import numpy as np
import pytest

from cytoclust.positivity._levels import Clusters, group_levels, weighted_quantile


def levels(groups, rows=None):
    """Rows of each level, sorted; ``groups`` are (median, spread, events)."""
    x, s, n = np.array(groups, dtype=float).T
    found = group_levels(Clusters(x, x, s, s, n), np.arange(len(x)) if rows is None else rows)
    return [sorted(level.tolist()) for level in found]


NEGATIVES = [(d, 0.3, 10_000) for d in (-0.05, 0.0, 0.0, 0.05)]


def test_negative_dim_positive_and_bright():
    assert levels([*NEGATIVES, (1.4, 0.4, 500), (3.2, 0.4, 9_000), (5.0, 0.4, 200)]) == [[0, 1, 2, 3], [4], [5], [6]]


def test_one_mode_is_one_level():
    assert levels(NEGATIVES) == [[0, 1, 2, 3]]


def test_a_smear_above_the_negatives_is_no_level():
    """Weak binding: centres four spreads up, but so wide that a tenth of it lies among the negatives."""
    assert levels([*NEGATIVES, (1.0, 0.6, 30_000), (1.05, 0.6, 5_000)]) == [[0, 1, 2, 3, 4, 5]]
    assert levels([*NEGATIVES, (1.0, 0.6, 30_000), (4.5, 0.4, 9_000)]) == [[0, 1, 2, 3, 4], [5]]


def test_a_rare_positive_cluster_is_a_level():
    assert levels([*NEGATIVES, (3.5, 0.4, 12)]) == [[0, 1, 2, 3], [4]]


def test_wide_negatives_do_not_hide_a_dim_level():
    """Spreading makes some negatives wide; the narrow ones tell how far the dim cells are from them."""
    wide = [(0.1, 0.9, 300), (0.15, 0.9, 200), (0.1, 0.9, 1_000)]
    assert levels([*NEGATIVES, *wide, (1.5, 0.4, 9_000), (1.6, 0.4, 5_000)])[-1] == [7, 8]


def test_only_some_clusters():
    assert levels([*NEGATIVES, (3.5, 0.4, 900), (1.7, 0.3, 900)], np.array([0, 1, 4])) == [[0, 1], [4]]


def test_order_and_scale_do_not_matter():
    rng = np.random.default_rng(0)
    groups = np.array([*NEGATIVES, (1.4, 0.4, 500), (3.2, 0.4, 9_000), (5.0, 0.4, 200)])
    order = rng.permutation(len(groups))
    turned = [sorted(order[level].tolist()) for level in levels(groups[order])]
    scaled = groups * [170, 170, 1] + [200, 0, 0]
    assert levels(groups) == turned == levels(scaled)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.8])
def test_weighted_quantile_with_whole_weights_repeats_values(q):
    rng = np.random.default_rng(1)
    values, weight = rng.normal(0, 1, 200), rng.integers(1, 9, 200)
    assert weighted_quantile(values, weight, q) == pytest.approx(np.quantile(np.repeat(values, weight), q), abs=0.05)
