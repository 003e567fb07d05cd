"""Debris in tubes with many stains, few and none; the truth is known."""

import math

import numpy as np
import pytest

from cytoclust.pp._quality_debris import _is_shown
from tests.pp.lymphoid import KINDS, STAINS, lymphoid
from tests.pp.marrow import judge

TUBES = [tuple(STAINS), ("CD14", "CD11c", "CD45", "CD33"), ("CD14", "CD33"), ("CD45",), ("CD19",), ()]


@pytest.mark.parametrize(
    "stained", TUBES, ids=["all", "myeloid", "nothing on lymphocytes", "CD45", "single", "unstained"]
)
@pytest.mark.parametrize("debris", [0.0, 0.15, 0.4])
def test_small_cells_stay_whatever_is_stained(stained: tuple[str, ...], debris: float) -> None:
    sample = lymphoid(20_000, seed=11, stained=stained, debris=debris)
    _, qc = judge(sample.events, sample.panel)
    for kind in KINDS:
        assert (qc == "debris")[(sample.truth != "debris") & (sample.kind == kind)].mean() < 0.01, kind


def test_debris_is_caught_where_stains_tell() -> None:
    sample = lymphoid(20_000, seed=12, debris=0.2)
    _, qc = judge(sample.events, sample.panel)
    assert (qc == "debris")[sample.truth == "debris"].mean() > 0.8


@pytest.mark.parametrize("stained", TUBES, ids=str)
def test_what_is_far_too_small_is_debris_without_stains(stained: tuple[str, ...]) -> None:
    sample = lymphoid(20_000, seed=13, stained=stained, debris=0.2, small=3.0)
    _, qc = judge(sample.events, sample.panel)
    assert (qc == "debris")[sample.truth == "debris"].mean() > 0.8
    assert (qc == "debris")[sample.truth != "debris"].mean() < 0.01


def test_small_events_that_may_be_cells_are_told() -> None:
    rng = np.random.default_rng(14)
    sample = lymphoid(20_000, seed=14, debris=0.0, stained=())
    small = rng.random(len(sample.events)) < 0.2
    sample.events[small, :2] *= (0.3 * rng.lognormal(0, 0.4, small.sum()))[:, None]
    sample.events[small, 2:4] *= (0.3 * rng.lognormal(0, 0.6, small.sum()))[:, None]
    model, qc = judge(sample.events, sample.panel)
    assert "debris unclear" in [note.code for note in model.notes]
    assert not (qc == "debris").any()


def test_pieces_beside_cells_half_of_which_carry_a_marker():
    """Its median then lies between those with and without it, and pieces of the former may be above; none is bright."""
    rng = np.random.default_rng(3)
    n, small = 4000, 600
    low = np.arange(n) < small

    def marker(share, of_small, piece):
        signal = np.where(rng.random(n) < share, rng.lognormal(np.log(8000), 0.3, n), rng.normal(0, 100, n))
        pieces = np.where(rng.random(n) < of_small, rng.lognormal(np.log(piece), 0.2, n), rng.normal(0, 100, n))
        return np.where(low, pieces, signal)

    half = marker(0.51, 0.4, 7000)
    dimmer = [marker(0.6, 0.05, 2000) for _ in range(4)]
    events = np.column_stack([half, *dimmer]).astype(np.float32)
    assert np.mean(events[low, 0] > np.median(events[~low, 0])) > 0.2
    assert _is_shown(events, low, math.log(0.3), list(range(5)))
    as_bright = events.copy()
    as_bright[low, 0] = rng.permutation(events[~low, 0])[:small]
    assert not _is_shown(as_bright, low, math.log(0.3), list(range(5)))
