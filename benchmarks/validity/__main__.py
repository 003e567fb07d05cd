"""Every part; writes benchmarks/validity/RESULTS.md and its figures.

    python -m benchmarks.validity --work WORK --jobs 2

Simulated cohorts have seeds from 9000, which were not used while the methods were made. With ``--work`` what was run
is kept, and taken from there the next time (``--fresh``: all again). One part: ``python -m benchmarks.validity.null``.
"""

import platform
import sys
import time
from contextlib import ExitStack

import matplotlib as mpl
import pandas as pd

import cytoclust
from benchmarks.measure import HERE
from benchmarks.validity.cohorts import cohorts
from benchmarks.validity.confounded import confounded
from benchmarks.validity.coverage import coverage
from benchmarks.validity.ff import ff
from benchmarks.validity.novelty import novelties
from benchmarks.validity.null import nulls
from benchmarks.validity.section import arguments, asked_table
from benchmarks.validity.thresholds import thresholds

PARTS = (cohorts, nulls, confounded, coverage, thresholds, novelties, ff)
ABOUT = (
    "What issue 5 asks of names, statuses and claims, at default settings. Written by `python -m benchmarks.validity`; "
    "the parts can be run alone: `.cohorts`, `.null`, `.confounded`, `.coverage`, `.thresholds`, `.novelty`, `.ff`. "
    "Figures that miss their bound stand here like the others."
)


def main() -> int:
    mpl.use("Agg")
    start = time.perf_counter()
    with ExitStack() as stack:
        options = arguments(__doc__, stack)
        sections = []
        for part in PARTS:
            print(part.__name__, file=sys.stderr, flush=True)
            sections.append(part(options))
            sections[-1].draw(HERE / "validity")
    every = [each for section in sections for each in section.asked]
    minutes = (time.perf_counter() - start) / 60
    of = "" if options.share == 1 else f" Only {options.share:.0%} of the cohorts of each part were run."
    told = (
        f"cytoclust {cytoclust.__version__}, Python {platform.python_version()}, pandas {pd.__version__}, seeds from "
        f"{options.seed}, {minutes:.0f} minutes.{of} Met: {sum(each.met for each in every)} of {len(every)}."
    )
    blocks = ["# Names, statuses and claims on data whose truth is known", ABOUT, told, asked_table(every)]
    page = "\n\n".join([*blocks, *(section.render() for section in sections)])
    (HERE / "validity" / "RESULTS.md").write_text(page.rstrip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
