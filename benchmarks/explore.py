"""How fast the explorer draws: ``python -m benchmarks.explore [--events 10000000]``.

Simulated events of 12 markers in 40 clusters and 62 samples, held as a finished run's are. The first draw bins every
channel; then each redraw is over all events: what a page asks for while a cut is dragged, after a pan to other
markers, a filter or a polygon. The larger part of the time of a moved cut is naming the clusters again.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from cytoclust.exploration import Described, Desk, Events, Explorer, gating_ml
from cytoclust.io.gates import Axis
from cytoclust.positivity import Profile
from cytoclust.rules import load

MARKERS = ("CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2", "CD3", "CD19")
CLUSTERS, SAMPLES, REPEATS = 40, 62, 5


def simulated(n: int, seed: int) -> Explorer:
    """Normal clusters of very different sizes."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(CLUSTERS, 0.5))
    cluster = rng.choice(CLUSTERS, n, p=share).astype(np.int32)
    centres = np.where(rng.random((CLUSTERS, len(MARKERS))) < 0.35, 4.0, 0.3) + rng.normal(
        0, 0.2, (CLUSTERS, len(MARKERS))
    )
    values = np.empty((len(MARKERS), n), dtype=np.float32)
    for row, own in zip(values, centres.T, strict=True):
        row[:] = own[cluster] + rng.normal(0, 0.45, n).astype(np.float32)
    sample = np.sort(rng.integers(0, SAMPLES, n)).astype(np.int32)
    sheet = pd.DataFrame(
        {"patient_id": [f"P{i // 2}" for i in range(SAMPLES)], "batch": [f"B{i // 16}" for i in range(SAMPLES)]},
        index=pd.Index([f"S{i}" for i in range(SAMPLES)], name="sample_id"),
        dtype=object,
    )
    axes = tuple(Axis(f"FL{i}-A", name, True, "arcsinh", (150.0, 1.0)) for i, name in enumerate(MARKERS))
    names = tuple(map(str, range(CLUSTERS)))
    events = Events(values, MARKERS, axes, cluster, names, sample, sheet, np.zeros(n, dtype=np.uint8))
    some = slice(None, None, max(1, n // 400_000))
    profile = Profile.from_events(np.ascontiguousarray(values[:, some].T), cluster[some], names, MARKERS, zero=0.0)
    return Explorer(events, Described(profile, np.zeros((1, CLUSTERS, 4)), load("msc")))


def seconds(work: Callable[[int], object]) -> tuple[float, float]:
    """Medians of some repeats: by the clock, and of the processor, all threads together."""
    taken, worked = [], []
    for number in range(REPEATS):
        start, begun = time.perf_counter(), time.process_time()
        work(number)
        taken.append(time.perf_counter() - start)
        worked.append(time.process_time() - begun)
    return statistics.median(taken), statistics.median(worked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    explorer = simulated(given.events, given.seed)
    desk = Desk(explorer, title="benchmark", gate=gating_ml)
    pairs = [["CD271", "CD146"], ["CD45", "CD105"]]
    drawn = {"pairs": pairs, "tables": True}
    start = time.perf_counter()
    desk.answer({"do": "open", "want": drawn | {"histograms": True}})
    print(f"{given.events:,} events, first draw: {1000 * (time.perf_counter() - start):.0f} ms")
    at = float(explorer.cuts[explorer.events.at("CD271"), 0])
    circle = [[4 + 1.5 * np.cos(t), 4 + 1.5 * np.sin(t)] for t in np.linspace(0, 6, 20)]
    polygon = {"kind": "polygon", "x": "CD271", "y": "CD146", "vertices": circle}

    def update(**change: object) -> dict[str, object]:
        return desk.answer({"do": "update", "want": drawn, **change})

    for name, work in {
        "other markers (a pan), two biplots and tables": lambda i: desk.answer(
            {"do": "update", "want": {"pairs": [["CD31", MARKERS[i]], ["GD2", MARKERS[i]]], "tables": True}}
        ),
        "a cut dragged: names, two biplots and tables": lambda i: update(cut={"marker": "CD271", "at": at + 0.05 * i}),
        "a biplot alone": lambda _: explorer.pair("CD271", "CD146"),
        "a patient shown": lambda i: update(filters={"patient_id": [f"P{i}"]}),
        "all shown again": lambda _: update(filters={}),
        "a polygon drawn": lambda _: update(selection=[polygon]),
        "a cut dragged with a polygon": lambda i: update(cut={"marker": "CD146", "at": at + 0.05 * i}),
        "all histograms": lambda _: desk.answer({"do": "update", "want": {"histograms": True}}),
    }.items():
        taken, worked = seconds(work)
        print(f"{name}: {1000 * taken:.0f} ms, processor {1000 * worked:.0f} ms")


if __name__ == "__main__":
    main()
