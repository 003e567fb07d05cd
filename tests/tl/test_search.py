import numpy as np
import pytest

from cytoclust.tl._nearest import nearest
from cytoclust.tl._search import build_search


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
    return build_search(prototypes, pool, rng=np.random.default_rng(1), workers=workers)


def test_nearly_every_event_finds_its_nearest_and_the_others_one_hardly_farther(case):
    events, _, prototypes = case
    index, squared = nearest(events, prototypes)
    found = search_of(case).find(events)
    assert (found == index).mean() > 0.98  # 1000 prototypes of a pool of 10,000 events: twenty times fewer than in use
    away = ((events - prototypes[found]) ** 2).sum(axis=1)
    assert np.quantile(away / np.maximum(squared, 1e-3), 0.99) < 1.05


def test_rare_events_find_their_own_kind(case):
    events, _, prototypes = case
    assert (prototypes[search_of(case).find(events[:60])] > 15).all()


def test_every_prototype_finds_itself(case):
    prototypes = np.unique(case[2], axis=0)
    search = build_search(prototypes, case[1], rng=np.random.default_rng(1), workers=1)
    assert np.array_equal(search.find(prototypes), np.arange(len(prototypes)))


def test_any_division_and_any_number_of_workers_give_the_same(case):
    events = case[0][:5000]
    whole = search_of(case).find(events)
    other = search_of(case, workers=3)
    assert np.array_equal(whole, np.concatenate([other.find(events[i : i + 77]) for i in range(0, 5000, 77)]))


def test_few_prototypes_are_all_compared(case):
    events, pool, prototypes = case
    search = build_search(prototypes[:100], pool, rng=np.random.default_rng(1), workers=1)
    assert np.array_equal(search.find(events), nearest(events, prototypes[:100])[0])
