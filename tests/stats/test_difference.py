"""Effects and intervals agree with scipy's and statsmodels' own; what cannot be told apart has no p."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from cytoclust.stats._comparisons import Comparison
from cytoclust.stats._difference import Difference, difference

OPTIONS = {"n_permutations": 999, "confidence": 0.95, "seed": 0}


def _compare(values, batch_a, batch_b, *, paired=False, used=None) -> Difference:
    a, b = (tuple((f"{side}{i}",) for i in range(len(batch))) for side, batch in zip("ab", (batch_a, batch_b)))  # noqa: B905
    comparison = Comparison(
        "x vs y", "group", ("x", "y"), "", a, b, tuple(batch_a), tuple(batch_b), paired=paired, notes=()
    )
    used = np.ones(len(values), bool) if used is None else used
    return difference(values, used, comparison, **OPTIONS)


def test_of_groups_within_batches_it_is_least_squares_with_hc3():
    values = np.random.default_rng(0).normal(size=(11, 3))
    found = _compare(values, "AABBB", "AAABBB")
    assert found.test == "exact permutation within batches"
    batch, group = list("AABBBAAABBB"), np.repeat([1, 0], [5, 6])
    for i, column in enumerate(values.T):
        fit = smf.ols("y ~ g + b", pd.DataFrame({"y": column, "g": group, "b": batch})).fit(cov_type="HC3", use_t=True)
        assert found.effect[i] == pytest.approx(fit.params["g"])
        np.testing.assert_allclose([found.ci_low[i], found.ci_high[i]], fit.conf_int().loc["g"])


def test_of_pairs_it_is_the_paired_t_interval():
    values = np.random.default_rng(1).normal(size=(12, 2))
    found = _compare(values, "AAABBB", "AAABBB", paired=True)
    assert found.test == "exact sign flips"
    limits = stats.ttest_rel(values[:6], values[6:]).confidence_interval()
    np.testing.assert_allclose(found.effect, (values[:6] - values[6:]).mean(axis=0))
    np.testing.assert_allclose([found.ci_low, found.ci_high], [limits.low, limits.high])


def test_of_pairs_with_batches_crossed_over_the_batch_drops_out():
    rng = np.random.default_rng(2)
    exact = np.concatenate([np.ones(8), np.zeros(8)])[:, None] + np.array([5.0, 0] * 4 + [0, 5.0] * 4)[:, None]
    found = _compare(exact + 1e-6 * rng.normal(size=(16, 1)), "AB" * 4, "BA" * 4, paired=True)
    assert found.test == "exact sign flips, batches crossed over"
    assert found.effect[0] == pytest.approx(1, abs=1e-5)
    assert found.permuted.p[0] == 2 / 70


@pytest.mark.parametrize(("batch_a", "batch_b", "paired"), [("AAA", "BBB", False), ("AAA", "BBB", True)])
def test_a_group_wholly_of_its_own_batch_has_no_interval_and_no_p(batch_a, batch_b, paired):
    values = np.arange(12.0).reshape(6, 2)
    found = _compare(values, batch_a, batch_b, paired=paired)
    assert found.test == ""
    np.testing.assert_allclose(found.effect, -6)
    assert np.isnan([found.ci_low, found.ci_high, found.permuted.p]).all()


def test_those_whose_batch_has_nobody_to_compare_with_do_not_count():
    values = np.random.default_rng(3).normal(size=(8, 1))
    found = _compare(values, "AACC", "AABB")
    assert list(found.counted) == [True, True, False, False] * 2
    np.testing.assert_allclose(found.effect, values[:2].mean() - values[4:6].mean())


def test_those_not_used_do_not_count():
    values = np.random.default_rng(4).normal(size=(8, 2))
    used = np.array([1, 1, 1, 0, 1, 1, 1, 1], bool)
    for paired in (False, True):
        found = _compare(values, "AAAA", "AAAA", paired=paired, used=used)
        assert list(found.counted) == ([1, 1, 1, 0, 1, 1, 1, 0] if paired else list(used))
    found = _compare(values, "AAAA", "AAAA", used=np.arange(8) < 4)
    assert np.isnan(found.effect).all()
