"""Permutation tests agree with exact tests and with scipy's, and hold where nothing differs."""

import numpy as np
import pytest
from scipy import stats

from cytoclust.stats import permutation_test

ONE = {"n_permutations": 9_999, "seed": 0}


def _groups(a: int, b: int) -> np.ndarray:
    return np.repeat([True, False], [a, b])


@pytest.mark.parametrize("alternative", ["greater", "less"])
@pytest.mark.parametrize(("a", "b"), [(3, 4), (6, 4), (2, 9)])
def test_of_zeros_and_ones_it_is_fishers_exact_test(a, b, alternative):
    group = _groups(a, b)
    values = np.random.default_rng(a).integers(0, 2, (a + b, 8)).astype(float)
    p = permutation_test(values, group, np.zeros(a + b, int), alternative=alternative, **ONE).p
    for column, found in zip(values.T, p, strict=True):
        yes = [column[group].sum(), column[~group].sum()]
        expected = stats.fisher_exact([[yes[0], a - yes[0]], [yes[1], b - yes[1]]], alternative=alternative).pvalue
        assert found == pytest.approx(expected, abs=1e-12)


def test_of_zeros_and_ones_in_strata_it_is_the_exact_stratified_test():
    """The sum over strata of hypergeometric counts, by convolution."""
    group = np.array([1, 1, 0, 0, 0, 1, 1, 1, 0, 0], bool)
    strata = np.repeat([4, 9], 5)
    value = np.array([1, 1, 0, 1, 0, 1, 0, 1, 0, 0], float)
    found = permutation_test(value[:, None], group, strata, alternative="greater", **ONE)
    first, second = (stats.hypergeom(5, 3 if s == 4 else 2, group[strata == s].sum()) for s in (4, 9))
    total = np.convolve(first.pmf(np.arange(6)), second.pmf(np.arange(6)))
    assert found.exact
    assert found.p[0] == pytest.approx(total[int(value[group].sum()) :].sum())
    reachable = np.cumsum(total[::-1])[::-1]
    assert found.attained(0.3)[0] == pytest.approx(reachable[reachable <= 0.3].max())
    assert found.least[0] == pytest.approx(reachable[reachable > 0].min())


@pytest.mark.parametrize("studentised", [False, True])
def test_without_strata_it_is_scipys(studentised):
    group, values = _groups(4, 5), np.random.default_rng(0).normal(size=(9, 4))

    def statistic(a, b, axis):
        if studentised:
            return np.abs(stats.ttest_ind(a, b, axis=axis, equal_var=False).statistic)
        return np.abs(a.mean(axis) - b.mean(axis))

    p = permutation_test(values, group, np.zeros(9, int), studentised=studentised, **ONE).p
    for column, found in zip(values.T, p, strict=True):
        expected = stats.permutation_test(
            (column[group], column[~group]), statistic, n_resamples=np.inf, alternative="greater", vectorized=True
        )
        assert found == pytest.approx(expected.pvalue)


def test_drawn_permutations_agree_with_all_of_them():
    rng = np.random.default_rng(1)
    group, strata, values = _groups(7, 7), np.arange(14) % 2, rng.normal(size=(14, 5))
    every = permutation_test(values, group, strata, n_permutations=5_000, seed=0)
    drawn = permutation_test(values, group, strata, n_permutations=1_000, seed=0)
    assert every.exact
    assert not drawn.exact
    np.testing.assert_allclose(drawn.p, every.p, atol=0.05)
    assert (drawn.p >= 1 / 1_001).all()


def test_a_stratum_of_one_group_does_not_count_and_none_of_both_gives_no_p():
    group = np.array([1, 1, 0, 0, 1, 1], bool)
    values = np.random.default_rng(2).normal(size=(6, 2))
    alone = permutation_test(values, group, np.array([0, 0, 0, 0, 1, 1]), **ONE)
    np.testing.assert_array_equal(alone.p, permutation_test(values[:4], group[:4], np.zeros(4, int), **ONE).p)
    confounded = permutation_test(values, group, np.array([0, 0, 1, 1, 2, 2]), **ONE)
    assert np.isnan(confounded.p).all()
    assert (confounded.attained(0.5) == 0).all()
    assert np.isnan(confounded.least).all()


def test_a_shift_of_a_stratum_changes_nothing():
    rng = np.random.default_rng(3)
    group, strata, values = _groups(5, 5), np.arange(10) % 2, rng.normal(size=(10, 3))
    for studentised in (False, True):
        p = permutation_test(values, group, strata, studentised=studentised, **ONE).p
        shifted = permutation_test(values + 100.0 * strata[:, None], group, strata, studentised=studentised, **ONE).p
        np.testing.assert_allclose(p, shifted)


def test_ties_that_rounding_parts_are_ties():
    values = np.array([[0.1 + 0.2], [0.3], [0.3], [0.1 + 0.2]])
    assert permutation_test(values, _groups(2, 2), np.zeros(4, int), **ONE).p[0] == 1
    assert permutation_test(values, _groups(2, 2), np.zeros(4, int), studentised=True, **ONE).p[0] == 1


def test_a_missing_value_leaves_its_column_untested_and_no_other():
    values = np.random.default_rng(4).normal(size=(8, 2))
    alone = permutation_test(values[:, 1:], _groups(4, 4), np.zeros(8, int), **ONE).p[0]
    values[0, 0] = np.nan
    p = permutation_test(values, _groups(4, 4), np.zeros(8, int), **ONE).p
    assert np.isnan(p[0])
    assert p[1] == alone


def test_studentised_holds_where_groups_differ_in_spread_and_the_plain_difference_does_not():
    rng = np.random.default_rng(5)
    group = _groups(5, 20)
    values = rng.normal(size=(25, 4_000)) * np.where(group, 3.0, 1.0)[:, None]
    plain, welch = (
        (permutation_test(values, group, np.zeros(25, int), n_permutations=499, seed=0, studentised=each).p <= 0.05)
        for each in (False, True)
    )
    assert plain.mean() > 0.15
    assert 0.03 < welch.mean() < 0.09
