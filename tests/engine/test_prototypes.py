import numpy as np
import pytest

from cytoclust.engine import _prototypes
from cytoclust.engine._nearest import nearest
from cytoclust.engine._prototypes import find_prototypes
from cytoclust.executor import Threads
from tests.engine.blobs import source_of


def find(events, count, *, seed=0, size=8192, workers=1):
    rng = np.random.default_rng(seed)
    return find_prototypes(source_of(events, size), count, rng=rng, executor=Threads(workers), tick=lambda _: None)[0]


@pytest.fixture
def small_pool(monkeypatch):
    """Two-stage search of 40,000 events, as if they were many millions."""
    monkeypatch.setattr(_prototypes, "POOL_EVENTS", 4_000)
    monkeypatch.setattr(_prototypes, "FAR_EVENTS", 1_500)
    monkeypatch.setattr(_prototypes, "LANDMARKS", 40)


def rare(scale=1.0, n=40_000, few=20):
    rng = np.random.default_rng(1)
    events = rng.normal(0, 1, (n, 6))
    far = rng.choice(n, few, replace=False)
    events[far, 0] += 30
    return (scale * events).astype(np.float32), far


@pytest.mark.usefixtures("small_pool")
@pytest.mark.parametrize("seed", range(5))
def test_every_event_of_a_rare_far_population_has_a_prototype_of_its_own_kind(seed):
    events, far = rare()
    prototypes = find(events, 300, seed=seed)
    assert (prototypes[nearest(events[far], prototypes)[0], 0] > 20).all()  # never one of, or mixed with, the others
    assert nearest(events[far], prototypes)[1].max() < 6 * 4


@pytest.mark.usefixtures("small_pool")
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_weights_of_the_pool_are_unbiased(scale):
    events, far = rare(scale, few=400)
    totals = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        mixed = events[rng.permutation(len(events))]
        pool, weights = _prototypes._pool(source_of(mixed), rng=rng, executor=Threads(1), tick=lambda _: None)
        assert (weights >= 1).all()
        is_far, is_tail = pool[:, 0] > 15 * scale, np.abs(pool[:, 1]) > 2 * scale
        totals.append([weights[is_far].sum(), weights[~is_far].sum(), weights[is_tail].sum()])
    truth = np.array([len(far), len(events) - len(far), (np.abs(events[:, 1]) > 2 * scale).sum()])
    # landmarks are of the even sample, and weigh most there: a bias of a few times 40 events in this small case
    error = np.std(totals, axis=0) / np.sqrt(len(totals))
    assert (error < 0.02 * truth).all()
    assert (np.abs(np.mean(totals, axis=0) - truth) < 3 * error + 0.06 * truth).all()


@pytest.mark.usefixtures("small_pool")
def test_same_bits_for_any_block_size_and_workers():
    events, _ = rare()
    first = find(events, 200)
    for size, workers in ((100, 1), (40_000, 2), (777, 3)):
        assert np.array_equal(first, find(events, 200, size=size, workers=workers))
    assert not np.array_equal(first, find(events, 200, seed=1))


def test_all_events_are_used_where_they_are_few():
    events, _ = rare(n=1000)
    pool, weights = _prototypes._pool(
        source_of(events), rng=np.random.default_rng(0), executor=Threads(1), tick=lambda _: None
    )  # fmt: skip
    assert np.array_equal(pool, events)
    assert (weights == 1).all()


@pytest.mark.parametrize("count", [16, 50, 100])
def test_number_of_prototypes(count):
    events = np.random.default_rng(0).normal(0, 1, (1000, 3)).astype(np.float32)
    found = find(events, count)
    assert 0.9 * count <= len(found) <= count
    assert len(find(events, 5000)) <= 100  # at most one for ten events


def test_lloyd_moves_a_prototype_to_the_weighted_mean_of_its_events():
    pool = np.array([[0], [1], [10], [14]], dtype=np.float32)
    weights = np.array([1.0, 3, 1, 1])
    prototypes = np.array([[0], [11], [99]], dtype=np.float32)
    assert _prototypes._lloyd(pool, weights, prototypes, 1).tolist() == [[0.75], [12]]  # 99 has no event


def test_equal_events_make_one_prototype():
    assert find(np.full((500, 4), 7, dtype=np.float32), 25).tolist() == [[7, 7, 7, 7]]
