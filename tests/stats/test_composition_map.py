"""Samples by composition: distances are those of centred log ratios, and places keep them."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

from cytoclust.stats import composition_map


def test_two_axes_of_variation_keep_every_aitchison_distance() -> None:
    rng = np.random.default_rng(1)
    ways = rng.normal(0, 1, (2, 7))
    logs = rng.normal(0, 1, (9, 2)) @ ways + 8
    counts = pd.DataFrame(np.exp(logs) - 0.5)  # the pseudocount is added again
    places, shares = composition_map(counts)
    centred = logs - logs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(pdist(places), pdist(centred), rtol=1e-9)
    assert shares.sum() == pytest.approx(1)
    assert shares[0] >= shares[1]


def test_depth_is_no_difference_and_order_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    counts = pd.DataFrame(rng.integers(10_000, 90_000, (5, 6)))
    places, _ = composition_map(counts)
    deeper, _ = composition_map(counts.mul([1, 3, 1, 9, 1], axis=0))
    np.testing.assert_allclose(pdist(places), pdist(deeper), atol=1e-3)
    turned, _ = composition_map(counts.iloc[::-1])
    np.testing.assert_allclose(turned[::-1], places, atol=1e-9)


def test_alike_samples_lie_on_one_place() -> None:
    places, shares = composition_map(pd.DataFrame(np.ones((3, 4))))
    assert not places.any()
    assert not shares.any()
