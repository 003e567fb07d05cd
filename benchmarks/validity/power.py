"""False claims, power and intervals of comparisons, on counts; writes two figures for the documentation.

    python -m benchmarks.validity.power --cohorts 200 --out FOLDER

Every design of ``counts.py`` by both simulators. A null misses its bound where its false claims exceed the 99 % limit
of a binomial with 5 %.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from benchmarks.validity.counts import DESIGNS, SIMULATORS, Counts, Design, simulate
from cytoclust.stats import Counted, population_table, size_factors, subject_table
from cytoclust.stats._discovery_table import discovery_table

__all__ = ["ask", "judge", "main"]

SEED = 70_000  # not used while the engine was made


def ask(counts: Counts) -> pd.DataFrame:
    """``discoveries.csv`` of a cohort without rules, as a run makes it."""
    events = counts.events
    ordinary = size_factors(events, events.sum(axis=1), references=list(events.columns))
    table = population_table(events, counts.sheet, parents={}, ordinary=ordinary)
    evidence = pd.DataFrame(
        {
            "population": "unknown", "phenotype": "", "n_events": events.sum(), "probability": 1.0,
            "doublet": False, "pairs": "", "glowing": False, "leftover": "",
        }
    )  # fmt: skip
    subjects = subject_table([], evidence, lineages={})
    return discovery_table(subjects, Counted.from_tables([table], events.index, ordinary=ordinary), counts.sheet)


def judge(design: Design, simulator: str, seed: int) -> dict[str, float]:
    """Of one cohort: false claims, whether the true ones are found (each), say "only", or are hinted at."""
    counts = simulate(design, SIMULATORS[simulator], seed)
    claims = ask(counts)
    side = claims["timepoint"] == "first" if design.visits else claims["group"] == "a"
    supported = claims["verdict"] == "supported"
    mine = claims["cluster"].isin(counts.true) & side
    found = [bool((supported & mine & (claims["cluster"] == name)).any()) for name in counts.true]
    wrong = supported & ~mine & (claims["cluster"] != "tumour")
    if counts.true:  # more of one thing is less of the rest: of the other side nothing is judged
        wrong &= side
    return {
        "false": float(wrong.any()),
        "found": float(np.mean(found)) if found else np.nan,
        "only": float(claims.loc[supported & mine, "only"].mean()) if (supported & mine).any() else np.nan,
        "suggestive": float(((claims["verdict"] == "suggestive") & mine).any()),
    }


def row(name: str, simulator: str, cohorts: int, found: Sequence[dict[str, float]]) -> dict[str, object]:
    """One design: what was seen, what was asked, whether it is met."""
    _, asked, limit = DESIGNS[name]
    table = pd.DataFrame(found)
    seen = {"null": "false", "only": "found", "more": "found", "suggestive": "suggestive", "never": "found"}[asked]
    value = float(table[seen].mean())
    if asked == "null":
        met = table[seen].sum() <= binom.ppf(0.99, cohorts, limit)
    else:
        met = value >= limit if asked != "never" else value == 0
    return {
        "design": name, "simulator": simulator, "asked": f"{'≤' if asked == 'null' else '≥'} {limit:.0%} {seen}"
        if asked != "never" else "never", "seen": value, "only": table["only"].mean(), "false": table["false"].mean(),
        "met": bool(met),
    }  # fmt: skip


def draw(table: pd.DataFrame, out: Path) -> None:
    """False claims of null cohorts, and power of planted ones."""
    import matplotlib.pyplot as plt

    for kind, path, title in (("false", "error.png", "null cohorts with a false claim"),
                              ("found", "power.png", "planted cohorts in which it is supported")):  # fmt: skip
        part = table[table["asked"].str.endswith(kind)]
        names = list(dict.fromkeys(part["design"]))
        figure, axes = plt.subplots(figsize=(6.6, 0.28 * len(names) + 0.9), layout="constrained")
        for simulator, mark in zip(SIMULATORS, "os", strict=True):
            mine = part[part["simulator"] == simulator].set_index("design").reindex(names)
            axes.plot(mine["seen"], range(len(names)), mark, label=simulator, ms=5)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set(xlabel=title, xlim=(0, 0.15 if kind == "false" else 1.02))
        axes.axvline(0.05 if kind == "false" else 0.8, color="#999999", lw=0.8)
        axes.legend(frameon=False, fontsize="small")
        figure.savefig(out / path, dpi=90)
        plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--only", default="", help="designs whose name contains this")
    given = parser.parse_args(arguments)
    rows = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for name, (design, _, _) in DESIGNS.items():
            for simulator in SIMULATORS if given.only in name else ():
                seeds = range(SEED, SEED + given.cohorts)
                found = list(pool.map(partial(judge, design, simulator), seeds, chunksize=5))
                rows.append(row(name, simulator, given.cohorts, found))
                print(rows[-1], file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    given.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out / "power.csv", index=False)
    draw(table, given.out)
    print(table.to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
