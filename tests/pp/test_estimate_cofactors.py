"""Cofactors against populations whose spread is known."""

import numpy as np
import pytest

from cytoclust.pp import arcsinh_transform, estimate_cofactors


def _channel(rng: np.random.Generator, sd: float, share: float, *, n: int = 20_000, glow: float = 0.0) -> np.ndarray:
    """``share`` of events positive about 100 spreads; the others negative with a spread of ``sd`` about ``glow``."""
    positive = rng.random(n) < share
    return np.where(positive, 100 * sd * rng.lognormal(0, 0.6, n), rng.normal(glow, sd, n))


@pytest.mark.parametrize("sd", [3.0, 60.0, 250.0, 4000.0])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_negatives_get_a_quarter_of_a_unit(sd: float, share: float) -> None:
    rng = np.random.default_rng(1)
    events = np.column_stack([_channel(rng, sd, s) for s in (share, 0.5, 0.1, 0.2)])
    cofactors = estimate_cofactors(events, ["fluorescence"] * 4)
    assert cofactors[0] == pytest.approx(4 * sd, rel=0.15)
    negative = rng.normal(0, sd, (5000, 4)).astype(np.float32)
    assert 0.2 < arcsinh_transform(negative, cofactors)[:, 0].std() < 0.3


def test_glowing_negatives_get_about_a_quarter_of_a_unit() -> None:
    rng = np.random.default_rng(2)
    values = _channel(rng, 100, 0.3, glow=150)
    cofactor = estimate_cofactors(values[:, None], ["fluorescence"])
    negative = rng.normal(150, 100, (5000, 1)).astype(np.float32)
    assert 0.2 < arcsinh_transform(negative, cofactor).std() < 0.3


def test_a_channel_where_all_are_positive_takes_after_the_others() -> None:
    rng = np.random.default_rng(3)
    events = np.column_stack([_channel(rng, 80, s) for s in (0.2, 0.5, 0.1)] + [rng.lognormal(9, 0.5, 20_000)])
    cofactors = estimate_cofactors(events, ["fluorescence"] * 4)
    assert cofactors[3] <= 4.5 * np.median(cofactors[:3])
    tight = np.column_stack([events[:, :3], rng.normal(20_000, 1000, 20_000)])
    assert estimate_cofactors(tight, ["fluorescence"] * 4)[3] == pytest.approx(np.median(cofactors[:3]), rel=0.1)


def test_the_scale_of_the_instrument_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    events = np.column_stack([_channel(rng, sd, 0.3) for sd in (50, 80, 120)])
    kinds = ["fluorescence"] * 3
    np.testing.assert_allclose(estimate_cofactors(events * 64, kinds), 64 * estimate_cofactors(events, kinds))


def test_kinds_and_habits() -> None:
    few = np.array([[1.0, 5.0, 200_000.0, 3.0]] * 5)
    kinds = ["time", "mass", "fluorescence", "scatter"]
    np.testing.assert_array_equal(estimate_cofactors(few, kinds), [np.nan, 5.0, 150.0, np.nan])
    np.testing.assert_array_equal(estimate_cofactors(few[:0], kinds), [np.nan, 5.0, 150.0, np.nan])
    log_amplified = np.full((500, 1), 1.0)  # everything on the floor of four decades, but for one
    log_amplified[0] = 10_000.0
    assert 1 < estimate_cofactors(log_amplified, ["fluorescence"])[0] < 10
    dark = np.zeros((500, 1))
    assert estimate_cofactors(dark, ["fluorescence"])[0] > 0
