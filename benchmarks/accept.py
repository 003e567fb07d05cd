"""What must hold on a simulated cohort from FCS files to report, at default settings.

    python -m benchmarks.accept --seed 7

Each MSC subtype of 200 events or more has a cluster of its own with F1 of 0.8; less than 2 % of intact cells and 5 % of
intact MSCs are lost to quality control; 80 % of doublets of unlike cells, debris, dead cells and clogs are caught.
Writes benchmarks/ACCEPTANCE.md; exit status 1 where something is missed. Time and peers: ``python -m benchmarks``.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import score
from benchmarks.cohort import Run, run_ours, simulate_cohort
from benchmarks.measure import HERE
from benchmarks.page import markdown, number

__all__ = ["accept"]

LOST = {"intact cells": 0.02, "intact MSC": 0.05}
CAUGHT = {"doublets of unlike cells": 0.8, "debris": 0.8, "dead": 0.8, "clog": 0.8}
MSC_EVENTS, MSC_F1 = 200, 0.8
ABOUT_KINDS = (
    "Over intact cells; those that quality control set aside count as missed. F1 with junk counts doublets, debris and "
    "dead cells in the matched cluster as errors. The last column is the F1 of the population named so by the rules "
    "`msc`; empty where no cluster has that name (the rules name fewer kinds than there are). Cluster −1: none is left."
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--events", type=int, default=150_000, help="events a sample")
    parser.add_argument("--seed", type=int, default=501, help="seed of the cohort")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="passed on to cytoclust run")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        truth = simulate_cohort(Path(folder), samples=args.samples, events=args.events, seed=args.seed)
        return int(not accept(truth, run_ours(Path(folder), args.set), args.seed))


def accept(truth: pd.DataFrame, run: Run, seed: int) -> bool:
    """Write the page; whether all that is asked was found."""
    intact = (truth["state"] == "intact").to_numpy()
    kinds = truth["kind"].astype(str).to_numpy()
    clusters = run.labels["cluster"].to_numpy()
    matched = score.match(score.crosstab(kinds[intact], clusters[intact]))
    strict = score.match(score.crosstab(np.where(intact, kinds, "no intact cell"), clusters))
    named = score.name_scores(kinds[intact], run.labels["population"].astype(str).to_numpy()[intact])
    quality = score.quality(truth, run.labels["qc"])
    asked = _asked(quality, matched)
    lines = [
        "# Acceptance on a simulated cohort",
        f"`cytoclust run` at its defaults, with the rules `msc`: {truth['sample_id'].nunique()} samples, "
        f"{len(truth):,} events, {intact.sum():,} of them intact cells of {len(matched)} kinds; cohort seed {seed}. "
        f"cytoclust {run.told['cytoclust']}. Written by `python -m benchmarks.accept` and `python -m benchmarks`.",
        "## Asked and found",
        markdown(asked.assign(met=asked["met"].map({True: "yes", False: "**no**"})).set_index("asked")),
        "## Quality control",
        "Set aside, whatever the reason given.",
        markdown(quality.assign(share=quality["share"].map("{:.2%}".format))),
        "## Kinds",
        ABOUT_KINDS,
        markdown(_kinds(matched, strict, named)),
    ]
    (HERE / "ACCEPTANCE.md").write_text("\n\n".join(lines) + "\n")
    print(f"wrote {HERE / 'ACCEPTANCE.md'}", file=sys.stderr, flush=True)
    return bool(asked["met"].all())


def _kinds(matched: pd.DataFrame, strict: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Scores of each kind, rarest first."""
    table = matched.sort_values("n")
    scores = {"F1": table["f1"], "precision": table["precision"], "recall": table["recall"]}
    scores |= {"F1 with junk": strict["f1"], "F1 of the name": named["f1"].where(named["n_named"] > 0)}
    out = pd.DataFrame({name: column.reindex(table.index).map(number) for name, column in scores.items()})
    out.insert(0, "events", table["n"])
    out.insert(1, "cluster", table["cluster"])
    return out


def _asked(quality: pd.DataFrame, matched: pd.DataFrame) -> pd.DataFrame:
    """One row for each thing asked for: the bound, what was found, whether it is met."""
    rows = [
        (f"F1 of {name} ({row['n']:.0f} events)", f"≥ {MSC_F1}", f"{row['f1']:.3f}", row["f1"] >= MSC_F1)
        for name, row in matched[matched.index.str.startswith("MSC")].iterrows()
        if row["n"] >= MSC_EVENTS
    ]
    for name, bound in LOST.items():
        lost = quality.at[name, "share"]
        rows.append((f"{name} lost", f"< {bound:.0%}", f"{lost:.2%}", lost < bound))
    for name, bound in CAUGHT.items():
        caught = quality.at[name, "share"]
        rows.append((f"{name} caught", f"≥ {bound:.0%}", f"{caught:.2%}", caught >= bound))
    return pd.DataFrame(rows, columns=["asked", "bound", "found", "met"])


if __name__ == "__main__":
    sys.exit(main())
