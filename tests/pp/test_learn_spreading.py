"""Equal values are no population: spread, they give the clusters of the values before they were made equal."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from cytoclust import params
from cytoclust.engine import cluster_events
from cytoclust.engine._source import ArraySource
from cytoclust.executor import Threads
from cytoclust.lots import lots
from cytoclust.pp import Spreading, estimate_cofactors, learn_spreading
from cytoclust.pp._learn_spreading import learn_column

SHARES = (0.40, 0.25, 0.12, 0.13, 0.10)
POSITIVE = ((0, 1), (0, 2), (3,), (4,), (5,))
SD = 120.0


def blood(n: int = 8000, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Five kinds of cell in six markers, linear: negatives around 0."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(5, n, p=SHARES)
    events = rng.normal(0, SD, (n, 6))
    for number, markers in enumerate(POSITIVE):
        for marker in markers:
            rows = kind == number
            events[rows, marker] = rng.lognormal(np.log(8000), 0.5, rows.sum())
    return events, kind


def learnt(events: np.ndarray) -> tuple[Spreading, np.ndarray]:
    events = np.ascontiguousarray(events, dtype=np.float32)
    width = events.shape[1]
    spreading = learn_spreading(events, [f"CD{i}" for i in range(width)], [True] * width)
    return spreading, spreading(events, np.arange(len(events), dtype=np.uint64))


def clusters(events: np.ndarray) -> np.ndarray:
    source = ArraySource(lambda rows: events[rows], np.arange(len(events)), 4096)
    return cluster_events(source, params.Cluster(), seed=0, executor=Threads(1)).labels


def floored(share: float) -> tuple[np.ndarray, np.ndarray]:
    events, kind = blood()
    floor = np.quantile(events[kind == 0, 5], share)
    return np.arcsinh(np.maximum(events - floor, 0) / 480), kind


def saturated(share: float) -> tuple[np.ndarray, np.ndarray]:
    events, kind = blood()
    top = np.quantile(events[kind == 0, 0], 1 - share)
    return np.arcsinh(np.minimum(events, top) / 480), kind


def coarse(step: float) -> tuple[np.ndarray, np.ndarray]:
    events, kind = blood()
    return np.arcsinh(np.round(events / step) * step / 480), kind


def log_channels(baseline: float) -> tuple[np.ndarray, np.ndarray]:
    """Ten bits over four decades, as channels: what is below the first is in channel 0."""
    events, kind = blood()
    return np.clip(np.floor(256 * np.log10(np.maximum(events + baseline, 1e-9) / 20)), 0, 1023), kind


def log_amplified(baseline: float) -> tuple[np.ndarray, np.ndarray]:
    """The same made linear, on the scale that is chosen for it."""
    channels, kind = log_channels(baseline)
    linear = 10 ** (channels / 256)
    return np.arcsinh(linear / estimate_cofactors(linear, ["fluorescence"] * 6)), kind


def counted(background: float, *, zeros: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Ion counts, whole, or made continuous but for zeros."""
    rng = np.random.default_rng(2)
    _, kind = blood()
    counts = rng.poisson(background, (len(kind), 6)).astype(float)
    for number, markers in enumerate(POSITIVE):
        for marker in markers:
            rows = kind == number
            counts[rows, marker] = rng.poisson(rng.lognormal(np.log(80), 0.5, rows.sum()))
    if zeros:
        counts = np.where(counts > 0, counts - rng.uniform(0, 1, counts.shape), counts)
    return np.arcsinh(counts / 5), kind


CASES = {
    "counts": [lambda a=a: counted(a) for a in (0.05, 0.15, 0.5)],
    "zeros": [lambda a=a: counted(a, zeros=True) for a in (0.05, 0.15, 0.5)],
    "floor": [lambda a=a: floored(a) for a in (0.05, 0.5, 0.85)],
    "saturated": [lambda a=a: saturated(a) for a in (0.05, 0.5, 0.85)],
    "coarse": [lambda a=a: coarse(a) for a in (60, 240, 400)],
    "log channels": [lambda a=a: log_channels(a) for a in (250, 120, 0)],
    "log amplified": [lambda a=a: log_amplified(a) for a in (250, 120, 0)],
}


@pytest.mark.parametrize(
    ("what", "which"),
    [(what, i) for what in CASES for i in range(3)],
)
def test_clusters_are_those_of_the_unspoilt_events(what, which):
    events, kind = CASES[what][which]()
    assert adjusted_rand_score(kind, clusters(learnt(events)[1])) >= 0.95


def test_continuous_values_are_left_alone():
    events, _ = blood()
    spreading, after = learnt(np.arcsinh(events / 480))
    assert not spreading
    np.testing.assert_array_equal(after, np.arcsinh(events / 480).astype(np.float32))


def test_an_event_is_spread_by_its_number_alone():
    events = counted(0.15)[0].astype(np.float32)
    spreading, whole = learnt(events)
    order = np.random.default_rng(1).permutation(len(events))
    np.testing.assert_array_equal(spreading(events[order], order.astype(np.uint64)), whole[order])
    few = np.array([4, 1])
    np.testing.assert_array_equal(
        spreading(events[:100][:, few], np.arange(100, dtype=np.uint64), few), whole[:100][:, few]
    )


def test_spread_counts_stay_within_their_step():
    events = counted(0.5)[0].astype(np.float32)
    _, spread = learnt(events)
    before, after = (5 * np.sinh(each.astype(np.float64)) for each in (events, spread))
    inner = (before > 0.5) & (before < 3.5)
    assert np.abs(after - before)[inner].max() < 0.52
    assert after[before < 0.5].max() < 0.52


def test_what_was_clipped_lies_beyond_its_end():
    low, _ = floored(0.5)
    _, spread = learnt(low)
    assert np.median(spread[low == 0]) < 0
    assert spread[low == 0].max() < 0.3
    high, _ = saturated(0.5)
    top = np.float32(high.max())
    _, spread = learnt(high)
    assert (spread[high.astype(np.float32) == top] >= top).all()


def test_a_rare_saturated_population_is_not_put_on_the_negatives():
    events, kind = blood()
    events = np.arcsinh(np.minimum(events, 3000) / 480)
    _, spread = learnt(events)
    assert np.median(spread[kind == 4, 5]) > 2.4


def test_no_lot_is_infinitely_far() -> None:
    """The first event of a file, by the seed 0, draws the least lot there is."""
    values = np.r_[np.full(40, 9.0), np.random.default_rng(0).normal(3, 1, 600)].astype(np.float32)
    numbers = np.arange(len(values), dtype=np.uint64)
    assert np.isfinite(learn_column(values).spread(values, lots(numbers, "step"))).all()
