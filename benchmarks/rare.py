"""The rare-cell curve: small populations planted among 10⁶ events, and how well the best cluster holds each.

python -m benchmarks.rare
"""

import argparse
import sys

import numpy as np
import pandas as pd

from benchmarks.datasets import PLANTED, Data, load
from benchmarks.measure import Failed
from benchmarks.methods import METHODS, Method, cluster
from benchmarks.page import markdown
from benchmarks.quality import DEFAULT, SEED, grouped
from benchmarks.score import NO_CLUSTER

__all__ = ["curve", "render"]

BACKGROUNDS = 4
MARKERS = (2, 1)
"""In how many a planted population is unlike its host."""
SHOWN = ("cytoclust", "FlowSOM", "FlowSOM batch")


def curve(*, seed: int, fresh: bool = False) -> pd.DataFrame:
    """``markers``, ``background``, ``events``, ``method``, ``recall``, ``precision`` of every planted population."""
    rows = []
    for markers in MARKERS:
        for background in range(BACKGROUNDS):
            data = load(f"planted-{markers}", seed=seed + background, fresh=fresh)
            for method in (each for each in METHODS if each.name in SHOWN):
                found = _held(method, data, fresh=fresh)
                rows.append(found.assign(markers=markers, background=background))
    return pd.concat(rows, ignore_index=True)


def _held(method: Method, data: Data, *, fresh: bool) -> pd.DataFrame:
    """Recall and precision of the best cluster of each planted population; with groups also of the best number."""
    try:
        found = cluster(method, data, 0, fresh=fresh)
    except Failed as error:
        print(f"{method.name}: {error}", file=sys.stderr, flush=True)
        return pd.DataFrame()
    table = data.table(found.labels, found.rows)
    if not found.groups:
        return pd.DataFrame([_best(table, size, method.name) for size in PLANTED])
    every = {k: grouped(table, group) for k, group in found.groups.items()}
    rows = [_best(every[DEFAULT], size, f"{method.name}, {DEFAULT}") for size in PLANTED]
    best = [[_best(each, size, f"{method.name}, best") for each in every.values()] for size in PLANTED]
    rows += [max(choices, key=lambda row: row["f1"]) for choices in best]
    return pd.DataFrame(rows)


def _best(table: pd.DataFrame, size: int, method: str) -> dict:
    table = table.drop(columns=NO_CLUSTER, errors="ignore")
    mine, all_kinds = table.loc[f"planted {size}"].to_numpy(), table.sum(axis=0).to_numpy()
    f1 = 2 * mine / (size + all_kinds)
    best = int(np.argmax(f1))
    scores = {"recall": mine[best] / size, "precision": mine[best] / all_kinds[best], "f1": f1[best]}
    return {"method": method, "events": size} | scores


def render(found: pd.DataFrame) -> str:
    """Mean and worst over backgrounds."""
    tables = []
    for markers, part in found.groupby("markers", sort=False):

        def cell(values: pd.Series) -> str:
            return f"{values.mean():.2f} ({values.min():.2f})"

        wide = part.pivot_table(
            index="method", columns="events", values=["recall", "precision"], aggfunc=cell, sort=False
        )
        wide.columns = [f"{score}, {events}" for score, events in wide.columns]
        title = f"Unlike the host in {markers} marker{'s' if markers > 1 else ''}:"
        tables += [title, markdown(wide)]
    return "\n\n".join(tables)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED, help="of the first background")
    parser.add_argument("--fresh", action="store_true", help="make data and peers' labels again")
    args = parser.parse_args()
    print(render(curve(seed=args.seed, fresh=args.fresh)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
