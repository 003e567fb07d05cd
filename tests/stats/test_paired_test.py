"""Sign flips agree with scipy's, and a batch effect does not pass for one of time."""

import numpy as np
import pytest
from scipy import stats

from cytoclust.stats._paired_test import paired_test

ONE = {"n_permutations": 9_999, "seed": 0}


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_in_one_batch_it_is_scipys_sign_flips(alternative):
    d = np.random.default_rng(0).normal(0.5, size=(6, 3))
    found = paired_test(d, np.zeros(6, int), np.zeros(6, bool), alternative=alternative, **ONE)
    for column, p in zip(d.T, found.p, strict=True):
        expected = stats.permutation_test(
            (column, np.zeros(6)), lambda a, b, axis: (a - b).mean(axis), permutation_type="samples",
            n_resamples=np.inf, alternative=alternative, vectorized=True,
        )  # fmt: skip
        assert p == pytest.approx(expected.pvalue)
    assert found.least[0] == (2 if alternative == "two-sided" else 1) / 2**6


def test_batches_crossed_over_are_a_test_of_two_groups():
    """A crossover trial: one order against the other, each difference taken first batch less second."""
    u = np.random.default_rng(1).normal(size=(7, 2))
    turned = np.array([0, 0, 0, 1, 1, 1, 1], bool)
    found = paired_test(np.where(turned[:, None], -u, u), np.ones(7, int), turned, **ONE)
    for column, p in zip(u.T, found.p, strict=True):
        expected = stats.permutation_test(
            (column[~turned], column[turned]), lambda a, b, axis: np.abs(a.mean(axis) - b.mean(axis)),
            n_resamples=np.inf, alternative="greater", vectorized=True,
        )  # fmt: skip
        assert p == pytest.approx(expected.pvalue)


def test_a_batch_effect_is_no_effect_of_time():
    rng = np.random.default_rng(2)
    turned = np.arange(12) < 2
    d = 0.3 * rng.normal(size=(12, 2_000)) + np.where(turned, -2.0, 2.0)[:, None]
    few = {"n_permutations": 999, "seed": 0}
    assert 0.03 < (paired_test(d, np.ones(12, int), turned, **few).p <= 0.05).mean() < 0.065
    assert (paired_test(d, np.zeros(12, int), turned, **few).p <= 0.05).mean() > 0.5


def test_two_batches_always_in_one_order_give_no_p():
    found = paired_test(np.ones((4, 1)), np.ones(4, int), np.zeros(4, bool), **ONE)
    assert np.isnan(found.p[0])


def test_many_pairs_are_drawn():
    d = np.random.default_rng(3).normal(size=(20, 2))
    found = paired_test(d, np.zeros(20, int), np.zeros(20, bool), n_permutations=999, seed=0)
    assert not found.exact
    np.testing.assert_allclose(found.p, stats.ttest_1samp(d, 0).pvalue, atol=0.05)
