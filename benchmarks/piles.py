"""Clusters of rounded and clipped events beside those of the same events unspoilt: ``python -m benchmarks.piles``.

Six kinds of cell (five and a few that carry nothing), each way of spoiling in three shares. With ``--labelled FOLDER``
the labelled sets ``gvhd01`` and ``gvhd05`` there as well.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from cytoclust import params
from cytoclust.engine import cluster_events
from cytoclust.engine._source import ArraySource
from cytoclust.executor import Threads
from cytoclust.io import open_events
from cytoclust.pp import estimate_cofactors, learn_spreading

SHARES = (0.39, 0.24, 0.12, 0.13, 0.10, 0.02)
POSITIVE = ((0, 1), (0, 2), (3,), (4,), (5,), ())
N, SD, COFACTOR = 20_000, 120.0, 480.0


def blood(seed: int, median: float = 8000.0, background: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Linear events of six kinds, and the kind of each; ion counts where ``background`` is given."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(6, N, p=SHARES)
    events = rng.normal(0, SD, (N, 6)) if background is None else rng.poisson(background, (N, 6)).astype(float)
    for number, markers in enumerate(POSITIVE):
        for marker in markers:
            rows = np.flatnonzero(kind == number)
            bright = rng.lognormal(np.log(median), 0.5, len(rows))
            events[rows, marker] = bright if background is None else rng.poisson(bright)
    return events, kind


def spoilt(seed: int) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Way, share, events on the transformed scale, and kinds."""
    for background in (0.05, 0.15, 0.5):
        counts, kind = blood(seed, 80, background)
        yield "ion counts", f"background {background:g}", np.arcsinh(counts / 5), kind
        lots = np.random.default_rng(seed).uniform(0, 1, counts.shape)
        yield (
            "counts randomised but zeros",
            f"background {background:g}",
            np.arcsinh(np.where(counts > 0, counts - lots, 0) / 5),
            kind,
        )
    events, kind = blood(seed)
    for share in (0.05, 0.5, 0.85):
        floor = np.quantile(events[kind == 0, 5], share)
        yield "floor", f"{share:.0%} of negatives", np.arcsinh(np.maximum(events - floor, 0) / COFACTOR), kind
        top = np.quantile(events[kind == 0, 0], 1 - share)
        yield "saturation", f"{share:.0%} of positives", np.arcsinh(np.minimum(events, top) / COFACTOR), kind
    for step in (0.5, 2.0, 3.5):
        rounded = np.round(events / SD / step) * SD * step
        yield "rounding", f"{step:g} SD", np.arcsinh(rounded / COFACTOR), kind
    for baseline in (250.0, 120.0, 0.0):
        channels = np.clip(np.floor(256 * np.log10(np.maximum(events + baseline, 1e-9) / 20)), 0, 1023)
        linear, pile = 10 ** (channels / 256), f"{(channels[kind == 0, 5] == 0).mean():.0%} in channel 0"
        yield "ten-bit log, as channels", pile, channels, kind
        cofactors = estimate_cofactors(linear, ["fluorescence"] * 6)
        yield "ten-bit log, linear", pile, np.arcsinh(linear / cofactors), kind


def spread(events: np.ndarray) -> np.ndarray:
    """As a run clusters them."""
    events, width = np.ascontiguousarray(events, dtype=np.float32), events.shape[1]
    return learn_spreading(events, [str(i) for i in range(width)], [True] * width)(events, np.arange(len(events)))


def clusters(events: np.ndarray, seed: int = 0) -> np.ndarray:
    """Labels (n,)."""
    events = np.ascontiguousarray(events, dtype=np.float32)
    source = ArraySource(lambda rows: events[rows], np.arange(len(events)), 65_536)
    return cluster_events(source, params.Cluster(), seed=seed, executor=Threads(2)).labels


def mean_f1(truth: np.ndarray, found: np.ndarray) -> float:
    """Mean of F1 over gates, each with a cluster of its own; events of no gate ("0") are left out."""
    used = truth != "0"
    table = pd.crosstab(truth[used], found[used]).to_numpy()
    f1 = 2 * table / (table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True))
    rows, columns = linear_sum_assignment(-f1)
    return float(f1[rows, columns].sum() / len(table))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--seed", type=int, default=9000)
    options = parser.parse_args()
    rows = []
    for way, share, events, kind in spoilt(options.seed):
        before, after = clusters(events), clusters(spread(events))
        scores = (adjusted_rand_score(kind, labels) for labels in (before, after))
        rows.append((way, share, before.max() + 1, after.max() + 1, *scores))
    names = ["way", "share", "clusters as measured", "clusters spread", "ARI as measured", "ARI spread"]
    print(pd.DataFrame(rows, columns=names).sort_values("way", kind="stable").round(3).to_string(index=False))
    for name in ("gvhd01", "gvhd05") if options.labelled else ():
        file = open_events(options.labelled / f"{name}.fcs")
        columns = [i for i, channel in enumerate(file.channels) if channel.name in {f"FL{k}.H" for k in range(1, 5)}]
        truth = pd.read_csv(options.labelled / f"{name}.labels.csv")["label"].astype(str).to_numpy()
        events = file.read(columns=columns)
        for seed in range(3):
            before, after = (mean_f1(truth, clusters(each, seed)) for each in (events, spread(events)))
            print(f"{name}, seed {seed}: mean F1 {before:.3f} as measured, {after:.3f} spread")


if __name__ == "__main__":
    main()
