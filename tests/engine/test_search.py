import numpy as np
import pytest

from cytoclust.engine._nearest import nearest
from cytoclust.engine._representatives import MOST
from cytoclust.engine._search import build_search, find_all
from cytoclust.executor import Threads
from tests.engine.blobs import source_of


@pytest.fixture(scope="module")
def case():
    """A mixture with one rare far population, a pool of a tenth of it and 1000 prototypes."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 4, (12, 8))
    events = centres[rng.integers(0, 12, 100_000)] + rng.normal(0, 1, (100_000, 8))
    events[:60] = 25 + rng.normal(0, 0.5, (60, 8))
    events = events.astype(np.float32)
    pool = np.concatenate([events[:20], events[60::10]])
    prototypes = np.concatenate([pool[rng.choice(len(pool), 995, replace=False)], events[:5]])
    return events, pool, prototypes


def search_of(case, *, workers=1):
    _, pool, prototypes = case
    return build_search(prototypes, pool, workers=workers)


def test_nearly_every_event_finds_its_nearest_and_the_others_one_hardly_farther(case):
    events, _, prototypes = case
    index, squared = nearest(events, prototypes)
    found = search_of(case).look(events)[0]
    assert (found == index).mean() > 0.98  # 1000 prototypes of a pool of 10,000 events: twenty times fewer than in use
    away = ((events - prototypes[found]) ** 2).sum(axis=1)
    assert np.quantile(away / np.maximum(squared, 1e-3), 0.99) < 1.07


def test_rare_events_find_their_own_kind(case):
    events, _, prototypes = case
    assert (prototypes[search_of(case).look(events[:60])[0]] > 15).all()


def test_every_prototype_finds_itself(case):
    prototypes = np.unique(case[2], axis=0)
    search = build_search(prototypes, case[1], workers=1)
    assert np.array_equal(search.look(prototypes)[0], np.arange(len(prototypes)))


def test_any_division_and_any_number_of_workers_give_the_same(case):
    events = case[0][:5000]
    whole = search_of(case).look(events)[0]
    other = search_of(case, workers=3)
    assert np.array_equal(whole, np.concatenate([other.look(events[i : i + 77])[0] for i in range(0, 5000, 77)]))


def test_few_prototypes_are_all_compared(case):
    events, pool, prototypes = case
    search = build_search(prototypes[:100], pool, workers=1)
    assert np.array_equal(search.look(events)[0], nearest(events, prototypes[:100])[0])


def everything(events, pool, prototypes, *, size=8192, workers=1):
    search = build_search(prototypes, pool, workers=1)
    prototype, strange = find_all(
        source_of(events, size), search, most=len(events), executor=Threads(workers), tick=lambda _: None
    )
    return (prototype, strange.row), search


def test_all_events_of_any_blocks_and_the_strangest_first(case):
    events, pool, prototypes = case
    (prototype, strange), search = everything(events, pool, prototypes)
    assert np.array_equal(prototype, search.look(events)[0])
    times = ((events - prototypes[prototype]) ** 2).sum(axis=1) / search.spread[prototype]
    assert (np.diff(times[strange]) < 1e-3).all()
    assert np.array_equal(np.sort(strange), np.flatnonzero(times > 2)) or abs(len(strange) - (times > 2).sum()) < 3
    for size, workers in ((777, 1), (100_000, 2)):
        again = everything(events, pool, prototypes, size=size, workers=workers)[0]
        assert np.array_equal(prototype, again[0])
        assert np.array_equal(strange, again[1])


def test_a_few_cells_in_the_prototype_of_a_large_population_are_the_strangest():
    rng = np.random.default_rng(0)
    events = rng.normal(0, 0.5, (50_000, 8)).astype(np.float32)
    events[:10, :2] += 4
    pool = events[10:5000]
    (_, strange), _ = everything(events, pool, pool[:600])
    assert set(range(10)) <= set(strange[:200].tolist())


def test_equal_events_are_one_strange_event_with_their_number():
    rng = np.random.default_rng(0)
    events = rng.normal(0, 1, (20_000, 4)).astype(np.float32)
    events[:5000] = 9
    search = build_search(events[5000:5050], events[5000:], workers=1)
    _, strange = find_all(source_of(events, 999), search, most=80, executor=Threads(1), tick=lambda _: None)
    assert len(strange.row) == 80
    assert strange.row[0] < 5000
    assert strange.copies.tolist() == [5000, *[1] * 79]


def test_no_more_than_some_of_one_prototype_are_strange():
    rng = np.random.default_rng(0)
    events = rng.normal(0, 1, (20_000, 4)).astype(np.float32)
    events[:5000] = 9 + rng.normal(0, 1e-3, (5000, 4))
    (prototype, strange), _ = everything(events, events[5000:], events[5000:5050])
    assert np.bincount(prototype[strange]).max() <= MOST
    assert 100 < (strange < 5000).sum() <= MOST
