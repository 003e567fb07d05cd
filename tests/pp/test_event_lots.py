"""Which events of a sample are drawn: by what they are, whatever their order."""

import numpy as np
import pytest

from cytoclust.pp import FIT_EVENTS, Preparation, find_event_lots


@pytest.fixture(scope="module")
def many():
    """More events than are drawn, all different."""
    return np.random.default_rng(0).normal(size=(FIT_EVENTS + 20_000, 2)).astype(np.float32)


def test_shuffled_events_give_the_same_draw_in_the_same_order(many):
    rows = find_event_lots(many).drawn
    assert len(np.unique(rows)) == FIT_EVENTS
    order = np.random.default_rng(1).permutation(len(many))
    np.testing.assert_array_equal(many[order][find_event_lots(many[order]).drawn], many[rows])


def test_any_first_few_are_a_fair_draw(many):
    rows = find_event_lots(many).drawn
    for few in (2_000, 20_000, FIT_EVENTS):
        at = rows[:few] / len(many)
        assert np.abs(np.sort(at) - (np.arange(few) + 0.5) / few).max() < 2 / np.sqrt(few)  # Kolmogorov: p < 0.001
        assert abs(many[rows[:few], 0].mean()) < 4 / np.sqrt(few)


def test_equal_events_are_drawn_in_their_proportion_and_have_lots_of_their_own():
    """A third of the events is one and the same, as in whole numbers of ions without a clock."""
    n = FIT_EVENTS + 30_000
    events = np.random.default_rng(2).normal(size=(n, 2)).astype(np.float32)
    equal = np.arange(n) % 3 == 0
    events[equal] = 0
    found = find_event_lots(events)
    assert equal[found.drawn].mean() == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / FIT_EVENTS))
    lots = Preparation(events, np.zeros(n, np.uint8)).lots(slice(0, n), "a draw")
    assert len(np.unique(lots)) == n
    mine = np.sort(lots[equal])
    assert np.abs(mine - (np.arange(len(mine)) + 0.5) / len(mine)).max() < 2 / np.sqrt(len(mine))


def test_a_sample_without_events():
    assert len(find_event_lots(np.empty((0, 3), dtype=np.float32)).drawn) == 0
