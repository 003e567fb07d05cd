import numpy as np
import pytest
from scipy.stats import hypergeom
from statsmodels.stats.multitest import multipletests

from cytoclust.stats._discrete import discrete_bh, discrete_holm

P = np.array([0.02, 0.001, 0.4, 0.013, 0.03])


@pytest.mark.parametrize(("ours", "theirs"), [(discrete_holm, "holm"), (discrete_bh, "fdr_bh")])
def test_continuous_tests_give_the_usual_methods(ours, theirs):
    adjusted = ours(P, lambda alpha: np.full(len(P), alpha))
    np.testing.assert_allclose(adjusted, multipletests(P, method=theirs)[1])


@pytest.mark.parametrize("adjust", [discrete_holm, discrete_bh])
def test_tests_that_cannot_reach_a_p_are_no_burden(adjust):
    least = np.array([0.001, 0.2, 0.2, 0.2])
    adjusted = adjust(np.array([0.001, 0.5, np.nan, 0.7]), lambda alpha: np.where(alpha >= least, alpha, 0))
    assert adjusted[0] == pytest.approx(0.001)
    assert np.isnan(adjusted[2])


def test_family_error_of_fishers_tests():
    """20 tests of 6 against 8 patients, of whom few have what is tested: one cohort in twenty may have a claim."""
    rng = np.random.default_rng(4)
    margin = rng.integers(1, 14, 20)
    support = [hypergeom.sf(np.arange(0, 7) - 1, 14, m, 6) for m in margin]

    def attained(alpha):
        return np.array([max([p for p in each if p <= alpha * (1 + 1e-9)], default=0) for each in support])

    claims = 0
    for _ in range(400):
        p = np.array([each[hypergeom.rvs(14, m, 6, random_state=rng)] for each, m in zip(support, margin, strict=True)])
        claims += bool(np.nanmin(discrete_holm(p, attained)) <= 0.05)
    assert 2 <= claims <= 32  # 20 are allowed; four standard deviations
