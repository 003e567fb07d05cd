"""Scores of clusters, names and quality control against the truth of each event; pure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

__all__ = [
    "NOT_SCORED",
    "NO_CLUSTER",
    "Scores",
    "adjusted_rand",
    "crosstab",
    "match",
    "merged",
    "name_scores",
    "quality",
    "score",
]

NO_CLUSTER = -1
NOT_SCORED = ""
"""The kind of events that are clustered, while no cluster is right or wrong for them."""
JUNK = ("debris", "dead", "clog", "margin")  # states that quality control is to catch, beside doublets


def crosstab(kinds: ArrayLike, clusters: ArrayLike) -> pd.DataFrame:
    """Events by kind (row) and cluster (column); −1 is a column like another where it occurs."""
    rows, names = pd.factorize(np.asarray(kinds), sort=True)
    columns, ids = pd.factorize(np.asarray(clusters), sort=True)
    counts = np.bincount(rows * len(ids) + columns, minlength=len(names) * len(ids))
    return pd.DataFrame(counts.reshape(len(names), len(ids)), index=names, columns=ids)


@dataclass(frozen=True)
class Scores:
    """Agreement of a clustering with the truth."""

    f1: float
    """Mean over kinds of the one-to-one F1."""
    merged_f1: float
    """The same after each cluster took the name of the kind that most of its events are."""
    ari: float
    clusters: int
    """That hold an event, scored or not."""
    kinds: dict[str, dict[str, float]]
    """Of each kind: ``n``, ``precision``, ``recall``, ``f1`` of its one-to-one cluster."""


def score(table: pd.DataFrame) -> Scores:
    """Every score of the counts of events by kind (row) and cluster (column)."""
    clusters = int((table.drop(columns=NO_CLUSTER, errors="ignore").sum(axis=0) > 0).sum())
    table = table.drop(index=NOT_SCORED, errors="ignore")
    matched = match(table)
    return Scores(
        f1=float(matched["f1"].mean()),
        merged_f1=float(merged(table).mean()),
        ari=adjusted_rand(table),
        clusters=clusters,
        kinds=matched[["n", "precision", "recall", "f1"]].to_dict("index"),
    )


def match(table: pd.DataFrame) -> pd.DataFrame:
    """Each kind's one-to-one cluster, with the assignment of greatest summed F1 (Weber & Robinson, Cytometry A 2016).

    Parameters
    ----------
    table
        As of :func:`crosstab`. Events of cluster −1 belong to no cluster and count as missed.

    Returns
    -------
    DataFrame
        By kind: ``n`` true events, ``cluster`` (−1 where none that shares an event with it
        is left for it), ``precision``, ``recall``, ``f1``.
    """
    n = table.sum(axis=1)
    table = table.drop(columns=NO_CLUSTER, errors="ignore")
    counts, sizes = table.to_numpy(), table.to_numpy().sum(axis=0)
    f1 = 2 * counts / (n.to_numpy()[:, None] + sizes[None, :])
    kinds, columns = linear_sum_assignment(f1, maximize=True)
    hit = np.zeros(len(n), dtype=np.int64)
    size, cluster = np.ones(len(n), dtype=np.int64), np.full(len(n), NO_CLUSTER)
    hit[kinds], size[kinds], cluster[kinds] = counts[kinds, columns], sizes[columns], table.columns[columns]
    scores = {
        "precision": hit / np.maximum(size, 1),
        "recall": hit / n,
        "f1": np.where(hit > 0, 2 * hit / (n + size), 0),
    }
    return pd.DataFrame({"n": n, "cluster": np.where(hit > 0, cluster, NO_CLUSTER)} | scores, index=n.index)


def merged(table: pd.DataFrame) -> pd.Series:
    """F1 of each kind after its clusters are gathered: those of whose events most are of this kind."""
    n = table.sum(axis=1)
    table = table.drop(columns=NO_CLUSTER, errors="ignore")
    owner = table.to_numpy().argmax(axis=0)
    mine = np.arange(len(table))[:, None] == owner[None, :]
    hit, size = (table.to_numpy() * mine).sum(axis=1), (table.to_numpy().sum(axis=0) * mine).sum(axis=1)
    return pd.Series(2 * hit / (n.to_numpy() + size), index=table.index)


def name_scores(kinds: ArrayLike, names: ArrayLike) -> pd.DataFrame:
    """Precision, recall and F1 of each kind by the population of the same name; 0 where no event has the name."""
    table = crosstab(kinds, names)
    n = table.sum(axis=1)
    named = table.sum(axis=0).reindex(table.index, fill_value=0)
    hit = pd.Series([table.at[kind, kind] if kind in table else 0 for kind in table.index], index=table.index)
    scores = {"n": n, "n_named": named, "precision": hit / named.clip(lower=1), "recall": hit / n}
    return pd.DataFrame(scores | {"f1": 2 * hit / (n + named)})


def adjusted_rand(table: pd.DataFrame) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985) of the counts; events of no cluster count as one cluster.

    1 where both sides have one class.
    """
    counts = table.to_numpy(dtype=np.float64)
    both, rows, columns, every = (
        float((n * (n - 1) / 2).sum()) for n in (counts, counts.sum(axis=1), counts.sum(axis=0), counts.sum())
    )
    expected, largest = rows * columns / every, (rows + columns) / 2
    return 1.0 if largest == expected else (both - expected) / (largest - expected)


def quality(truth: pd.DataFrame, qc: ArrayLike) -> pd.DataFrame:
    """What quality control set aside.

    Parameters
    ----------
    truth
        (n,) ``kind``, ``kind2``, ``state`` as ``cytoclust simulate`` writes them.
    qc
        (n,) as in the labels; whatever is not ``ok`` was set aside, for whichever reason.

    Returns
    -------
    DataFrame
        By class of event: ``n``, ``n_aside``, ``share`` (set aside; nan where there is no such event).
    """
    aside = np.asarray(qc).astype(str) != "ok"
    kind, kind2, state = (truth[name].astype(str).to_numpy() for name in ("kind", "kind2", "state"))
    intact, doublet = state == "intact", state == "doublet"
    msc = intact & np.char.startswith(kind.astype(str), "MSC")
    classes = {"intact cells": intact, "intact MSC": msc}
    classes |= {f"intact {name}": msc & (kind == name) for name in np.unique(kind[msc])}
    classes |= {
        "doublets of unlike cells": doublet & (kind != kind2),
        "doublets of like cells": doublet & (kind == kind2),
    }
    classes |= {name: state == name for name in JUNK}
    rows = {name: (mask.sum(), aside[mask].sum()) for name, mask in classes.items()}
    out = pd.DataFrame.from_dict(rows, orient="index", columns=["n", "n_aside"])
    out["share"] = out["n_aside"] / out["n"].where(out["n"] > 0)
    return out
