"""Memory of ``apply`` against the number of samples.

    python -m benchmarks.many WORK [--samples 40 160] [--events 50000]

WORK is that of ``python -m benchmarks.reference``, with its reference. The samples are simulated. Each number of them
is a process of its own; printed is the most resident memory, in MB, that it had had at the end of each step.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

import cytoclust as ct
from benchmarks.reference import cohort, reference
from cytoclust.progress import Silent, peak_memory_mb

SEED = 6000


class _Peaks(Silent):
    """Hears of the end of each step."""

    def __init__(self) -> None:
        self.after: dict[str, float] = {}

    def tell(self, what: str, **data: Any) -> None:
        """Remember the memory."""
        if what == "stage":
            self.after[str(data["stage"])] = peak_memory_mb()


def peaks(work: Path, sheet: Path) -> dict[str, float]:
    """Of applying the reference to a sheet."""
    told = _Peaks()
    ct.apply(reference(work), sheet, work / "OUT many", progress=told)
    return told.after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--samples", type=int, nargs="+", default=[40, 160])
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--sheet", type=Path, help="one sheet, in this process")
    args = parser.parse_args()
    if args.sheet:
        print(json.dumps(peaks(args.work, args.sheet)))
        return
    folder = cohort(args.work, SEED, samples=max(args.samples), events=args.events)
    rows = {}
    for n in args.samples:
        sheet = folder / f"first {n}.csv"
        pd.read_csv(folder / "samples.csv", dtype=str).head(n).to_csv(sheet, index=False)
        command = [sys.executable, "-m", "benchmarks.many", str(args.work), "--sheet", str(sheet)]
        rows[n] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(pd.DataFrame(rows).to_string())


if __name__ == "__main__":
    main()
