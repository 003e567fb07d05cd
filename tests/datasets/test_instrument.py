import numpy as np
import pytest

from cytoclust.datasets._instrument import (
    DETECTORS,
    FLUOROCHROMES,
    channels,
    detect,
    marker_columns,
    pair_height,
    pulse_width,
    spillover,
)
from cytoclust.datasets._populations import MARKERS


def test_channels_are_those_of_an_eleven_colour_instrument():
    names = [channel.name for channel in channels()]
    assert names[:5] == ["FSC-A", "FSC-H", "FSC-W", "SSC-A", "SSC-H"]
    assert names[-1] == "Time"
    assert len(DETECTORS) == 11
    assert [FLUOROCHROMES[i] for i in marker_columns()] == list(MARKERS)
    assert {channel.range for channel in channels()} == {262_144}


def test_spillover_follows_the_gains_of_the_detectors():
    flat, gains = spillover(np.ones(11)), np.linspace(0.8, 1.2, 11)
    scaled = spillover(gains)
    np.testing.assert_array_equal(np.diag(scaled), 1)
    np.testing.assert_allclose(scaled, flat * gains / gains[:, None], atol=1e-6)
    assert (flat >= 0).all()
    assert np.linalg.cond(flat) < 5


def test_counting_noise_has_the_mean_and_variance_of_its_formula():
    rng = np.random.default_rng(1)
    signal = np.full((40_000, 11), 5000, dtype=np.float32)
    gains = np.full(11, 1.1)
    values = detect(signal, gains, rng)
    quantum = np.array([8, 10, 10, 12, 14, 8, 14, 6, 7, 14, 9])  # units a photoelectron, as in the table
    electronic = np.array([22, 24, 26, 28, 30, 20, 30, 20, 20, 30, 24])
    variance = 5000 * quantum * 1.1**2 + electronic**2
    np.testing.assert_allclose(values.mean(axis=0), 5500, rtol=0.003)
    np.testing.assert_allclose(values.var(axis=0), variance, rtol=0.05)


def test_dark_signal_goes_below_zero():
    values = detect(np.zeros((2000, 11), dtype=np.float32), np.ones(11), np.random.default_rng(0))
    np.testing.assert_allclose((values < 0).mean(axis=0), 0.5, atol=0.05)


def test_a_lymphocyte_has_equal_area_and_height_and_larger_cells_longer_pulses():
    widths = pulse_width(np.array([7.0, 11.0, 15.0]))
    assert widths[0] == pytest.approx(1)
    assert 1.05 < widths[1] < widths[2] < 1.5


@pytest.mark.parametrize(("distance", "expected"), [(0.0, 2.0), (100.0, 1.0)])
def test_height_of_two_equal_cells(distance, expected):
    area, um = np.full((1, 2), 1000.0), np.full((1, 2), 7.0)
    assert pair_height(area, um, np.array([distance]))[0] == pytest.approx(1000 * expected)


def test_height_of_two_cells_in_touch_against_the_sum_on_a_fine_grid():
    area, um, distance = np.array([[50_000.0, 100_000.0]]), np.array([[7.0, 11.0]]), np.array([8.0])
    sd = np.sqrt(2.5**2 + (0.18 * um[0]) ** 2)
    t = np.linspace(-20, 30, 50_001)
    pulses = area[0] / pulse_width(um[0]) * np.exp(-0.5 * ((t[:, None] - np.array([0.0, 8.0])) / sd) ** 2)
    assert pair_height(area, um, distance)[0] == pytest.approx(pulses.sum(axis=1).max(), rel=0.003)
