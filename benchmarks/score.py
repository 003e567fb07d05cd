"""Scores of clusters, names and quality control against the truth of each event; pure."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

__all__ = ["adjusted_rand", "crosstab", "match", "name_scores", "quality"]

NO_CLUSTER = -1
JUNK = ("debris", "dead", "clog", "margin")  # states that quality control is to catch, beside doublets


def crosstab(kinds: ArrayLike, clusters: ArrayLike) -> pd.DataFrame:
    """Events by kind (row) and cluster (column); −1 is a column like another where it occurs."""
    rows, names = pd.factorize(np.asarray(kinds), sort=True)
    columns, ids = pd.factorize(np.asarray(clusters), sort=True)
    counts = np.bincount(rows * len(ids) + columns, minlength=len(names) * len(ids))
    return pd.DataFrame(counts.reshape(len(names), len(ids)), index=names, columns=ids)


def match(kinds: ArrayLike, clusters: ArrayLike) -> pd.DataFrame:
    """Each kind's one-to-one cluster, with the assignment of greatest summed F1 (Weber & Robinson, Cytometry A 2016).

    Parameters
    ----------
    kinds, clusters
        (n,) true kind and cluster of each event. Events of cluster −1 belong to no cluster and count as missed.

    Returns
    -------
    DataFrame
        By kind: ``n`` true events, ``cluster`` (−1 where none that shares an event with it
        is left for it), ``precision``, ``recall``, ``f1``.
    """
    table = crosstab(kinds, clusters)
    n = table.sum(axis=1)
    table = table.drop(columns=NO_CLUSTER, errors="ignore")
    counts, sizes = table.to_numpy(), table.to_numpy().sum(axis=0)
    f1 = 2 * counts / (n.to_numpy()[:, None] + sizes[None, :])
    rows, columns = linear_sum_assignment(f1, maximize=True)
    out = pd.DataFrame({"n": n, "cluster": NO_CLUSTER, "precision": 0.0, "recall": 0.0, "f1": 0.0}, index=n.index)
    for row, column in zip(rows, columns, strict=True):
        hit = counts[row, column]
        if hit:
            out.iloc[row, 1:] = [table.columns[column], hit / sizes[column], hit / n.iloc[row], f1[row, column]]
    return out.astype({"cluster": int})


def name_scores(kinds: ArrayLike, names: ArrayLike) -> pd.DataFrame:
    """Precision, recall and F1 of each kind by the population of the same name; 0 where no event has the name."""
    table = crosstab(kinds, names)
    n = table.sum(axis=1)
    named = table.sum(axis=0).reindex(table.index, fill_value=0)
    hit = pd.Series([table.at[kind, kind] if kind in table else 0 for kind in table.index], index=table.index)
    scores = {"n": n, "n_named": named, "precision": hit / named.clip(lower=1), "recall": hit / n}
    return pd.DataFrame(scores | {"f1": 2 * hit / (n + named)})


def adjusted_rand(kinds: ArrayLike, clusters: ArrayLike) -> float:
    """Adjusted Rand index; events of no cluster (−1) count as one cluster of their own."""
    return float(adjusted_rand_score(pd.factorize(np.asarray(kinds))[0], np.asarray(clusters)))


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
