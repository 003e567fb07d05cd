"""Whether a claim of ``discoveries.csv`` is true of what was simulated."""

from collections.abc import Mapping
from itertools import compress

import numpy as np
import pandas as pd

from benchmarks.validity.work import Found
from cytoclust.datasets._populations import populations

__all__ = ["claim_words", "judge_claims"]

MAIN = 0.2  # least share of a candidate's events for a kind to be what the candidate is
JUNK = r"^(?:doublet|debris|dead|clog|margin)\b"
MORE = 1.1  # least ratio of designed levels that is more


def judge_claims(found: Found) -> pd.DataFrame:
    """The rows of ``discoveries.csv`` with what they are of and whether they are true.

    Returns
    -------
    The table with ``is`` (the intact kinds that make a fifth or more of the candidate's events; junk, and the
    commonest, where most are junk) and ``truth``: ``true``; ``overstated`` where it occurs only there by the claim and
    elsewhere by design; or ``false`` where the design has no more of it there. What the design gives is the mean over
    samples of the factor on a kind times the chance that a sample has it, and for tumour the load; a patient's own
    deviation is chance.
    """
    table = found.table("discoveries")
    levels, composition = _levels(found), _composition(found)
    is_, truth = [], []
    for _, row in table.iterrows():
        counts = _counts(row, composition)
        kinds = _kinds(counts)
        is_.append(", ".join(kinds or ["junk", *counts.nlargest(2).index]))
        truth.append(_truth(row, kinds, levels))
    return table.assign(**{"is": is_, "truth": truth})


def _levels(found: Found) -> pd.DataFrame:
    """Designed amount of each kind (columns) in each sample (tumour: of all cells; others: of the healthy ones)."""
    table, rows = populations(), []
    for design in found.cohort.design:
        level = dict(zip(table.names, table.percent / 100, strict=True))
        for name, (factor, chance) in design.effects.items():
            level[name] *= factor * chance
        for name in compress(table.names, table.tumour):
            level[name] *= sum(design.load) / 2
        level |= {planted.name: fraction for planted, fraction in design.planted.items()}
        rows.append({"group": design.group, "timepoint": design.timepoint} | level)
    return pd.DataFrame(rows).fillna(0.0)


def _composition(found: Found) -> dict[tuple[str, str], pd.Series]:
    """Events by what they are, of each population and of each cluster without a name."""
    events = found.events[found.events["qc"] == "ok"]
    events = events.assign(what=events["what"].where(events["of"] == "", events["what"] + " of " + events["of"]))
    by_name = events.groupby(["population", "what"])["n"].sum()
    by_cluster = events.groupby(["cluster", "what"])["n"].sum()
    parents = found.table("populations").drop_duplicates("population").set_index("population")["parent"]
    parts = {("", str(name)): by_name[name] for name in by_name.index.unique(0)}
    for name in parents.index:  # events of a population are those of the populations below it, too
        below = [child for child in parents.index if name in _ancestors(child, parents) and ("", child) in parts]
        mine = [parts[key] for key in [("", name)] if key in parts] + [by_name[child] for child in below]
        if mine:
            parts["", name] = pd.concat(mine).groupby(level=0).sum()
    return parts | {(str(cluster), ""): by_cluster[cluster] for cluster in by_cluster.index.unique(0)}


def _ancestors(name: str, parents: pd.Series) -> list[str]:
    found = []
    while (name := parents.get(name, "cells")) in parents.index:
        found.append(name)
    return found


def _counts(row: pd.Series, composition: Mapping[tuple[str, str], pd.Series]) -> pd.Series:
    """Events of a claim's candidate by what they are."""
    nameless = not pd.isna(row["cluster"])
    key = (str(int(row["cluster"])), "") if nameless else ("", row["population"])
    return composition.get(key, pd.Series(dtype=np.int64, index=pd.Index([], dtype=str)))


def _kinds(counts: pd.Series) -> list[str]:
    intact = counts[~counts.index.str.contains(JUNK)]
    if intact.sum() < counts.sum() / 2:
        return []
    return list(intact.index[intact >= MAIN * counts.sum()])


def _truth(row: pd.Series, kinds: list[str], levels: pd.DataFrame) -> str:
    if not kinds:
        return "false"
    group, time = row["group"], row["timepoint"]
    at = levels["timepoint"] == time
    inside = (levels["group"] == group) & at
    own = levels["group"] == group
    outside = own & ~at if row["question"] == "time" else ~own & at
    if not outside.any():
        outside = levels["group"] != group
    mean_in, mean_out = (float(np.mean(levels.loc[where, kinds].sum(axis=1))) for where in (inside, outside))
    if mean_in <= MORE * mean_out:
        return "false"
    return "overstated" if row["only"] and mean_out > 0 else "true"


def claim_words(row: pd.Series) -> str:
    """A claim in a few words, for a table; clusters by what they are, since their numbers differ between cohorts."""
    return f"{row['population']} ({row['is']}): {row['claim']}"
