import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans

from cytoclust.engine._mixture import Overlap, responsibility
from cytoclust.engine._overlap import find_overlaps
from cytoclust.engine._representatives import Representatives


def representatives(events, weight=None):
    n = len(events)
    weight = np.ones(n) if weight is None else weight
    return Representatives(np.asarray(events, dtype=np.float32), np.zeros(n, dtype=np.int64), weight)


def pair(seed, p, apart, n=12_000):
    """A population of unequal spreads and one a third as large, ``apart`` sds away; truth and log-likelihood ratio."""
    rng = np.random.default_rng(seed)
    shape = np.linalg.cholesky(0.3 * np.ones((p, p)) + 0.7 * np.diag(rng.uniform(0.5, 2, p)))
    axis = shape @ (lambda v: v / np.linalg.norm(v))(rng.normal(0, 1, p))
    truth = np.repeat([0, 1], [n - n // 4, n // 4])
    events = rng.normal(0, 1, (n, p)) @ shape.T + apart * truth[:, None] * axis
    first = multivariate_normal(np.zeros(p), shape @ shape.T).logpdf(events)
    second = multivariate_normal(apart * axis, shape @ shape.T).logpdf(events)
    return events, truth, second - first - np.log(3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("p", [1, 2, 5, 10])
@pytest.mark.parametrize("off", [-0.8, 0.0, 0.8])
def test_the_border_comes_to_lie_where_the_rule_of_bayes_puts_it(seed, p, off):
    events, truth, log_ratio = pair(seed, p, 2.7)
    before = (log_ratio + off > 0).astype(np.int64)
    after, overlaps = find_overlaps(representatives(events), before)
    assert len(overlaps) == 1
    assert overlaps[0].clusters.tolist() == [0, 1]
    best = ((log_ratio > 0) != truth).mean()
    assert (after != truth).mean() < best + 0.01


def test_a_border_of_steps_is_straightened():
    """As prototypes make it: all that one holds is of one cluster."""
    events, truth, log_ratio = pair(0, 2, 2.7)
    cell = KMeans(12, init="random", n_init=1, max_iter=2, random_state=0).fit_predict(events)
    before = (np.bincount(cell, log_ratio) > 0)[cell].astype(np.int64)
    after, overlaps = find_overlaps(representatives(events), before)
    assert len(overlaps) == 1
    best = ((log_ratio > 0) != truth).mean()
    assert (before != truth).mean() > best + 0.005
    assert (after != truth).mean() < best + 0.002


def crescent(rng):
    turn = rng.uniform(0, 1.2 * np.pi, 4000)
    around = 3 * np.column_stack([np.cos(turn), np.sin(turn)]) + rng.normal(0, 0.4, (4000, 2))
    return np.concatenate([around, rng.normal(0, 0.8, (4000, 2))]), np.repeat([0, 1], 4000)


def tail(rng):
    events = rng.normal(0, 1, (8000, 2))
    return events, (events[:, 0] > 1).astype(np.int64)


def skewed(rng):
    long = np.column_stack([rng.exponential(2, 4000), rng.normal(0, 1, 4000)])
    return np.concatenate([long, rng.normal([-1.5, 0], [0.5, 1], (4000, 2))]), np.repeat([0, 1], 4000)


@pytest.mark.parametrize("draw", [crescent, tail, skewed])
def test_clusters_that_gaussians_would_not_be_keep_their_borders(draw):
    for seed in range(4):
        events, before = draw(np.random.default_rng(seed))
        after, overlaps = find_overlaps(representatives(events), before)
        assert overlaps == []
        assert np.array_equal(after, before)


def test_clusters_far_apart_or_small_or_alone_are_left_alone():
    rng = np.random.default_rng(0)
    events = np.concatenate([rng.normal(0, 1, (3000, 3)), rng.normal(9, 1, (3000, 3)), rng.normal(1.5, 1, (150, 3))])
    before = np.repeat([0, 1, 2], [3000, 3000, 150])
    after, overlaps = find_overlaps(representatives(events), before)
    assert overlaps == []
    assert np.array_equal(after, before)
    assert find_overlaps(representatives(events), 0 * before)[1] == []


def test_several_overlaps_and_clusters_between_them():
    events, truth, log_ratio = pair(0, 3, 2.7)
    other, its_truth, its_log_ratio = pair(1, 3, 2.7)
    alone = np.random.default_rng(0).normal(-90, 1, (500, 3))
    every = np.concatenate([events, other + 90, alone])
    before = np.concatenate([3 * (log_ratio > 0.5), 1 + 3 * (its_log_ratio > -0.5), np.full(500, 2)]).astype(np.int64)
    after, overlaps = find_overlaps(representatives(every), before)
    assert [overlap.clusters.tolist() for overlap in overlaps] == [[0, 3], [1, 4]]
    right = np.concatenate([3 * truth, 1 + 3 * its_truth, np.full(500, 2)])
    best = np.concatenate([(log_ratio > 0) != truth, (its_log_ratio > 0) != its_truth, np.zeros(500, bool)]).mean()
    assert (after != right).mean() < best + 0.01
    assert (after[-500:] == 2).all()
    renumbered = overlaps[0].renumbered(np.array([7, 1, 2, 5, 4]))
    assert renumbered.clusters.tolist() == [7, 5]
    some = every[:50].astype(np.float32)
    assert np.array_equal(responsibility(renumbered, some), responsibility(overlaps[0], some))


def test_weights_count_as_events():
    events, truth, log_ratio = pair(0, 2, 2.7, n=24_000)
    kept = np.concatenate([np.arange(0, 18_000, 3), np.arange(18_000, 24_000)])
    weight = np.where(truth[kept] == 0, 3.0, 1.0)
    after, overlaps = find_overlaps(representatives(events[kept], weight), (log_ratio[kept] > 0.7).astype(np.int64))
    assert len(overlaps) == 1
    wrong = np.average(after != truth[kept], weights=weight)
    assert wrong < np.average((log_ratio[kept] > 0) != truth[kept], weights=weight) + 0.01


@pytest.mark.parametrize("p", [1, 2, 7])
@pytest.mark.parametrize("k", [2, 3])
def test_responsibilities_are_the_posterior_of_gaussians(p, k):
    rng = np.random.default_rng(p)
    share, mean, whiten, offset = rng.dirichlet(np.ones(k)), rng.normal(0, 2, (k, p)), [], []
    events = rng.normal(0, 3, (300, p)).astype(np.float32)
    density = np.empty((300, k))
    for number in range(k):
        half = rng.normal(0, 1, (p, p))
        covariance = half @ half.T + 0.2 * np.eye(p)
        density[:, number] = share[number] * multivariate_normal(mean[number], covariance).pdf(events)
        whiten.append(np.linalg.inv(np.linalg.cholesky(covariance)))
        offset.append(np.log(share[number]) - 0.5 * np.linalg.slogdet(covariance)[1])
    overlap = Overlap(np.arange(k), mean, np.array(whiten), np.array(offset))
    found = responsibility(overlap, events)
    np.testing.assert_allclose(found, density / density.sum(axis=1, keepdims=True), rtol=1e-8, atol=1e-12)
    one_by_one = np.concatenate([responsibility(overlap, events[i : i + 1]) for i in range(300)])
    assert np.array_equal(one_by_one, found)


def test_the_gaussians_found_are_those_that_were_drawn():
    events, truth, log_ratio = pair(2, 3, 2.7, n=40_000)
    _, (overlap,) = find_overlaps(representatives(events), (log_ratio > 0).astype(np.int64))
    for number in (0, 1):
        covariance = np.linalg.inv(overlap.whiten[number].T @ overlap.whiten[number])
        true = np.cov(events[truth == number].T)
        np.testing.assert_allclose(overlap.mean[number], events[truth == number].mean(axis=0), atol=0.3)
        np.testing.assert_allclose(covariance, true, atol=0.25 * np.trace(true))
    found = responsibility(overlap, events.astype(np.float32))[:, 1]
    assert np.abs(found - 1 / (1 + np.exp(-log_ratio))).mean() < 0.03
    assert found.mean() == pytest.approx(0.25, abs=0.03)
    assert (np.triu(overlap.whiten, 1) == 0).all()
