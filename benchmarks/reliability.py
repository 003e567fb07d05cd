"""Is an event's probability what it says? Writes benchmarks/RELIABILITY.md.

    python -m benchmarks.reliability
    python -m benchmarks.reliability --only gvhd01,gaussians

Two kinds of data. *Two Gaussians*, of which the posterior of every event is known in closed form: what is stated
against what is true. *Kinds*, simulated or gated by hand: of the events in each tenth of probability, the share that is
right.

Right is an event whose kind is that of its cluster: the kind of most of the cluster's scored events. What is stated is
the probability of that *kind*: the sum over its clusters, since a border between two clusters of one kind cannot be
wrong. A cluster that holds two kinds has a wrong level, which is no matter of probability: scored are events of kinds
that own a cluster, in clusters of which four fifths are one kind. All of them are told beside these.
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from benchmarks.labelled import LABELLED, made
from benchmarks.measure import HERE
from benchmarks.score import NOT_SCORED, crosstab, score
from cytoclust.engine import ArraySource, assign, fit, posterior
from cytoclust.executor import Threads

__all__ = ["Judged", "judge", "tenths", "two_gaussians"]

SEED = 2100
PURE = 0.8
LEAST = 500
"""Events of a tenth that is told."""
PAIRS = [(2, 3.0, 1), (4, 2.8, 2), (5, 3.0, 3), (5, 3.5, 10), (5, 4.0, 30), (8, 3.0, 5), (10, 3.5, 3), (10, 4.0, 30)]
"""Markers, standard deviations apart, ratio of sizes."""
SIMULATED = ["ff", "marrow-shallow-2100", "marrow-shallow-2101", "gaussians", "elongated", "continuum", "batches"]
BLOCK = 2**17


@dataclass(frozen=True)
class Judged:
    """Of the scored events of one clustering."""

    stated: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def off(self) -> float:
        """Greatest difference between stated and right of a tenth with LEAST events."""
        table = tenths(self.stated, self.right)
        return float(np.abs(table["stated"] - table["right"]).max())


def tenths(stated: NDArray[np.floating], right: NDArray[np.bool_]) -> pd.DataFrame:
    """Tenths of probability with LEAST events: ``n``, mean ``stated``, share ``right``."""
    tenth = np.minimum((stated * 10).astype(int), 9)
    table = pd.DataFrame({"tenth": tenth, "n": 1, "stated": stated, "right": right.astype(float)})
    out = table.groupby("tenth").agg({"n": "sum", "stated": "mean", "right": "mean"})
    return out[out["n"] >= LEAST]


def judge(labels: NDArray[np.integer], likely: NDArray[np.floating], kinds: NDArray[np.str_], *, pure: float) -> Judged:
    """What is stated of the scored events, and which are right.

    Parameters
    ----------
    labels
        Cluster of each event (n,).
    likely
        Probability of each cluster (n × k).
    kinds
        Of each event (n,), "" where it is not scored.
    pure
        Least share of a cluster's events that are of its kind.
    """
    names, codes = np.unique(kinds, return_inverse=True)
    scored = kinds != NOT_SCORED
    counts = np.zeros((likely.shape[1], len(names)))
    np.add.at(counts, (labels[scored], codes[scored]), 1)
    owner, size = counts.argmax(axis=1), counts.sum(axis=1)
    owns = np.isin(np.arange(len(names)), owner[size > 0])
    good = (counts.max(axis=1) >= pure * size) & (size > 0)
    rows = np.flatnonzero(scored & owns[codes] & good[labels])
    alike = owner[labels[rows], None] == owner[None, :]
    stated = np.minimum((likely[rows] * alike).sum(axis=1), 1.0)
    return Judged(stated, owner[labels[rows]] == codes[rows])


def two_gaussians(
    seed: int, p: int, apart: float, ratio: float, n: int = 60_000
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64]]:
    """Events of two Gaussians of one shape, the first ``ratio`` times as many; truth, posterior of the second."""
    rng = np.random.default_rng(seed)
    shape = np.linalg.cholesky(0.3 * np.ones((p, p)) + 0.7 * np.diag(rng.uniform(0.5, 2, p)))
    direction = rng.normal(0, 1, p)
    axis = shape @ (direction / np.linalg.norm(direction))
    truth = (rng.random(n) < 1 / (1 + ratio)).astype(np.int64)
    events = rng.normal(0, 1, (n, p)) @ shape.T + apart * truth[:, None] * axis
    first = multivariate_normal(np.zeros(p), shape @ shape.T).logpdf(events)
    second = multivariate_normal(apart * axis, shape @ shape.T).logpdf(events)
    return events.astype(np.float32), truth, 1 / (1 + np.exp(np.clip(first - second + np.log(ratio), -500, 500)))


def _clustered(events: NDArray[np.float32], seed: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Cluster of each event, and its probability of every cluster."""
    source = ArraySource(lambda rows: events[rows], np.arange(len(events)), BLOCK)
    found = fit(source, n_prototypes="auto", resolution="auto", salt=seed, executor=Threads(1))
    labels = assign(found.model, events, found.prototype)[0]
    return labels, posterior(found.model, events, found.prototype)


