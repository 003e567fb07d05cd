"""Tables of counts from an AnnData."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.engine import PARENTS, Join, level
from cytoclust.errors import InputError
from cytoclust.params import D, update
from cytoclust.pp import find_viability, panel_of, passed_rows, samples_of
from cytoclust.rules import RuleSet
from cytoclust.slots import read_quality, write_densities, write_tables
from cytoclust.stats import ClusterCounts, acquisition_table, count_cohort
from cytoclust.tl._cluster import Seed, seed_of
from cytoclust.tl._describe_adata import DescribedAdata, clustered_columns, describe_adata
from cytoclust.tl._draw_densities import draw_densities
from cytoclust.tl._read_tree import joins_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["count"]


def count(
    adata: "AnnData",
    *,
    key: str = keys.CLUSTER,
    population_key: str = keys.POPULATION,
    lod_events: int = D.detect.lod_events,
    loq_events: int = D.detect.loq_events,
    confidence: float = D.detect.confidence,
    reference: float | str = D.detect.reference,
    groups: Sequence[str] | str = D.contrasts.groups,
    timepoints: Sequence[str] | str = D.contrasts.timepoints,
    covariates: Sequence[str] = D.contrasts.covariates,
    primary: Sequence[str] | str = D.contrasts.primary,
    alpha: float = D.contrasts.alpha,
    permutations: int = D.contrasts.permutations,
    viability: str = D.panel.viability,
    rng: Seed = None,
    random_state: Seed = None,
    copy: bool = False,
) -> "AnnData | None":
    """Count clusters and populations in each sample, say where they could have been seen, and compare patients.

    The tables are those of a run's folder ``OUT/tables``. Every event must be there: an event sample, as
    ``cohort.h5ad`` is, has the tables of all events already.

    Parameters
    ----------
    adata
        All events of the samples, clustered and named by :func:`annotate`.
    key, population_key
        Columns of clusters and populations.
    lod_events, loq_events, confidence, reference
        Limits of detection and quantification.
    groups, timepoints, covariates, primary, alpha, permutations
        What to compare, and how; covariates are columns of ``obs``.
    viability
        The viability dye: a marker, ``none`` or ``auto``.
    rng, random_state
        Seed of permutations, or NumPy generator; two names for one thing.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``uns["densities"]``, all events over two markers for the patient pages of the report, and
    ``uns["tables"]``: ``clusters, cluster_tree, cluster_counts, cluster_medians,
    thresholds, backgrounds, populations, unknown_clusters, samples, contrasts, discoveries, acquisition,
    quadrants``, and ``marker_levels`` where :func:`cluster` was given some of the stained markers only.

    Raises
    ------
    InputError
        No clusters or names, an event sample, or a comparison that cannot be made.
    """
    config = update(
        D,
        {
            "run.seed": seed_of(rng, random_state),
            "quality.doublets": bool(read_quality(adata).get("params", {}).get("doublets", True)),
            **{f"detect.{name}": value for name, value in _given(lod_events=lod_events, loq_events=loq_events,
               confidence=confidence, reference=reference)},
            **{f"contrasts.{name}": value for name, value in _given(groups=groups, timepoints=timepoints,
               covariates=covariates, primary=primary, alpha=alpha, permutations=permutations)},
        },
    )  # fmt: skip
    if keys.WEIGHT in adata.obs:
        raise InputError(
            f"obs has the column {keys.WEIGHT!r}, so these events stand for others, as those of cohort.h5ad do: counts "
            f"of all events are in uns[{keys.TABLES!r}]."
        )
    if key not in adata.obs or "table" not in adata.uns.get(population_key, {}):
        raise InputError(f"obs[{key!r}] and uns[{population_key!r}] are needed: run ct.tl.cluster and annotate first.")
    adata = adata.copy() if copy else adata
    described, slot, rows = describe_adata(adata, key, viability), adata.uns[population_key], passed_rows(adata)
    panel = panel_of(adata, strict=False)
    known = rows[described.codes[rows] >= 0]
    if len(known) < len(rows):
        raise InputError(
            f"{len(rows) - len(known)} events that passed quality control have no cluster in obs[{key!r}]."
        )
    joins = _joins(adata, key)
    k = len(described.clusters)
    tables = count_cohort(
        ClusterCounts.of(
            described.codes[rows].astype(np.int32), _probability(adata, key)[rows],
            [sample.codes for sample in described.samples.values()],
            clusters=described.clusters, sheet=_sheet(adata, config.contrasts.covariates),
        ),
        slot["table"], described.profile, cuts=adata.uns[keys.THRESHOLDS], cuts_by_batch=slot[keys.THRESHOLDS],
        joins=joins, parent=level(joins, k, PARENTS),
        stability=np.asarray(adata.uns.get(key, {}).get("stability", np.full(k, np.nan)), dtype=np.float64),
        overlaps_with=np.asarray(adata.uns.get(key, {}).get(keys.OVERLAPS_WITH, np.full(k, -1)), dtype=np.int64),
        parted=adata.uns.get(key, {}).get("parted"),
        rules=RuleSet.from_json(slot["rules"]) if slot.get("rules") else None, config=config,
        aside=described.aside(), clustered=[panel.names[i] for i in clustered_columns(adata, key)],
    )  # fmt: skip
    tables["acquisition"] = acquisition_table(described.samples, panel)
    rules = RuleSet.from_json(slot["rules"]) if slot.get("rules") else None
    tables["quadrants"], densities = _densities(adata, described, slot, rules, config, viability)
    write_densities(adata, densities)
    write_tables(adata, tables)
    return adata if copy else None


def _densities(
    adata: "AnnData",
    described: DescribedAdata,
    slot: Mapping[str, Any],
    rules: RuleSet | None,
    config: params.Config,
    viability: str,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Quadrants and densities, as a run makes them."""
    where = [rows for _, rows in samples_of(adata)]
    labels = [described.codes[rows[each.passed]] for rows, each in zip(where, described.samples.values(), strict=True)]
    batch = adata.obs[keys.BATCH] if keys.BATCH in adata.obs else pd.Series("", index=adata.obs_names)
    judged, panel = read_quality(adata).get("samples", {}), panel_of(adata, strict=False)
    return draw_densities(
        described.samples, np.concatenate(labels), rules=rules, config=config, panel=panel,
        names=slot["table"][keys.POPULATION],
        batches=["" if pd.isna(batch.iloc[rows[0]]) else str(batch.iloc[rows[0]]) for rows in where],
        cuts=adata.uns[keys.THRESHOLDS], cuts_by_batch=slot[keys.THRESHOLDS],
        summaries={name: judged.get(name or "file", {}) for name in described.samples},
        viability=find_viability(panel, viability),
    )  # fmt: skip


