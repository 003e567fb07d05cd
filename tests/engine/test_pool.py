import numpy as np
import pytest

from cytoclust.engine import _pool
from cytoclust.engine._pool import draw_pool
from cytoclust.executor import Threads
from tests.engine.blobs import source_of


def pool_of(events, *, salt=0, size=8192, workers=1):
    return draw_pool(source_of(events, size), salt=salt, executor=Threads(workers), tick=lambda _: None)


@pytest.fixture
def small(monkeypatch):
    """Two stages for 40,000 events, as if they were many millions."""
    monkeypatch.setattr(_pool, "POOL_EVENTS", 4_000)
    monkeypatch.setattr(_pool, "FAR_EVENTS", 1_500)
    monkeypatch.setattr(_pool, "LANDMARKS", 40)


def rare(scale=1.0, n=40_000, few=20):
    rng = np.random.default_rng(1)
    events = rng.normal(0, 1, (n, 6))
    far = rng.choice(n, few, replace=False)
    events[far, 0] += 30
    return (scale * events).astype(np.float32), far


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_weights_are_unbiased(scale):
    events, far = rare(scale, few=400)
    totals = []
    for salt in range(30):
        pool = pool_of(events, salt=salt)
        assert (pool.weight >= 1).all()
        is_far, is_tail = pool.events[:, 0] > 15 * scale, np.abs(pool.events[:, 1]) > 2 * scale
        totals.append([pool.weight[is_far].sum(), pool.weight[~is_far].sum(), pool.weight[is_tail].sum()])
        assert abs(len(pool.even) - 4000) < 5 * np.sqrt(4000)
    truth = np.array([len(far), len(events) - len(far), (np.abs(events[:, 1]) > 2 * scale).sum()])
    # landmarks are of the even sample, and weigh most there: a bias of a few times 40 events in this small case
    error = np.std(totals, axis=0) / np.sqrt(len(totals))
    assert (error < 0.025 * truth).all()
    assert (np.abs(np.mean(totals, axis=0) - truth) < 3 * error + 0.06 * truth).all()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("copies", [1, 3, 40])
def test_events_with_copies_are_drawn_as_often_as_others_and_weigh_all_their_copies(copies):
    rng = np.random.default_rng(2)
    events = rng.normal(0, 1, (40_000 // copies, 4)).astype(np.float32)
    events = np.concatenate([np.repeat(events, copies, axis=0), np.full((12_000, 4), 2.5, dtype=np.float32)])
    pool = pool_of(events)
    piled = (pool.events == 2.5).all(axis=1)
    assert piled.sum() == 1
    assert pool.weight[piled][0] == pytest.approx(12_000, rel=0.01)
    assert pool.weight[~piled].sum() == pytest.approx(40_000, rel=0.1)
    assert len(pool.events) > (2000 if copies < 40 else 900)
    assert (pool.even == 2.5).all(axis=1).sum() == pytest.approx(12_000 * 4_000 / len(events), rel=0.01)


@pytest.mark.usefixtures("small")
def test_the_same_for_any_order_blocks_and_workers():
    events, _ = rare()
    events[::7] = events[0]
    first = pool_of(events)
    for size, workers in ((100, 1), (40_000, 2), (777, 3)):
        other = pool_of(np.random.default_rng(size).permutation(events), size=size, workers=workers)
        for name in ("content", "events", "weight", "even"):
            assert np.array_equal(getattr(first, name), getattr(other, name))
    assert not np.array_equal(first.content, pool_of(events, salt=1).content)


def test_all_events_are_used_where_they_are_few():
    events, _ = rare(n=1000)
    pool = pool_of(np.concatenate([events, events[:10]]))
    assert np.array_equal(np.unique(pool.events, axis=0), np.unique(events, axis=0))
    assert (pool.weight == 1 + (np.isin(pool.events[:, 1], events[:10, 1]))).all()
    assert len(pool.even) == 1010