def _line(name: str, *numbers: object) -> str:
    cells = [f"{each:.3f}" if isinstance(each, float) else str(each) for each in numbers]
    return f"| {' | '.join([name, *cells])} |"


def _pair(p: int, apart: float, ratio: int, seed: int) -> str:
    events, truth, second = two_gaussians(seed, p, apart, ratio)
    labels, likely = _clustered(events, seed)
    name = f"{p} markers, {apart:g} sd, {ratio}:1"
    if likely.shape[1] != 2:
        return _line(name, f"{likely.shape[1]} cluster", "", "", "", "")
    stated = likely[np.arange(len(labels)), labels].astype(np.float64)
    swapped = (labels == truth).mean() < 0.5  # of two as large, either may be 0
    right = (labels == truth) != swapped
    true = np.where((labels == 1) != swapped, second, 1 - second)
    return _line(
        name, "", float(np.abs(stated - true).mean()), Judged(stated, right).off, float(1 - stated.mean()),
        float(1 - right.mean()),
    )  # fmt: skip


def _kinds(name: str, seed: int) -> str:
    events, kinds = made(name, seed=seed)
    labels, likely = _clustered(np.ascontiguousarray(events), seed)
    scores = score(crosstab(kinds, labels))
    pure, every = (judge(labels, likely, kinds, pure=least) for least in (PURE, 0.0))
    tenth = tenths(pure.stated, pure.right)
    over = tenth["right"] - tenth["stated"]
    cells = [f"{over[number]:+.2f}" if number in over.index else "." for number in range(3, 10)]
    return _line(
        name, scores.f1, scores.ari, scores.clusters, pure.off, every.off, float(1 - pure.stated.mean()),
        float(1 - pure.right.mean()), " ".join(cells),
    )  # fmt: skip


def main() -> int:
    """Judge every set, or those of ``--only``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="sets, with commas between them; `pairs` are the two Gaussians")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    every = ["pairs", *LABELLED, *SIMULATED]
    chosen = args.only.split(",") if args.only else every
    lines = [
        "# Reliability of the probability", "",
        "Made by `python -m benchmarks.reliability`, which says what is right. Greatest difference: of the tenths of "
        f"probability with {LEAST} events, between the mean of what is stated and the share that is right.",
    ]  # fmt: skip
    if "pairs" in chosen:
        lines += ["", "| two Gaussians | | mean \\|stated − true\\| | greatest difference | said uncertain | wrong |"]
        lines += ["|-|-|-|-|-|-|", *(_pair(*pair, args.seed) for pair in PAIRS)]
    lines += [
        "",
        "| set | F1 | ARI | clusters | greatest difference | the same, impure clusters too | said uncertain | wrong "
        "| right − stated, by tenth from 0.3 |",
        "|-|-|-|-|-|-|-|-|-|",
    ]  # fmt: skip
    for name in chosen:
        if name != "pairs":
            lines.append(_kinds(name, args.seed))
            print(lines[-1], file=sys.stderr, flush=True)
    text = "\n".join(lines) + "\n"
    print(text)
    if not args.only:
        (HERE / "RELIABILITY.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
