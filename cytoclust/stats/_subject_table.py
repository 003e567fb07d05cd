"""What is compared: every named population, and every cluster."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, from_cell

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
    rests_on: Mapping[str, Sequence[str]] | None = None,
    markers: Sequence[str] = (),
    uneven: Sequence[Finding] = (),
    primary: Collection[str] = (),
) -> pd.DataFrame:
    """One row a population, then one a cluster.

    Parameters
    ----------
    populations
        Names.
    evidence
        Index cluster: ``population, phenotype, n_events``, ``probability`` (of the name), ``doublet`` and ``glowing``
        (bool), ``pairs`` (whose doublets), ``leftover`` (why most events like it were set aside, or ""),
        ``junk_why`` (findings, in a cell).
    lineages
        Of each population, itself and those it belongs to.
    open_guards
        Of a population, the mimics that the panel cannot exclude.
    rests_on, markers
        Markers that each population is told by; of a cluster, all of the panel.
    uneven
        What quality control took more of than of others, as of :func:`unevenly_set_aside`.
    primary
        Populations that the study asks about.

    Returns
    -------
    ``population, cluster`` ("" for populations), ``phenotype`` (of its largest cluster), ``flags`` (a list of
    findings), ``artefact``, ``rests_on`` (lists of markers), ``twin`` (whether a cluster is all that a population has),
    ``primary``.
    """
    names = evidence[keys.POPULATION]
    guards, told_by = open_guards or {}, rests_on or {}
    rows = []
    alone = set()
    for name in populations:
        mine = evidence[[name in lineages.get(each, ()) for each in names]]
        if len(mine) == 1:
            alone.add(mine.index[0])
        took = _took([name, *mine[keys.POPULATION]], uneven)
        rows.append(_row(name, "", mine, guards.get(name, ()), took, told_by.get(name, ())))
    for cluster in evidence.index:
        name, took = names[cluster], _took([names[cluster], f"cluster {cluster}"], uneven)
        rows.append(_row(name, str(cluster), evidence.loc[[cluster]], guards.get(name, ()), took, markers))
    columns = [keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE, keys.FLAGS, "artefact", "rests_on"]
    table = pd.DataFrame(rows, columns=columns)
    own = table[keys.CLUSTER] == ""
    return table.assign(
        twin=table[keys.CLUSTER].isin({str(cluster) for cluster in alone}),
        primary=own & table[keys.POPULATION].isin(list(primary)),
    )


def _took(names: Collection[str], uneven: Sequence[Finding]) -> list[Finding]:
    """The flag of a subject of which, in many samples, quality control took more than of others."""
    mine = [each.data for each in uneven if each.data["name"] in names and each.data["many"]]
    return [
        Finding("uneven quality control", reason=data["reason"], share=data["share"])
        for data in sorted(mine, key=lambda data: -data["share"])[:1]
    ]


def _row(
    name: str, cluster: str, mine: pd.DataFrame, mimics: Collection[str], took: list[Finding], rests_on: Sequence[str]
) -> dict[str, object]:
    events = mine[keys.N_EVENTS].to_numpy(dtype=float)
    weight = events / max(events.sum(), 1.0)
    doublet, glowing = (float(weight @ mine[key].to_numpy(dtype=float)) >= HALF for key in ("doublet", "glowing"))
    sure = float(weight @ np.nan_to_num(mine["probability"].to_numpy(dtype=float), nan=1.0)) if len(mine) else 1.0
    pairs = [pair for pair in mine["pairs"][mine["doublet"].astype(bool)] if pair]
    found = [*([Finding("mimic not excluded", mimics=list(mimics))] if mimics else []), *took]
    if doublet:
        found.append(Finding("doublets", of=pairs))
    if glowing:
        found.append(Finding("positive for nearly every marker"))
    left = str(mine[keys.LEFTOVER].iloc[0]) if cluster else ""
    if left:
        found.append(Finding("leftover", reason=left))
    why = from_cell(str(mine[keys.JUNK_WHY].iloc[0])) if cluster else []
    found += why
    if name not in (keys.UNKNOWN, keys.UNASSIGNED) and sure < DOUBTFUL:
        found.append(Finding("name uncertain", probability=round(sure, 4)))
        found += [Finding("name doubtful")] * (sure < HARDLY)
    return {
        keys.POPULATION: name,
        keys.CLUSTER: cluster,
        keys.PHENOTYPE: mine[keys.PHENOTYPE].iloc[int(events.argmax())] if len(mine) else "",
        keys.FLAGS: found,
        "artefact": doublet or glowing or bool(left) or bool(why),
        "rests_on": list(rests_on),
    }
