"""Time and memory of a whole run over the number of events: 62 samples of a million events, and the first of these.

    python -m benchmarks.scale --sizes 1,4,16,62 --write

Simulates the cohort (4.2 GB, some three minutes) unless its folder holds it, runs `cytoclust run` from FCS files to
report at its defaults, and writes the table into benchmarks/SCALING.md.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import CACHE, HERE, measure
from benchmarks.page import markdown

__all__ = ["exponent"]

PAGE = HERE / "SCALING.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
STAGES = ("quality control", "transform", "clustering", "describing clusters", "labels")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=62)
    parser.add_argument("--events", type=int, default=1_000_000, help="events a sample")
    parser.add_argument("--seed", type=int, default=62, help="seed of the cohort")
    parser.add_argument("--sizes", default="1,4,16,62", help="numbers of samples to run")
    parser.add_argument("--work", type=Path, default=CACHE / "scale", help="folder for the cohort and results")
    parser.add_argument("--write", action="store_true", help="write the table into SCALING.md")
    args = parser.parse_args()
    cohort = simulated(args.work, args.samples, args.events, args.seed)
    sizes = [int(size) for size in args.sizes.split(",")]
    rows = []
    for size in sizes:
        rows.append(run(cohort, size, args.work))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    text = page(pd.DataFrame(rows), f"python -m benchmarks.scale --sizes {args.sizes} --seed {args.seed}")
    print(text)
    if args.write:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")
    return 0


def simulated(work: Path, samples: int, events: int, seed: int) -> Path:
    """The folder of a cohort; the sheet is written last, so where it stands the cohort is whole."""
    cohort = work / f"cohort-{samples}x{events}-{seed}"
    if not (cohort / "samples.csv").exists():
        work.mkdir(parents=True, exist_ok=True)
        options = ["--samples", str(samples), "--events", str(events), "--seed", str(seed)]
        command = [sys.executable, "-m", "cytoclust.cli", "simulate", str(cohort), *options]
        print(f"{measure(command, log=work / 'simulate.log').seconds:.0f} s to simulate", file=sys.stderr)
    return cohort


def run(cohort: Path, size: int, work: Path) -> dict[str, float]:
    """One run of the first ``size`` samples, from a new process: a row of the table."""
    sheet, out = cohort / f"first-{size}.csv", work / f"out-{size}"
    pd.read_csv(cohort / "samples.csv").head(size).to_csv(sheet, index=False)
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "cytoclust.cli", "run", str(sheet), "-o", str(out), "--rules", "msc", "--quiet"]
    cost = measure(command, log=work / f"run-{size}.log")
    told = json.loads((out / "run.json").read_text())
    events = sum(each["total"] for each in told["events"])
    around = cost.seconds - sum(told["seconds"].values())  # starting and ending the process
    return {
        "samples": size,
        "events": events,
        "seconds": cost.seconds,
        "seconds to labels": around + told["labels_after_seconds"],
        "CPU seconds": cost.cpu_seconds,
        "peak memory, MB": cost.memory_mb,
        "µs an event": 1e6 * cost.seconds / events,
        **{stage: told["seconds"][stage] for stage in STAGES},
        "load before": cost.load,
    }


def page(table: pd.DataFrame, command: str) -> str:
    """The measured part of the page."""
    shown = table.set_index("samples").map(lambda value: f"{value:,.0f}" if value >= 100 else f"{value:.1f}")
    text = f"`{command}`, {os.cpu_count()} processors.\n\n{markdown(shown)}\n"
    if len(table) > 1:
        whole = {name: exponent(table["events"], table[name]) for name in ("seconds", "CPU seconds")}
        last = {name: exponent(table["events"][-2:], table[name][-2:]) for name in whole}
        told = [f"{name} {whole[name]:.2f} over all sizes, {last[name]:.2f} between the last two" for name in whole]
        text += f"\nExponent over events: {'; '.join(told)}.\n"
    return text


def exponent(events: Sequence[float] | pd.Series, cost: Sequence[float] | pd.Series) -> float:
    """Such that cost goes with events to its power, by least squares of the logarithms."""
    return float(np.polyfit(np.log(np.asarray(events, float)), np.log(np.asarray(cost, float)), 1)[0])


if __name__ == "__main__":
    raise SystemExit(main())
