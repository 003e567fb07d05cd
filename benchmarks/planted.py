"""Time, memory and rare cells of the engine over the number of events, made on the fly and kept nowhere.

    python -m benchmarks.planted --millions 1,4,16,64

Blocks of 32,768 events over ten markers are drawn anew, by their number, at each pass: twelve populations from 30 % to
0.3 %, and one of 20 in 10⁶ that ``--apart`` markers part from its neighbour, which has 10 %. Each size runs in a
process of its own. Prints a JSON line for each: seconds, CPU seconds, peak resident memory, that of the process before
events came, and of the planted events how many lie in the cluster that has most of them, and how pure it is.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine import cluster_events
from cytoclust.executor import Threads
from cytoclust.params import D

__all__ = ["Planted"]

BLOCK = 32_768
MARKERS = 10
SHARES = np.array([0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02, 0.01, 0.00698, 0.003, 0.00002])
"""Of the populations; the last is the planted one."""
APART = 6.0
"""Standard deviations between it and its neighbour in each of the markers that part them."""


class Planted:
    """A source of so many events; ``truth`` says which of a block are the planted ones."""

    def __init__(self, events: int, seed: int, apart: int = 3):
        self._seed = seed
        self.sizes = np.full(-(-events // BLOCK), BLOCK, dtype=np.int64)
        self.sizes[-1] = events - BLOCK * (len(self.sizes) - 1)
        rng = np.random.default_rng(seed)
        self._centres = rng.choice([0.0, 6.0], (len(SHARES), MARKERS)).astype(np.float32)
        self._centres[:, -apart:] = 0
        self._centres[-1] = self._centres[3]
        self._centres[-1, -apart:] = APART

    def _of(self, number: int) -> tuple[NDArray[np.int64], np.random.Generator]:
        rng = np.random.default_rng([self._seed, number])
        return rng.choice(len(SHARES), self.sizes[number], p=SHARES / SHARES.sum()), rng

    def truth(self, number: int) -> NDArray[np.bool_]:
        """Planted events of a block."""
        return self._of(number)[0] == len(SHARES) - 1

    def block(self, number: int) -> NDArray[np.float32]:
        """Events × markers."""
        of, rng = self._of(number)
        events = rng.standard_normal((len(of), MARKERS), dtype=np.float32)
        events += self._centres[of]
        return events


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", default="1,4,16,64")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart", type=int, default=3, help="markers that part the planted population from others")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--one", type=float, help="one size, in this process")
    args = parser.parse_args()
    if args.one is not None:
        print(json.dumps(run(int(args.one * 1e6), args.seed, args.apart, args.workers)))
        return 0
    for size in args.millions.split(","):
        options = [f"--one={size}", f"--seed={args.seed}", f"--apart={args.apart}", f"--workers={args.workers}"]
        subprocess.run([sys.executable, "-m", "benchmarks.planted", *options], check=True)
    return 0


def run(events: int, seed: int, apart: int, workers: int) -> dict[str, float]:
    """One size."""
    source = Planted(events, seed, apart)
    cluster_events(Planted(100_000, seed, apart), D.cluster, seed=seed, executor=Threads(workers))  # compiled, imported
    before, cpu, began = _resident(), time.process_time(), time.perf_counter()
    found = cluster_events(source, D.cluster, seed=seed, executor=Threads(workers))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = np.concatenate([[0], np.cumsum(source.sizes)])
    sizes, mine = np.zeros(found.n_clusters, dtype=np.int64), np.zeros(found.n_clusters, dtype=np.int64)
    for number in range(len(source.sizes)):
        labels = found.labels[first[number] : first[number + 1]]
        sizes += np.bincount(labels, minlength=found.n_clusters)
        mine += np.bincount(labels[source.truth(number)], minlength=found.n_clusters)
    best = int(np.argmax(mine / np.maximum(sizes, 1) * (mine > mine.sum() / 2) + 1e-9 * mine))
    return {
        "events": events, "seconds": round(seconds, 1), "CPU seconds": round(cpu, 1), "peak MB": round(peak),
        "MB before": round(before), "clusters": found.n_clusters, "planted": int(mine.sum()),
        "found": int(mine[best]), "purity": round(float(mine[best] / sizes[best]), 3),
    }  # fmt: skip


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    raise SystemExit(main())
