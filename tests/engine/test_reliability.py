"""What is said of events between two Gaussians, against the posterior in closed form."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from cytoclust.engine._assign import SHARE, assign, build_model, overlapping, posterior
from cytoclust.engine._nearest import nearest
from cytoclust.engine._overlap import find_overlaps
from cytoclust.engine._representatives import Representatives
from tests.engine.blobs import run


def two(seed, p, apart, ratio, n=40_000):
    """Events of two Gaussians so many sds apart, the first ``ratio`` times as many; truth, posterior of the second."""
    rng = np.random.default_rng(seed)
    shape = np.linalg.cholesky(0.3 * np.ones((p, p)) + 0.7 * np.diag(rng.uniform(0.5, 2, p)))
    axis = shape @ (lambda v: v / np.linalg.norm(v))(rng.normal(0, 1, p))
    truth = (rng.random(n) < 1 / (1 + ratio)).astype(np.int64)
    events = (rng.normal(0, 1, (n, p)) @ shape.T + apart * truth[:, None] * axis).astype(np.float32)
    first = multivariate_normal(np.zeros(p), shape @ shape.T).logpdf(events)
    second = multivariate_normal(apart * axis, shape @ shape.T).logpdf(events)
    return events, truth, 1 / (1 + np.exp(np.clip(first - second + np.log(ratio), -500, 500)))


def cut_by_prototypes(events, likely, count=200):
    """As a partition of prototypes leaves it: all events of one have one cluster."""
    prototypes = events[np.random.default_rng(0).choice(len(events), count, replace=False)]
    prototype = nearest(events, prototypes)[0].astype(np.int64)
    rather = np.bincount(prototype, likely - 0.5, count) > 0
    return prototypes, prototype, rather[prototype].astype(np.int64)


def tenths(stated, right, least=500):
    """Mean stated and share right of each tenth of probability with events enough."""
    tenth = np.minimum((stated * 10).astype(int), 9)
    n = np.bincount(tenth, minlength=10)
    some = n >= least
    return (np.bincount(tenth, stated, 10)[some] / n[some]), np.bincount(tenth, right, 10)[some] / n[some]


@pytest.mark.parametrize(
    ("p", "apart", "ratio"), [(2, 2, 1), (2, 3, 5), (5, 2.5, 1), (5, 3, 3), (5, 4, 30), (10, 3, 1), (10, 3.5, 10)]
)
def test_what_is_stated_is_what_is_right(p, apart, ratio):
    events, truth, likely = two(7, p, apart, ratio)
    prototypes, prototype, cut = cut_by_prototypes(events, likely)
    representatives = Representatives(events, prototype, np.ones(len(events)))
    cluster, overlaps = find_overlaps(representatives, cut)
    model = build_model(prototypes, representatives, cluster, overlaps)
    found, probability = assign(model, events)
    true = np.where(found == 1, likely, 1 - likely)
    assert np.abs(probability - true).mean() < 0.02
    stated, right = tenths(probability, found == truth)
    assert len(stated) >= 1
    np.testing.assert_allclose(stated, right, atol=0.05)
    assert (1 - probability).mean() == pytest.approx((found != truth).mean(), rel=0.25)
    np.testing.assert_allclose(posterior(model, events, prototype).max(axis=1), probability, atol=SHARE)
    assert overlapping(model, representatives).tolist() == [1, 0]


def test_kernels_alone_are_too_sure():
    """What the Gaussians are for: the same events, without them."""
    events, truth, likely = two(7, 5, 3, 3)
    prototypes, prototype, cut = cut_by_prototypes(events, likely)
    model = build_model(prototypes, Representatives(events, prototype, np.ones(len(events))), cut)
    found, probability = assign(model, events)
    assert (1 - probability).mean() < 0.5 * (found != truth).mean()


def test_through_the_engine():
    events, truth, likely = two(3, 6, 3.5, 3, n=30_000)
    found, probability, result = run(events)
    assert found.max() == 1  # 0 is the larger
    stated, right = tenths(probability, found == truth)
    np.testing.assert_allclose(stated, right, atol=0.05)
    assert np.abs(probability - np.where(found == 1, likely, 1 - likely)).mean() < 0.02
    assert result.overlaps().tolist() == [1, 0]


def test_clusters_that_no_event_lies_between_overlap_with_none():
    rng = np.random.default_rng(0)
    events = np.concatenate([rng.normal(0, 1, (3000, 3)), rng.normal(40, 1, (3000, 3))]).astype(np.float32)
    prototypes, prototype, cut = cut_by_prototypes(events, np.repeat([0.0, 1.0], 3000))
    representatives = Representatives(events, prototype, np.ones(6000))
    cluster, overlaps = find_overlaps(representatives, cut)
    assert overlaps == []
    assert overlapping(build_model(prototypes, representatives, cluster, overlaps), representatives).tolist() == [
        -1,
        -1,
    ]
