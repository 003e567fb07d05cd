"""What samples with few cells of a kind are called, through FCS files: ten cohorts on seeds of their own.

python -m benchmarks.validity.trace --work WORK
"""

import numpy as np
import pandas as pd

from benchmarks.page import markdown
from benchmarks.validity.designs import few
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.status import confusion, statuses
from benchmarks.validity.work import Options, find

__all__ = ["trace"]

N = 10
LOW, HIGH = 10, 19  # true events that must not be called none
SHOWN, FALSE = 0.8, 0.01
ABOVE = ("quantified", "detected", "trace")
ABOUT = (
    "12 samples of 60,000 events each, in two groups and two batches; of each MSC subtype a third of the samples "
    "has none, the others a twentieth to one half of the usual. Rules `msc`, defaults. True events are intact "
    "cells in the file."
)


def trace(options: Options) -> Section:
    """Statuses of samples that have 10 to 19 cells of a subtype, and of those whose patient has none."""
    found = find(few, N, options)
    table = pd.concat([statuses(each) for each in found])
    shown = table["status"].isin(ABOVE)
    some = shown[(table["true"] >= LOW) & (table["true"] <= HIGH)]
    none = shown[~table["has"]]
    asked = [
        Asked(f"{LOW}–{HIGH} true events: `trace` or better", f"≥ {SHOWN:.0%}", _of(some), bool(some.mean() >= SHOWN)),
        Asked("none in the patient: above `not detected`", f"≤ {FALSE:.0%}", _of(none), bool(none.mean() <= FALSE)),
    ]
    return Section(f"{len(found)} cohorts of samples with few cells", asked, [ABOUT, markdown(confusion(table))])


def _of(shown: pd.Series) -> str:
    return f"{float(np.mean(shown)):.1%} ({int(shown.sum())} of {len(shown)})"


if __name__ == "__main__":
    run_part(trace, __doc__)