def _given(**values: object) -> list[tuple[str, object]]:
    """As the parameter table takes them: lists as lists."""
    return [(name, list(v) if isinstance(v, Sequence) and not isinstance(v, str) else v) for name, v in values.items()]


def _joins(adata: "AnnData", key: str) -> list[Join]:
    table = adata.uns.get(key, {}).get("joins")
    return [] if table is None else joins_of(table)


def _probability(adata: "AnnData", key: str) -> NDArray[np.float32]:
    """That each event belongs to its cluster; 1 where the clusters are of another program."""
    name = keys.PROBABILITY if key == keys.CLUSTER else f"{key}_{keys.PROBABILITY}"
    return adata.obs[name].to_numpy(dtype=np.float32) if name in adata.obs else np.ones(adata.n_obs, dtype=np.float32)


def _sheet(adata: "AnnData", covariates: Sequence[str]) -> pd.DataFrame:
    """What obs says of each sample."""
    first = {name: int(where[0]) for name, where in samples_of(adata)}
    columns: dict[str, list[str | None]] = {}
    further = [name for name in covariates if name in adata.obs] + _further(adata)
    for column in dict.fromkeys((*keys.SHEET_COLUMNS, *further)):
        values = adata.obs.get(column)
        at = [None if values is None else values.iloc[row] for row in first.values()]
        columns[column] = [None if value is None or pd.isna(value) else str(value) for value in at]
    return pd.DataFrame(columns, index=pd.Index([name or "all" for name in first], name=keys.SAMPLE), dtype=object)


def _further(adata: "AnnData") -> list[str]:
    """Columns of words in obs that say one thing of each sample, as a sheet does; clusterings have a slot in uns."""
    own = (*keys.SHEET_COLUMNS, keys.SAMPLE, keys.QC)
    names = [
        str(name)
        for name, values in adata.obs.items()
        if name not in own and name not in adata.uns and not str(name).endswith("_parent") and values.dtype.kind == "O"
    ]
    samples = [where for _, where in samples_of(adata)]
    codes = {name: pd.factorize(adata.obs[name])[0] for name in names}
    return [name for name, code in codes.items() if all((code[at] == code[at[0]]).all() for at in samples)]
