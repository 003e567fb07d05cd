import numpy as np
from scipy import stats

from cytoclust.lots import contents, lots


def splitmix(state: int) -> int:
    """The finaliser of SplitMix64, in whole numbers of Python."""
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
    return state ^ (state >> 31)


def test_contents_by_whole_numbers_of_python() -> None:
    events = np.random.default_rng(0).normal(0, 1, (50, 3)).astype(np.float32)
    for event, found in zip(events, contents(events).tolist(), strict=True):
        mixed = 3
        for bits in event.view(np.uint32).tolist():
            mixed = (mixed ^ bits) * 0x9E3779B97F4A7C15 % 2**64
            mixed ^= mixed >> 32
        assert splitmix(mixed) == found


def test_equal_events_are_equal_and_all_others_are_not() -> None:
    grid = np.stack(np.meshgrid(*[np.arange(60, dtype=np.float32)] * 3), axis=-1).reshape(-1, 3)
    assert len(np.unique(contents(grid))) == len(grid)
    assert np.array_equal(contents(grid[::-1])[::-1], contents(grid))
    assert contents(np.array([[0.0, 1.0]], dtype=np.float32)) == contents(np.array([[-0.0, 1.0]], dtype=np.float32))
    assert contents(np.zeros((1, 2), dtype=np.float32)) != contents(np.zeros((1, 3), dtype=np.float32))


def test_lots_are_even_and_one_draw_tells_nothing_of_another() -> None:
    content = contents(np.arange(100_000, dtype=np.float32)[:, None])  # neighbours on a line
    drawn = [lots(content, "even"), lots(content, "even", 1), lots(content, "far"), lots(content, "far", 2)]
    for lot in drawn:
        assert 0 < lot.min() < lot.max() < 1
        assert stats.kstest(lot, "uniform").pvalue > 1e-3
        assert abs(np.corrcoef(lot[1:], lot[:-1])[0, 1]) < 0.015
    assert abs(np.corrcoef(drawn) - np.eye(4)).max() < 0.015
    assert np.array_equal(drawn[0], lots(content, "even", 0))
