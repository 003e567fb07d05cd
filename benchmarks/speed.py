"""Time and memory from FCS files to labels beside the peers', all in one run.

python -m benchmarks.speed
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from benchmarks.accept import accept
from benchmarks.cohort import Run, run_ours, simulate_cohort
from benchmarks.datasets import MARKERS, load
from benchmarks.measure import HERE, environment, measure
from benchmarks.methods import METHODS, cluster
from benchmarks.page import markdown

__all__ = ["Speed", "measure_speed", "render"]

OURS, FLOWSOM, BATCH, FLOOR, SCANPY = "cytoclust", "FlowSOM", "FlowSOM batch", "floor", "scanpy"
REPEATS = 3
SCANPY_EVENTS = 250_000
"""About what scanpy does in two minutes on two processors."""


@dataclass(frozen=True)
class Cost:
    """The fastest of the repeats."""

    seconds: float
    """The whole process; of ours until the labels are written."""
    cpu_seconds: float
    memory_mb: float
    load: float
    """Load average of the machine when it started: others' work."""
    stages: dict[str, float]
    report_seconds: float = float("nan")
    """Ours: the whole process, report included."""


@dataclass(frozen=True)
class Speed:
    """Costs on one cohort, and on an array of so many of its events."""

    events: int
    seed: int
    costs: dict[str, Cost]
    on_array: dict[str, float]
    """Seconds of ours and scanpy's on the same ``SCANPY_EVENTS`` events."""
    accepted: bool

    def ratio(self, peer: str) -> float:
        """How many times as long as ours a peer takes until it has labels."""
        return self.costs[peer].seconds / self.costs[OURS].seconds

    @property
    def scanpy_ratio(self) -> float:
        """How many times as long as ours scanpy takes for the same events of an array."""
        return self.on_array[SCANPY] / self.on_array[OURS]

    @property
    def scanpy_scaled(self) -> float:
        """How many times as long scanpy would take for the cohort, were its time linear in events."""
        return self.on_array[SCANPY] * self.events / SCANPY_EVENTS / self.costs[OURS].seconds

    @property
    def over_floor(self) -> float:
        """How many times as long as the floor ours takes until it has labels."""
        return self.costs[OURS].seconds / self.costs[FLOOR].seconds


def measure_speed(work: Path, *, samples: int, events: int, seed: int) -> Speed:
    """Simulate a cohort, and take turns on it; nothing comes from a cache."""
    truth = simulate_cohort(work, samples=samples, events=events, seed=seed)
    runs: list[Run] = []

    def ours() -> Cost:
        runs.append(run_ours(work, []))
        cost, told = runs[-1].cost, runs[-1].told
        return Cost(runs[-1].labels_after, cost.cpu_seconds, cost.memory_mb, cost.load, told["seconds"], cost.seconds)

    contenders: dict[str, Callable[[], Cost]] = {
        FLOOR: lambda: _floor(work),
        OURS: ours,
        BATCH: lambda: _flowsom(work, ["--batch"]),
        FLOWSOM: lambda: _flowsom(work, []),
    }
    times: dict[str, list[Cost]] = {name: [] for name in contenders}
    for repeat in range(REPEATS):
        for name, run in contenders.items():
            times[name].append(run())
            print(f"{name}, turn {repeat + 1}: {times[name][-1].seconds:.1f} s", file=sys.stderr, flush=True)
    costs = {name: min(each, key=lambda cost: cost.seconds) for name, each in times.items()}
    return Speed(len(truth), seed, costs, _on_array(seed), accept(truth, runs[-1], seed))


def _flowsom(work: Path, options: list[str]) -> Cost:
    out = work / "flowsom"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    script = [str(environment("flowsom")), str(HERE / "peers" / "flowsom_run.py")]
    arguments = [str(work / "cohort" / "samples.csv"), str(out), "--markers", ",".join(MARKERS), *options]
    cost = measure([*script, *arguments], log=work / "flowsom.log")
    told = json.loads((out / "result.json").read_text())
    return Cost(cost.seconds, cost.cpu_seconds, max(cost.memory_mb, told["peak_memory_mb"]), cost.load, told["seconds"])


def _floor(work: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.floor", str(work / "cohort" / "samples.csv")]
    cost = measure([*command, "--markers", str(len(MARKERS))], log=work / "floor.log")
    told = json.loads(cost.output)
    stages = {name: told[name] for name in ("read", "product")}
    return Cost(sum(stages.values()), cost.cpu_seconds, cost.memory_mb, cost.load, stages)


def _on_array(seed: int) -> dict[str, float]:
    """Ours and scanpy on the same events of a cohort, each in a process of its own, imports not counted."""
    data = load(f"marrow-deep-{seed}", seed=seed)
    methods = {method.name: replace(method, most_events=SCANPY_EVENTS) for method in METHODS}
    return {name: cluster(methods[name], data, 0, fresh=True).seconds for name in (OURS, SCANPY)}


def render(speed: Speed) -> str:
    """The section of the page."""
    ours = speed.costs[OURS]
    rows = {
        name: {
            "seconds until labels": f"{cost.seconds:.1f}",
            "× ours": f"{speed.ratio(name):.2f}",
            "CPU seconds": f"{cost.cpu_seconds:.1f}",
            "× ours ": f"{cost.cpu_seconds / ours.cpu_seconds:.2f}",
            "peak memory, MB": f"{cost.memory_mb:.0f}",
            "× ours  ": f"{cost.memory_mb / ours.memory_mb:.2f}",
            "load at start": f"{cost.load:.1f}",
            "stages, seconds": ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in cost.stages.items()),
        }
        for name, cost in speed.costs.items()
    }
    larger = speed.events / SCANPY_EVENTS
    return "\n\n".join([
        f"{speed.events:,} events, cohort seed {speed.seed}; the fastest of {REPEATS} turns, all of this run. Times "
        "are of whole processes: start, imports, reading, compensation, transform and clustering until labels of all "
        "events are on disk (cytoclust: quality control too, and its CPU time and memory are those up to the report). "
        "The floor is not a process: reading the files and one product of events × prototypes, "
        "see `benchmarks/floor.py`.",
        markdown(pd.DataFrame.from_dict(rows, orient="index")),
        f"cytoclust has labels after {ours.seconds:.1f} s and the report after {ours.report_seconds:.1f} s; its labels "
        f"take {speed.over_floor:.1f} times the floor. FlowSOM needs {speed.ratio(FLOWSOM):.1f} times, its batch "
        f"estimator {speed.ratio(BATCH):.1f} times as long as cytoclust needs until labels, and "
        f"{speed.costs[FLOWSOM].seconds / ours.report_seconds:.1f} times and "
        f"{speed.costs[BATCH].seconds / ours.report_seconds:.1f} times as long as its whole path with UMAP and report.",
        f"scanpy's kNN graph with Leiden takes {speed.on_array[SCANPY]:.0f} s for {SCANPY_EVENTS:,} of these events "
        f"(the fit alone), {speed.scanpy_ratio:.0f} times as long as cytoclust for the same events "
        f"({speed.on_array[OURS]:.2f} s). The cohort has {larger:.0f} times as many: were its time linear in events, "
        f"which flatters it, scanpy would take {speed.on_array[SCANPY] * larger / 60:.0f} minutes, "
        f"{speed.scanpy_scaled:.0f} times as long as cytoclust from files to labels.",
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--events", type=int, default=150_000, help="events a sample")
    parser.add_argument("--seed", type=int, default=501, help="seed of the cohort")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        print(render(measure_speed(Path(folder), samples=args.samples, events=args.events, seed=args.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
