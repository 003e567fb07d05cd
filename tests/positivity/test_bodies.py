"""Scatter, pulse and dye of clusters, measured of events whose law is known."""

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.executor import Threads
from cytoclust.io import Panel
from cytoclust.positivity import measure_bodies
from cytoclust.pp import Preparation, Transform

NAMES = ("FSC-A", "FSC-H", "SSC-A", "CD3", "Live Dead")
PANEL = Panel(NAMES, NAMES, ("", "", "", "CD3", "Live Dead"), ("scatter",) * 3 + ("fluorescence",) * 2)
LARGE = 120_000.0


def sample(rng, gain, *, dead=200):
    """2000 small, 500 large and 20 dyed cells, and dead ones set aside."""
    n = (2000, 500, 20, dead)
    label = np.repeat([0, 1, 2, -1], n)
    size = np.array([40_000.0, LARGE, 40_000.0, 30_000.0])[label] * np.exp(rng.normal(0, 0.1, len(label))) * gain
    width = np.array([1.0, 1.3, 1.0, 1.0])[label] * np.exp(rng.normal(0, 0.02, len(label)))
    grain = 9000 * np.exp(rng.normal(0, 0.2, len(label)))
    dye = rng.normal(0, 50, len(label)) + np.array([0, 0, 1500, 9000])[label]
    events = np.stack([size, size / width, grain, np.zeros(len(label)), dye], axis=1).astype(np.float32)
    codes = np.where(label < 0, keys.QC.index("dead"), keys.QC_OK).astype(np.uint8)
    return Preparation(events, codes, Transform("arcsinh", np.array([]))), label[label >= 0]


def measured(gains, **changes):
    rng = np.random.default_rng(1)
    made = [sample(rng, gain) for gain in gains]
    options = {"viability": 4, "executor": Threads(1)} | changes
    return measure_bodies([each for each, _ in made], np.concatenate([mine for _, mine in made]), 4, PANEL, **options)


def test_medians_and_spreads_are_those_of_the_law_whatever_the_gains():
    found = measured([1.0, 0.5, 2.0])
    assert found.size[:2] == pytest.approx(np.log([40_000, LARGE]), abs=0.02)  # 1200 events: an error of 0.004
    assert found.width[:2] == pytest.approx(np.log([1.0, 1.3]), abs=0.01)
    assert found.size_spread[:2] == pytest.approx(0.1, abs=0.02)
    assert found.grain_spread[:2] == pytest.approx(0.2, abs=0.04)
    assert np.isnan([found.size[3], found.grain[3], found.dye[3]]).all()  # a cluster without events


def test_dye_lies_between_that_of_cells_and_of_the_dead():
    found = measured([1.0, 1.0])
    assert found.dye[:2] == pytest.approx(0, abs=0.05)
    scale = np.arcsinh([1500 / 50, (9000 - 50 * 2.05) / 50])  # 2 % of a normal distribution lie 2.05 below
    assert found.dye[2] == pytest.approx(scale[0] / scale[1], abs=0.03)
    assert np.isnan(measured([1.0], viability=-1).dye).all()


def test_nothing_is_measured_on_an_unknown_scale():
    rng = np.random.default_rng(0)
    made, labels = sample(rng, 1.0)
    given = Preparation(made.linear, made.codes)  # transform none
    assert measure_bodies([given], labels, 3, PANEL, viability=4, executor=Threads(1)) is None


def test_pulses_off_scale_say_nothing():
    rng = np.random.default_rng(0)
    made, labels = sample(rng, 1.0)
    events = made.linear.copy()
    events[:, 0] = np.minimum(events[:, 0], 60_000)
    found = measure_bodies(
        [Preparation(events, made.codes, made.transform)], labels, 3, PANEL, viability=4, executor=Threads(1)
    )
    assert np.isnan(found.width[1])
    assert found.width[0] == pytest.approx(0, abs=0.01)
