import numpy as np
import pytest
from scipy.ndimage import median_filter
from scipy.stats import rankdata

from cytoclust.pp._quality_time import _average_ranks, _running_median


@pytest.mark.parametrize("levels", [2, 30, 100_000])
def test_ranks_are_those_of_scipy(levels: int) -> None:
    values = np.random.default_rng(0).integers(0, levels, 3000).astype(np.float32)
    assert np.array_equal(_average_ranks(values), rankdata(values))


@pytest.mark.parametrize("size", [21, 151, 999])
def test_the_running_median_is_that_of_scipy(size: int) -> None:
    values = np.random.default_rng(1).normal(size=400).round(1)
    assert np.array_equal(_running_median(values, size), median_filter(values, size=size, mode="nearest"))
