"""Scores of every method on every data set; a line each.

    python -m benchmarks.quality --only ff,marrow
    python -m benchmarks.quality --only ratio --methods cytoclust,FlowSOM --seed 7

Ours is run; a peer's labels come from the cache where it has run on the same events before (``--fresh``: all again).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from benchmarks.datasets import RARE, Data, first_of_family, load, names
from benchmarks.measure import Failed
from benchmarks.methods import METHODS, Found, Method, cluster
from benchmarks.score import Scores, adjusted_rand, crosstab, score

__all__ = ["BOUND", "DEFAULT", "SEED", "Row", "compare", "grouped", "line"]

SEED = 501
"""Of the data; none that the engine was tried on."""
DEFAULT = 30
"""Metaclusters of FlowSOM where nothing tells how many."""
SEEDS_ON_FF = 5
BOUND = "truth known"
"""Stands in the place of a method for the classifier that knows the truth."""


@dataclass(frozen=True)
class Row:
    """One method on one data set, over its seeds."""

    data: str
    method: str
    events: int
    kinds: int
    scores: tuple[Scores, ...]
    """One for each seed; empty where it failed."""
    stability: float
    """Mean adjusted Rand index of the labels of two seeds; nan with one seed."""
    seconds: float
    memory_mb: float
    from_cache: bool
    note: str = ""
    """Why there are no scores."""
    versions: str = ""

    def mean(self, score: str) -> float:
        """One of the scores, over seeds; nan where it failed."""
        return float(np.mean([getattr(each, score) for each in self.scores])) if self.scores else float("nan")

    def kind(self, name: str) -> float:
        """F1 of a kind, over seeds."""
        return float(np.mean([each.kinds.get(name, {"f1": np.nan})["f1"] for each in self.scores]))

    @property
    def rare(self) -> list[str]:
        """Kinds with less than a thousandth of the events."""
        kinds = self.scores[0].kinds if self.scores else {}
        total = sum(each["n"] for each in kinds.values())
        return [name for name, each in kinds.items() if each["n"] < RARE * total]


def compare(wanted: Sequence[str], methods: Sequence[Method], *, seed: int, fresh: bool = False) -> Iterator[Row]:
    """Rows of each data set whose name starts with one of ``wanted`` (all if none), as they are found."""
    for name in names(seed):
        chosen = [method for method in methods if first_of_family(name, seed) or not method.peer]
        if not chosen or (wanted and not name.startswith(tuple(wanted))):
            continue
        try:
            data = load(name, seed=seed, fresh=fresh)
        except (Failed, OSError) as error:
            yield Row(name, "", 0, 0, (), np.nan, np.nan, np.nan, from_cache=False, note=str(error))
            continue
        kinds = len(data.scored_kinds)
        if kinds > 1:
            best = score(data.table(np.load(data.best)))
            yield Row(name, BOUND, len(data.codes), kinds, (best,), np.nan, np.nan, np.nan, from_cache=False)
        for method in chosen:
            yield from one_method(method, data, fresh=fresh)


def one_method(method: Method, data: Data, *, fresh: bool) -> Iterator[Row]:
    """Its row, or with groups of its clusters two: the default number, and the best, chosen by the truth."""
    seeds = SEEDS_ON_FF if data.name == "ff" and method.seeds > 1 else method.seeds
    kinds = len(data.scored_kinds)
    try:
        found = [cluster(method, data, seed, fresh=fresh) for seed in range(seeds)]
    except Failed as error:
        yield Row(data.name, method.name, 0, kinds, (), np.nan, np.nan, np.nan, from_cache=False, note=str(error))
        return
    tables = [data.table(each.labels, each.rows) for each in found]
    if not found[0].groups:
        yield _row(method.name, data, found, [score(table) for table in tables], [each.labels for each in found])
        return
    every = [
        {k: score(grouped(table, group)) for k, group in each.groups.items()}
        for table, each in zip(tables, found, strict=True)
    ]
    for name, chosen in {
        f"{method.name}, {DEFAULT}": [DEFAULT] * len(found),
        f"{method.name}, best": [max(scores, key=lambda k: scores[k].f1) for scores in every],
    }.items():
        labels = [each.groups[k][each.labels] for each, k in zip(found, chosen, strict=True)]
        yield _row(name, data, found, [scores[k] for scores, k in zip(every, chosen, strict=True)], labels)


def _row(name: str, data: Data, found: list[Found], scores: list[Scores], labels: list[np.ndarray]) -> Row:
    pairs = [adjusted_rand(crosstab(one, other)) for one, other in combinations(labels, 2)]
    return Row(
        data.name,
        name,
        events=len(labels[0]),
        kinds=len(data.scored_kinds),
        scores=tuple(scores),
        stability=float(np.mean(pairs)) if pairs else float("nan"),
        seconds=min(each.seconds for each in found),
        memory_mb=max(each.memory_mb for each in found),
        from_cache=any(each.from_cache for each in found),
        versions=", ".join(f"{package} {version}" for package, version in found[0].versions.items()),
    )


def grouped(table: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """Columns of clusters summed to columns of groups."""
    return table.T.groupby(group[table.columns.to_numpy()]).sum().T


def line(row: Row) -> str:
    """What is printed while it runs."""
    start = f"{row.data:22} {row.method:22}"
    if row.note:
        return f"{start} {row.note}"
    clusters = ",".join(str(each.clusters) for each in row.scores)
    each_f1 = f" ({min(each.f1 for each in row.scores):.3f} at worst)" if len(row.scores) > 1 else ""
    parts = [
        f"F1 {row.mean('f1'):.3f}{each_f1}",
        f"merged {row.mean('merged_f1'):.3f}",
        f"ARI {row.mean('ari'):.3f}",
        f"clusters {clusters} for {row.kinds}",
        *([f"stability {row.stability:.3f}"] if row.stability == row.stability else []),
        *([f"{row.seconds:.1f} s{' (cached)' if row.from_cache else ''}"] if row.seconds == row.seconds else []),
        *[f"{name} {row.kind(name):.2f}" for name in row.rare],
    ]
    return f"{start} {'  '.join(parts)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="beginnings of names of data sets, with commas between")
    parser.add_argument("--methods", default="", help="names of methods, with commas between")
    parser.add_argument("--seed", type=int, default=SEED, help="of the simulated data")
    parser.add_argument("--fresh", action="store_true", help="make data and peers' labels again")
    args = parser.parse_args()
    wanted, chosen = ([part for part in text.split(",") if part] for text in (args.only, args.methods))
    methods = [method for method in METHODS if not chosen or method.name in chosen]
    for row in compare(wanted, methods, seed=args.seed, fresh=args.fresh):
        print(line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
