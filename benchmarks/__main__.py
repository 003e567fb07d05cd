"""Every benchmark; writes benchmarks/RESULTS.md, ACCEPTANCE.md, and the figures quality.png and rare.png.

    python -m benchmarks

Ours is always run. Peers' labels come from ``benchmarks/.cache`` where the same version ran on the same events before;
``--fresh`` makes all of it again. Time and memory until labels are measured anew every time.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import HERE
from benchmarks.methods import METHODS
from benchmarks.plots import draw_quality, draw_rare
from benchmarks.quality import SEED, compare, line
from benchmarks.rare import curve
from benchmarks.results import render
from benchmarks.speed import measure_speed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED, help="of all simulated data")
    parser.add_argument("--fresh", action="store_true", help="make data and peers' labels again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        speed = measure_speed(Path(folder), samples=10, events=150_000, seed=args.seed)
    rows = []
    for row in compare([], METHODS, seed=args.seed, fresh=args.fresh):
        rows.append(row)
        print(line(row), flush=True)
    found = curve(seed=args.seed, fresh=args.fresh)
    draw_quality(rows, HERE / "quality.png")
    draw_rare(found, HERE / "rare.png")
    machine = (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    (HERE / "RESULTS.md").write_text(render(rows, found, speed, machine=machine, seed=args.seed))
    print(f"wrote {HERE / 'RESULTS.md'}", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
