import numpy as np
import pytest
from scipy.stats import rankdata

from cytoclust.pp._quality_time import _average_ranks


@pytest.mark.parametrize("levels", [2, 30, 100_000])
def test_ranks_are_those_of_scipy(levels: int) -> None:
    values = np.random.default_rng(0).integers(0, levels, 3000).astype(np.float32)
    assert np.array_equal(_average_ranks(values), rankdata(values))
