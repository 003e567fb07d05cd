import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from cytoclust.engine._assign import CANDIDATES, SHARE, Model, assign, build_model
from cytoclust.engine._mixture import Overlap
from cytoclust.engine._nearest import nearest
from cytoclust.engine._representatives import Representatives
from tests.engine.blobs import blobs


def model_of(events, prototypes, cluster, overlaps=()):
    prototype = nearest(events, prototypes)[0].astype(np.int64)
    weight = np.random.default_rng(0).uniform(1, 30, len(events))
    return build_model(prototypes, Representatives(events, prototype, weight), cluster, overlaps)


@pytest.fixture
def fitted():
    rng = np.random.default_rng(0)
    events = np.concatenate([rng.normal(0, 1, (300, 3)), rng.normal(2.5, 1, (300, 3))]).astype(np.float32)
    prototypes = events[rng.choice(600, 30, replace=False)]
    cluster = (events.sum(axis=1) > 3.75).astype(np.int64) + 2 * (events[:, 0] > 3.5)
    cluster = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    return model_of(events, prototypes, cluster), events, cluster


def posterior(model, event, prototype):
    """log-space, float64, one event: probability of every cluster."""
    near = model.candidates[prototype].astype(int)
    squared = ((event.astype(np.float64) - model.centres[near]) ** 2).sum(axis=1)
    variance = model.variance[near].astype(np.float64)
    log = np.log(model.mass[near]) - len(event) / 2 * np.log(variance) - squared / (2 * variance)
    weights = np.exp(log - logsumexp(log))
    return np.bincount(model.cluster[near], weights, model.cluster.max() + 1)


def test_posterior_of_the_mixture(fitted):
    model, _, _ = fitted
    events = np.random.default_rng(1).normal(1, 2, (400, 3)).astype(np.float32)
    prototype = nearest(events, model.prototypes)[0]
    cluster, probability = assign(model, events, prototype)
    truth = np.stack([posterior(model, *pair) for pair in zip(events, prototype, strict=True)])
    assert cluster.tolist() == truth.argmax(axis=1).tolist()
    np.testing.assert_allclose(probability, truth.max(axis=1), rtol=1e-4)
    assert ((probability >= 1 / (model.cluster.max() + 1)) & (probability <= 1)).all()
    assert (probability < 0.9).any()
    again = assign(model, events)  # finds the nearest prototype itself
    assert np.array_equal(again[0], cluster)
    assert np.array_equal(again[1], probability)


def test_kernels_are_means_masses_and_spreads_of_their_events(fitted):
    model, events, cluster = fitted
    prototype = nearest(events, model.prototypes)[0]
    weight = np.random.default_rng(0).uniform(1, 30, len(events))
    kernels = sorted({*zip(prototype.tolist(), cluster.tolist(), strict=True)})
    assert model.cluster.tolist() == [kernel[1] for kernel in kernels]
    for number, (p, c) in enumerate(kernels):
        mine = (prototype == p) & (cluster == c)
        np.testing.assert_allclose(model.centres[number], events[mine].mean(axis=0), rtol=1e-5, atol=1e-6)
        assert model.mass[number] == pytest.approx(weight[mine].sum())
    assert model.mass.sum() == pytest.approx(weight.sum())
    typical = sum(((events[prototype == p][cluster[prototype == p] == c] - m) ** 2).mean(axis=1).sum()
                  for (p, c), m in zip(kernels, model.centres, strict=True)) / (600 - len(kernels))  # fmt: skip
    single = [i for i, (p, c) in enumerate(kernels) if ((prototype == p) & (cluster == c)).sum() == 1]
    np.testing.assert_allclose(model.variance[single], 5 / 6 * typical, rtol=1e-4)


def test_candidates_are_the_nearest_kernels_and_ones_own(fitted):
    model, events, cluster = fitted
    prototype = nearest(events, model.prototypes)[0]
    kernels = sorted({*zip(prototype.tolist(), cluster.tolist(), strict=True)})
    owner = np.array([kernel[0] for kernel in kernels])
    for number, near in enumerate(model.candidates):
        squared = ((model.prototypes[number].astype(np.float64) - model.centres) ** 2).sum(axis=1)
        squared[owner == number] = -1
        assert set(near) == set(np.argsort(squared)[:CANDIDATES])


def test_events_in_the_heart_of_a_population_are_certain():
    events, truth = blobs(0, [300, 300], apart=15)
    cluster, probability = assign(model_of(events, events[::20].copy(), truth), events)
    assert np.array_equal(cluster, truth)
    assert (probability > 0.999).all()


def test_each_event_on_its_own_gives_the_same_bits(fitted):
    model, events, _ = fitted
    cluster, probability = assign(model, events)
    for start in range(0, 600, 37):
        part = assign(model, events[start : start + 37])
        assert np.array_equal(part[0], cluster[start : start + 37])
        assert np.array_equal(part[1], probability[start : start + 37])


def test_one_kernel_far_events_and_no_spread():
    events = np.zeros((20, 2), dtype=np.float32)
    model = model_of(events, events[:1], np.zeros(20, dtype=np.int64))
    assert isinstance(model, Model)
    cluster, probability = assign(model, np.array([[0, 0], [1e6, -1e6]], dtype=np.float32))
    assert cluster.tolist() == [0, 0]
    assert probability.tolist() == [1, 1]


@pytest.fixture
def overlapping():
    """Three clusters far from the one in the middle of numbers, two of which overlap."""
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0, 0], [20, 0, 0], [2.5, 0, 0]])
    truth = np.repeat([0, 1, 2], [600, 300, 200])
    events = (rng.normal(0, 1, (1100, 3)) + centres[truth]).astype(np.float32)
    share = np.array([0.75, 0.25])
    whiten = np.array([np.eye(3), np.diag([1, 0.5, 2.0])])
    offset = np.log(share) + np.log([1, 1.0])
    overlap = Overlap(np.array([0, 2]), centres[[0, 2]], whiten, offset)
    prototypes = events[rng.choice(1100, 60, replace=False)]
    return model_of(events, prototypes, truth), model_of(events, prototypes, truth, [overlap]), events


def test_between_clusters_that_overlap_gaussians_decide(overlapping):
    without, model, events = overlapping
    before, its_probability = assign(without, events)
    cluster, probability = assign(model, events)
    alone = before == 1
    assert np.array_equal(cluster[alone], before[alone])
    assert np.array_equal(probability[alone], its_probability[alone])
    density = np.column_stack([
        0.75 * multivariate_normal([0, 0, 0], np.eye(3)).pdf(events[~alone]),
        0.25 * multivariate_normal([2.5, 0, 0], np.diag([1, 4, 0.25])).pdf(events[~alone]),
    ])  # fmt: skip
    posterior = density / density.sum(axis=1, keepdims=True)
    assert cluster[~alone].tolist() == np.array([0, 2])[posterior.argmax(axis=1)].tolist()
    assert (cluster != before).sum() > 10
    assert (probability[~alone] <= posterior.max(axis=1) + SHARE).all()
    certain = its_probability[~alone] > 0.999
    np.testing.assert_allclose(probability[~alone][certain], posterior.max(axis=1)[certain], rtol=2e-3)


def test_each_event_on_its_own_gives_the_same_bits_in_overlaps_too(overlapping):
    _, model, events = overlapping
    cluster, probability = assign(model, events)
    for start in range(0, 1100, 61):
        part = assign(model, events[start : start + 61])
        assert np.array_equal(part[0], cluster[start : start + 61])
        assert np.array_equal(part[1], probability[start : start + 61])
    assert len(assign(model, events[:0])[0]) == 0
