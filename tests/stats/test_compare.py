"""The engine of comparisons against what can be counted, and against statsmodels."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import digamma

from cytoclust.stats import compare, compare_levels
from cytoclust.stats._compare import least_p
from cytoclust.stats._corrected import n_questions
from cytoclust.stats._log_rates import LogRates
from cytoclust.stats._moderated import Regression
from cytoclust.stats._step_down import step_down


def regression(n: int = 12, k: int = 3, seed: int = 0, covariates: int = 0) -> Regression:
    rng = np.random.default_rng(seed)
    scores = LogRates(rng.normal(size=(n, k)), rng.uniform(0.2, 1, (n, k)))
    return Regression(scores, np.arange(n) % 3, rng.normal(size=(n, covariates)))


@pytest.mark.parametrize("covariates", [0, 2])
def test_t_is_that_of_weighted_least_squares(covariates: int) -> None:
    model = regression(covariates=covariates)
    label = np.arange(12) % 2 == 0
    t, coefficient = model.t(label[None], (0.0, 1.0))
    design = np.column_stack([label, *(model.strata == s for s in range(3)), model.covariates]).astype(float)
    for j in range(3):
        fitted = sm.WLS(model.scores.values[:, j], design, weights=model.scores.weights[:, j]).fit()
        assert coefficient[0, j] == pytest.approx(fitted.params[0])
        assert t[0, j] == pytest.approx(fitted.tvalues[0])


def test_every_arrangement_is_the_same_as_one_at_a_time() -> None:
    model = regression()
    labels = np.random.default_rng(1).random((20, 12)) < 0.5
    together, _ = model.t(labels, (4.0, 0.7))
    alone = [model.t(row[None], (4.0, 0.7))[0][0] for row in labels]
    assert together == pytest.approx(np.array(alone))


def test_prior_is_found_again() -> None:
    """Variances drawn from a scaled inverse chi-square with 8 degrees of freedom around 0.5."""
    rng = np.random.default_rng(2)
    n, k, d0, s0 = 10, 4_000, 8.0, 0.5
    variance = s0 * d0 / rng.chisquare(d0, k)
    scores = LogRates(rng.normal(size=(n, k)) * np.sqrt(variance), np.ones((n, k)))
    found = Regression(scores, np.zeros(n, dtype=int), np.zeros((n, 0))).prior()
    assert found[0] == pytest.approx(d0, rel=0.15)
    assert found[1] == pytest.approx(s0, rel=0.05)
    assert np.isfinite(digamma(found[0]))


def test_step_down_is_that_of_the_book() -> None:
    """p of each is the share of arrangements in which any subject with no larger statistic reaches it."""
    statistics = np.random.default_rng(3).normal(size=(200, 6))
    alone, adjusted = step_down(statistics)
    order = np.argsort(-statistics[0])
    highest = 0.0
    for place, j in enumerate(order):
        assert alone[j] == np.mean(statistics[:, j] >= statistics[0, j])
        share = np.mean(statistics[:, order[place:]].max(axis=1) >= statistics[0, j])
        highest = max(highest, share)
        assert adjusted[j] == pytest.approx(highest)


@pytest.mark.parametrize(
    ("a", "b", "q"), [(3, 3, 0.10), (3, 4, 0.057), (3, 5, 0.036), (2, 8, 0.044), (4, 4, 0.029), (2, 2, 0.33)]
)
def test_least_q_of_two_directions(a: int, b: int, q: float) -> None:
    inside = np.arange(a + b) < a
    least = [least_p(side, np.zeros(a + b, dtype=int)) for side in (inside, ~inside)]
    assert least[0] == 1 / comb(a + b, a)
    assert 2 * least[0] == pytest.approx(q, rel=0.03)
    times = n_questions(least, 0.05)
    assert (least[0] * times <= 0.05) == (q <= 0.05)


def test_questions_that_cannot_reach_alpha_do_not_count() -> None:
    assert n_questions([0.001, 0.002, 0.2, 0.2, 0.2], 0.05) == 2
    assert n_questions([], 0.05) == 1


def cohort(seed: int, inside: np.ndarray, only: float = 0.0, depth: np.ndarray | None = None):
    """Counts of 30 subjects, log-normal between patients; the first is of one side only, where ``only`` is its mean."""
    rng = np.random.default_rng(seed)
    n = len(inside)
    cells = np.repeat((1e5 * (np.ones(n) if depth is None else depth))[:, None], 30, axis=1)
    rate = 10 ** rng.uniform(-5, -2, 30) * np.exp(rng.normal(0, 0.6, (n, 30)))
    events = rng.poisson(cells * rate)
    if only:
        events[:, 0] = np.where(inside, rng.poisson(only * np.exp(rng.normal(0, 0.6, n))), 0)
    return events.astype(float), cells


def test_what_one_side_alone_has_is_found_with_the_least_p() -> None:
    inside = np.arange(14) < 6
    strata = np.arange(14) % 3
    events, cells = cohort(0, inside, only=40)
    found = compare(events, cells, inside, strata=strata)
    ways = comb(5, 2) * comb(5, 2) * comb(4, 2)
    assert found.n_arrangements == ways
    assert found.p[0] == found.p_family[0] == pytest.approx(1 / ways)
    assert np.isinf(found.ratio[0])
    assert found.low[0] > 10
    assert np.isinf(found.high[0])


def test_p_is_the_share_of_all_arrangements() -> None:
    """Against the test done again with each arrangement as the observed one."""
    inside = np.arange(8) < 4
    events, cells = cohort(1, inside)
    strata = np.zeros(8, dtype=int)
    ways = [np.isin(np.arange(8), chosen) for chosen in combinations(range(8), 4)]
    t = np.array([compare(events, cells, way, strata=strata).t for way in ways])
    found = compare(events, cells, inside, strata=strata)
    assert found.p == pytest.approx((t >= found.t - 1e-9).mean(axis=0))
    mirrored = compare(events, cells, inside, strata=strata, two_sided=True)
    assert mirrored.p == pytest.approx((np.abs(t) >= np.abs(found.t) - 1e-9).mean(axis=0))


def test_few_patients_in_two_batches_are_exchanged_between_them() -> None:
    inside, strata = np.arange(8) < 4, np.arange(8) % 2
    events, cells = cohort(2, inside, only=40)
    found = compare(events, cells, inside, strata=strata, alpha=0.02)
    assert found.n_arrangements == comb(8, 4)
    assert found.basis.startswith("all patients")
    pairs = compare(events, cells, np.arange(8) % 2 == 0, strata=np.arange(8) // 2, pairs=True, alpha=0.02)
    assert (pairs.n_arrangements, pairs.basis) == (16, "within strata")


@pytest.mark.slow
def test_null_cohorts_with_tenfold_depth_make_few_claims_and_no_shift() -> None:
    """Any false claim in at most 5 % of cohorts (of 60 at most 8: the 99 % limit); the mean t is near 0."""
    inside = np.arange(14) < 6
    depth = np.where(inside, 0.1, 1.0)
    false, t = 0, []
    for seed in range(60):
        found = compare(
            *cohort(100 + seed, inside, depth=depth), inside, strata=np.zeros(14, dtype=int), n_permutations=999
        )
        false += bool((found.p_family <= 0.05).any())
        t.append(found.t.mean())
    assert false <= 8
    assert abs(np.mean(t)) <= 0.1


@pytest.mark.slow
def test_interval_of_the_ratio_holds_what_is_true() -> None:
    """A fourfold subject and 29 without a difference, in 30 cohorts: 26 or more, 92 to 99 % of them."""
    inside = np.arange(14) < 6
    hit, null = [], []
    for seed in range(30):
        events, cells = cohort(400 + seed, inside)
        rng = np.random.default_rng(seed)
        level = 3e-4 * np.exp(rng.normal(0, 0.6, 14)) * np.where(inside, 4, 1)
        events[:, 0] = rng.poisson(cells[:, 0] * level)
        found = compare(events, cells, inside, strata=np.zeros(14, dtype=int), n_permutations=99)
        hit.append(found.low[0] <= 4 <= found.high[0])
        seen = events[:, 1:].sum(axis=0) > 0
        null += ((found.low[1:] <= 1) & (found.high[1:] >= 1))[seen].tolist()
    assert np.sum(hit) >= 26
    assert 0.92 <= np.mean(null) <= 0.99


def test_interval_of_pairs_has_both_ends_where_both_sides_have_plenty() -> None:
    """Far from the estimate t falls back to 0, which is no end of the interval."""
    inside, pair = np.arange(12) % 2 == 0, np.arange(12) // 2
    cells = np.array([5208.0, 5682, 4447, 4892, 1068, 5376, 4603, 5123, 3781, 5145, 3812, 4847])
    counts = [
        [42, 38, 93, 103, 9, 47, 45, 60, 70, 75, 52, 51],  # alike
        [500, 60, 480, 55, 100, 65, 470, 62, 400, 58, 390, 52],  # eightfold
        [1500, 1700, 1300, 1500, 310, 1600, 1400, 1500, 1100, 1500, 1100, 1400],
        [142, 160, 116, 130, 30, 150, 120, 140, 100, 150, 110, 130],
    ]
    found = compare(
        np.array(counts, dtype=float).T, np.repeat(cells[:, None], 4, axis=1), inside, strata=pair, two_sided=True,
        pairs=True,
    )  # fmt: skip
    assert ((found.low < found.ratio) & (found.ratio < found.high)).all()
    assert (found.high / found.low < 2).all()
    assert found.low[1] > 4


def test_order_of_the_sheet_draws_no_other_arrangements() -> None:
    """More arrangements than are counted: they are drawn, and the same ones of the same patients."""
    inside, strata = np.arange(20) < 10, np.arange(20) % 2
    events, cells = cohort(5, inside)
    order = np.random.default_rng(0).permutation(20)
    plain = compare(events, cells, inside, strata=strata, n_permutations=499)
    turned = compare(events[order], cells[order], inside[order], strata=strata[order], n_permutations=499)
    assert plain.p_family == pytest.approx(turned.p_family)
    assert plain.p == pytest.approx(turned.p)


def test_ratios_are_worked_out_where_they_are_told() -> None:
    inside = np.arange(14) < 6
    events, cells = cohort(0, inside, only=40)
    every = compare(events, cells, inside, strata=np.zeros(14, dtype=int))
    some = compare(events, cells, inside, strata=np.zeros(14, dtype=int), worth=0.05, also=np.arange(30) == 7)
    told = (every.p <= 0.05) | (every.p_model <= 0.05) | (np.arange(30) == 7)
    assert some.low[told] == pytest.approx(every.low[told], rel=1e-4)
    assert np.isnan(some.ratio[~told]).all()
    assert 2 <= told.sum() < 30


def test_of_two_pairs_and_a_covariate_nothing_is_told() -> None:
    """No freedom is left once patients and a covariate are in the model; an overflow would warn."""
    levels, inside = np.array([[1.0], [2.0], [1.5], [2.7]]), np.array([True, False, True, False])
    covariates = np.array([[0.0], [1.0], [2.0], [1.0]])
    found = compare_levels(
        levels, inside, strata=np.array([0, 0, 1, 1]), covariates=covariates, two_sided=True, pairs=True
    )
    assert np.isnan([found.p[0], found.low[0], found.high[0]]).all()
