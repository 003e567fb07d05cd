"""What is compared: every named population, and every cluster."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["subject_table"]

HALF = 0.5
"""Of a subject's events: what holds for so many holds for it. Chosen: the majority."""
DOUBTFUL = 0.8
"""A name less probable than this is told to be. Chosen: see sensitivity."""
HARDLY = 0.6
"""And less than this stands in the way of a claim. Chosen: see sensitivity."""


def subject_table(
    populations: Collection[str],
    evidence: pd.DataFrame,
    *,
    lineages: Mapping[str, Collection[str]],
    open_guards: Mapping[str, Collection[str]] | None = None,
    primary: Collection[str] = (),
) -> pd.DataFrame:
    """One row a population, then one a cluster.

    Parameters
    ----------
    populations
        Names.
    evidence
        Index cluster: ``population, phenotype, n_events``, ``probability`` (of the name), ``doublet`` and ``glowing``
        (bool), ``pairs`` (whose doublets), ``leftover`` (why most events like it were set aside, or "").
    lineages
        Of each population, itself and those it belongs to.
    open_guards
        Of a population, the mimics that the panel cannot exclude.
    primary
        Populations that the study asks about.

    Returns
    -------
    ``population, cluster`` ("" for populations), ``phenotype`` (of its largest cluster), ``flags`` (a list of
    findings), ``artefact``, ``twin`` (whether a cluster is all that a population has), ``primary``.
    """
    names = evidence[keys.POPULATION]
    guards = open_guards or {}
    rows = []
    alone = set()
    for name in populations:
        mine = evidence[[name in lineages.get(each, ()) for each in names]]
        if len(mine) == 1:
            alone.add(mine.index[0])
        rows.append(_row(name, "", mine, guards.get(name, ())))
    rows += [
        _row(names[cluster], str(cluster), evidence.loc[[cluster]], guards.get(names[cluster], ()))
        for cluster in evidence.index
    ]
    columns = [keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE, keys.FLAGS, "artefact"]
    table = pd.DataFrame(rows, columns=columns)
    own = table[keys.CLUSTER] == ""
    return table.assign(
        twin=table[keys.CLUSTER].isin({str(cluster) for cluster in alone}),
        primary=own & table[keys.POPULATION].isin(list(primary)),
    )


def _row(name: str, cluster: str, mine: pd.DataFrame, mimics: Collection[str]) -> dict[str, object]:
    events = mine[keys.N_EVENTS].to_numpy(dtype=float)
    weight = events / max(events.sum(), 1.0)
    doublet, glowing = (float(weight @ mine[key].to_numpy(dtype=float)) >= HALF for key in ("doublet", "glowing"))
    sure = float(weight @ np.nan_to_num(mine["probability"].to_numpy(dtype=float), nan=1.0)) if len(mine) else 1.0
    pairs = [pair for pair in mine["pairs"][mine["doublet"].astype(bool)] if pair]
    found = [Finding("mimic not excluded", mimics=list(mimics))] if mimics else []
    if doublet:
        found.append(Finding("doublets", of=pairs))
    if glowing:
        found.append(Finding("positive for nearly every marker"))
    left = str(mine[keys.LEFTOVER].iloc[0]) if cluster else ""
    if left:
        found.append(Finding("leftover", reason=left))
    if name not in (keys.UNKNOWN, keys.UNASSIGNED) and sure < DOUBTFUL:
        found.append(Finding("name uncertain", probability=round(sure, 4)))
        found += [Finding("name doubtful")] * (sure < HARDLY)
    return {
        keys.POPULATION: name,
        keys.CLUSTER: cluster,
        keys.PHENOTYPE: mine[keys.PHENOTYPE].iloc[int(events.argmax())] if len(mine) else "",
        keys.FLAGS: found,
        "artefact": doublet or glowing or bool(left),
    }
