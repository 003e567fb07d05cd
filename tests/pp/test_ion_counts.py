"""Cofactors of ion counts whose background is known."""

import numpy as np
import pytest

from cytoclust.pp import estimate_cofactors


def _counts(background: float, seed: int = 0) -> np.ndarray:
    """Ten channels, each positive on a fifth of the cells; the background of a cell is exponential about its mean."""
    rng = np.random.default_rng(seed)
    mean = rng.exponential(background, (8000, 10))
    positive = rng.random((8000, 10)) < 0.2
    counted = rng.poisson(np.where(positive, rng.lognormal(np.log(200), 0.4, (8000, 10)), mean))
    return (counted - rng.uniform(0, 1, counted.shape)).astype(np.float32)


@pytest.mark.parametrize(("background", "low", "high"), [(0.1, 5, 5), (0.5, 5, 6), (1.5, 8, 14), (6.0, 15, 15)])
def test_the_cofactor_grows_with_the_background(background: float, low: float, high: float) -> None:
    cofactors = estimate_cofactors(_counts(background), ["mass"] * 10)
    assert len(set(cofactors.tolist())) == 1
    assert low <= cofactors[0] <= high


def test_whole_counts_have_the_cofactor_of_spread_ones() -> None:
    events = _counts(1.5)
    spread, whole = (estimate_cofactors(each, ["mass"] * 10)[0] for each in (events, np.ceil(events)))
    assert abs(spread - whole) <= 3


def test_too_little_to_learn_from_takes_the_habit() -> None:
    assert estimate_cofactors(_counts(6.0)[:50], ["mass"] * 10)[0] == 5
    everywhere = np.random.default_rng(1).normal(300, 20, (5000, 4)).astype(np.float32)
    assert estimate_cofactors(everywhere, ["mass"] * 4)[0] == 5
