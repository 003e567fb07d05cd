"""What is asked about in comparisons: populations, and clusters that fit no rule."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["candidate_table"]

HALF = 0.5
"""Of a candidate's events: what holds for so many holds for it. Chosen: the majority."""
DOUBTFUL = 0.8
"""A name less probable than this is told to be. Chosen: see sensitivity."""
HARDLY = 0.6
"""And less than this stands in the way of a claim. Chosen: see sensitivity."""


def candidate_table(
    populations: Collection[str],
    clusters: Collection[str],
    evidence: pd.DataFrame,
    *,
    lineages: Mapping[str, Collection[str]],
    primary: Collection[str] = (),
    open_guards: Mapping[str, Collection[str]] | None = None,
    rests_on: Mapping[str, Sequence[str]] | None = None,
    markers: Sequence[str] = (),
    uneven: Sequence[Finding] = (),
) -> pd.DataFrame:
    """One row a population, then one a cluster without a name.

    Parameters
    ----------
    populations
        Names.
    clusters
        Clusters that fit no rule.
    evidence
        Index cluster: ``population, phenotype, n_events``, ``probability`` (of the name), ``doublet`` and ``glowing``
        (bool), ``pairs`` (whose doublets), ``leftover`` (why most events like it were set aside, or "").
    lineages
        Of each population, itself and those it belongs to.
    primary
        Populations that the study asks about.
    open_guards
        Of a population, the mimics that the panel cannot exclude.
    rests_on, markers
        Markers that each population is told by; of a cluster without a name, all of the panel.
    uneven
        What quality control took more of than of others, as of ``unevenly_set_aside``.

    Returns
    -------
    ``population, cluster`` ("" for populations), ``phenotype`` (of its largest cluster), ``primary``, ``flags`` (a list
    of findings), ``artefact``, ``rests_on`` (lists of markers).
    """
    names = evidence[keys.POPULATION]
    rows = []
    for name in populations:
        mine = evidence[[name in lineages.get(each, ()) for each in names]]
        mimics = list((open_guards or {}).get(name, ()))
        flags = [Finding("mimic not excluded", mimics=mimics)] if mimics else []
        flags += _took([name, *{each for each in names if name in lineages.get(each, ())}], uneven)
        rows.append(_row(name, "", mine, primary=name in primary, flags=flags))
    rows += [
        _row(
            names[cluster], cluster, evidence.loc[[cluster]], primary=False, flags=_took([f"cluster {cluster}"], uneven)
        )
        for cluster in clusters
    ]
    told_by = [list((rests_on or {}).get(name, ())) for name in populations] + [list(markers) for _ in clusters]
    columns = [keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE, "primary", keys.FLAGS, "artefact"]
    return pd.DataFrame(rows, columns=columns).assign(rests_on=pd.Series(told_by, dtype=object))


def _took(names: Collection[str], uneven: Sequence[Finding]) -> list[Finding]:
    """The flag of a candidate of which, in many samples, quality control took more than of others."""
    mine = [each.data for each in uneven if each.data["name"] in names and each.data["many"]]
    return [
        Finding("uneven quality control", reason=data["reason"], share=data["share"])
        for data in sorted(mine, key=lambda data: -data["share"])[:1]
    ]


def _row(name: str, cluster: str, mine: pd.DataFrame, *, primary: bool, flags: list[Finding]) -> dict[str, object]:
    events = mine[keys.N_EVENTS].to_numpy(dtype=float)
    weight = events / max(events.sum(), 1.0)
    doublet, glowing = (float(weight @ mine[key].to_numpy(dtype=float)) >= HALF for key in ("doublet", "glowing"))
    sure = float(weight @ np.nan_to_num(mine["probability"].to_numpy(dtype=float), nan=1.0)) if len(mine) else 1.0
    pairs = [pair for pair in mine["pairs"][mine["doublet"].astype(bool)] if pair]
    found = [*flags]
    if doublet:
        found.append(Finding("doublets", of=pairs))
    if glowing:
        found.append(Finding("positive for nearly every marker"))
    left = str(mine[keys.LEFTOVER].iloc[0]) if cluster else ""
    if left:
        found.append(Finding("leftover", reason=left))
    if not cluster and sure < DOUBTFUL:
        found.append(Finding("name uncertain", probability=round(sure, 4)))
        found += [Finding("name doubtful")] * (sure < HARDLY)
    return {
        keys.POPULATION: name,
        keys.CLUSTER: cluster,
        keys.PHENOTYPE: mine[keys.PHENOTYPE].iloc[int(events.argmax())] if len(mine) else "",
        "primary": primary,
        keys.FLAGS: found,
        "artefact": doublet or glowing or bool(left),
    }
