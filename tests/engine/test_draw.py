import numpy as np
import pytest

from cytoclust.engine import _draw
from cytoclust.engine._draw import Census, draw
from cytoclust.executor import Threads
from cytoclust.lots import contents, lots
from tests.engine.blobs import source_of


def few(_number, _events, content):
    return np.flatnonzero(lots(content, "few") < 0.3)


@pytest.mark.parametrize(("size", "workers"), [(7, 1), (100, 2), (5000, 3)])
def test_the_same_events_with_all_their_copies_from_any_order_and_blocks(size, workers):
    rng = np.random.default_rng(0)
    events = rng.integers(0, 9, (1000, 3)).astype(np.float32)
    whole = draw(source_of(events), few, executor=Threads(1))
    values, counts = np.unique(events, axis=0, return_counts=True)
    by_value = {tuple(value): count for value, count in zip(values.tolist(), counts.tolist(), strict=True)}
    assert [by_value[tuple(event)] for event in whole.events.tolist()] == whole.copies.tolist()
    assert 0.2 * len(values) < len(whole.content) < 0.4 * len(values)
    assert (np.diff(whole.content.astype(float)) > 0).all()
    assert np.array_equal(events[whole.row], whole.events)
    events = rng.permutation(events)
    other = draw(source_of(events, size), few, executor=Threads(workers))
    assert np.array_equal(other.content, whole.content)
    assert np.array_equal(other.events, whole.events)
    assert np.array_equal(other.copies, whole.copies)
    assert np.array_equal(events[other.row], whole.events)


def test_minus_zero_is_zero():
    events = np.array([[0.0], [-0.0], [1.0]], dtype=np.float32)
    drawn = draw(source_of(events), lambda _n, _e, content: np.arange(len(content)), executor=Threads(1))
    assert sorted(zip(drawn.events[:, 0].tolist(), drawn.copies.tolist(), strict=True)) == [(0, 2), (1, 1)]
    assert not np.signbit(drawn.events).any()


def test_census_knows_what_has_very_many_copies(monkeypatch):
    rng = np.random.default_rng(0)
    events = rng.normal(0, 1, (20_000, 2)).astype(np.float32)
    events[:500], events[500:503] = 3, 4
    census = Census(len(events))
    for part in np.array_split(events, 9):
        census.add(contents(part))
    assert census.crowded
    bound = census.bound(contents(events))
    assert (bound[:500] >= 500).all()
    assert (bound[500:] == 1).mean() > 0.99
    drawn = draw(source_of(events), lambda _n, _e, content: np.arange(len(content)), executor=Threads(1))
    assert sorted(census.lots_of(drawn).tolist())[-2:] == [1, 500]
    without = Census(len(events))
    without.add(contents(events[500:]))
    assert not without.crowded
    monkeypatch.setattr(_draw, "CHANCE", -1e9)
    assert Census(len(events)).crowded
