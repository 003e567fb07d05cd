import numpy as np
import pytest
from scipy.spatial.distance import pdist

from benchmarks.score import NOT_SCORED
from benchmarks.shapes import SHAPES, planted


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "ratio"])
def test_a_shape_is_finite_named_and_made_the_same_again(name):
    events, kinds = SHAPES[name](3)
    again, same = SHAPES[name](3)
    assert events.dtype == np.float32
    assert events.shape[0] == len(kinds)
    assert np.isfinite(events).all()
    np.testing.assert_array_equal(events, again)
    np.testing.assert_array_equal(kinds, same)
    assert (len(np.unique(kinds)) == 1) == name.startswith("one-")


@pytest.mark.slow
def test_ratio_has_populations_of_a_million_to_ten():
    kinds = SHAPES["ratio"](0)[1]
    assert sorted(np.unique(kinds, return_counts=True)[1]) == [10, 100, 1000, 10_000, 100_000, 1_000_000]


def test_only_cells_of_the_path_are_not_scored_and_no_gap_is_in_it():
    events, kinds = SHAPES["continuum"](0)
    path = events[kinds == NOT_SCORED]
    assert len(path) == 60_000
    along = np.sort(np.arctan2(path[:, 0], 10 - path[:, 1]))
    assert np.diff(along[600:-600]).max() < 0.01  # of a quarter of a circle, 1.57


def test_planted_populations_are_as_many_and_as_far_as_told():
    sizes = (10, 40)
    for markers, apart in ((1, 3.2), (2, 3.2 * np.sqrt(2))):
        events, kinds = planted(1, sizes=sizes, markers=markers, events=100_000)
        assert len(events) == len(kinds) == 100_000
        assert [np.count_nonzero(kinds == f"planted {size}") for size in sizes] == list(sizes)
        large = [
            f"background {number}" for number in range(15) if np.count_nonzero(kinds == f"background {number}") > 2000
        ]
        centres = np.array(
            [np.median(events[kinds == name], axis=0) for name in large if name.startswith("background")]
        )
        mine = np.median(events[kinds == "planted 40"], axis=0)
        nearest = np.linalg.norm(centres - mine, axis=1).min()
        assert pdist(centres).min() > 0
        assert 3.2 - 0.5 < nearest < apart + 0.5
