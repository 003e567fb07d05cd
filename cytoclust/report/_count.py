"""Populations counted from an AnnData, for a report without ``tables``."""

import anndata as ad
import numpy as np
import pandas as pd
from scipy.special import betaincinv, gammaincinv

from cytoclust import keys
from cytoclust.params import D

__all__ = ["count_populations"]


def count_populations(adata: ad.AnnData, notes: list[str]) -> pd.DataFrame:
    """One row a sample and population, like ``tables/populations.csv``; empty where ``obs`` names no population.

    Interval: Clopper–Pearson. A sample is evaluable if the reference frequency (median of the samples that have the
    population) would have shown ``lod_events`` or more with the asked power, by Poisson.
    """
    if keys.POPULATION not in adata.obs:
        return pd.DataFrame()
    obs = adata.obs
    if keys.QC_COLUMN in obs:
        obs = obs[obs[keys.QC_COLUMN].astype(str) == keys.QC[keys.QC_OK]]
    _note_subset(obs, notes)
    sample = obs[keys.SAMPLE].astype(str) if keys.SAMPLE in obs else pd.Series("all", index=obs.index)
    names = [name for name in dict.fromkeys(obs[keys.POPULATION].astype(str).sort_values()) if name != keys.UNASSIGNED]
    counts = pd.crosstab(sample.to_numpy(), obs[keys.POPULATION].astype(str).to_numpy())
    counts = counts.reindex(columns=names, fill_value=0)
    parents = sample.value_counts()
    sheet = obs.assign(**{keys.SAMPLE: sample}).drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)
    parts = []
    for name in names:
        part = pd.DataFrame({keys.SAMPLE: counts.index.astype(str)})
        for column in keys.SHEET_COLUMNS:
            part[column] = (
                sheet[column].reindex(part[keys.SAMPLE]).astype(object).to_numpy() if column in sheet else None
            )
        part[keys.POPULATION], part["parent"] = name, keys.ROOT
        part["n_events"] = counts[name].to_numpy()
        part["n_parent"] = parents.reindex(part[keys.SAMPLE]).to_numpy()
        parts.append(_with_limits(part))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _with_limits(part: pd.DataFrame) -> pd.DataFrame:
    n_events, n_parent = part["n_events"].to_numpy(float), part["n_parent"].to_numpy(float)
    tail = (1 - D.detect.confidence) / 2
    low = np.where(n_events > 0, betaincinv(np.maximum(n_events, 1), n_parent - n_events + 1, tail), 0)
    high = np.where(n_events < n_parent, betaincinv(n_events + 1, np.maximum(n_parent - n_events, 1), 1 - tail), 1)
    fraction = n_events / n_parent
    seen = n_events >= D.detect.lod_events
    # the mean count that shows at least lod_events with the asked power: P(Poisson(mean) >= k) = P(k, mean)
    needed = gammaincinv(D.detect.lod_events, D.detect.confidence)
    evaluable = n_parent * np.median(fraction[seen]) >= needed if seen.any() else np.zeros(len(part), bool)
    status = np.where(seen, keys.STATUSES[0], np.where(evaluable, keys.STATUSES[1], keys.STATUSES[2]))
    return part.assign(
        fraction=fraction, ci_low=low, ci_high=high, lod=D.detect.lod_events / n_parent,
        loq=D.detect.loq_events / n_parent, status=status,
    )  # fmt: skip


def _note_subset(obs: pd.DataFrame, notes: list[str]) -> None:
    if keys.EVENT not in obs or obs.empty:
        return
    known = obs.groupby(obs[keys.SAMPLE].astype(str))[keys.EVENT] if keys.SAMPLE in obs else None
    least = int((known.max() + 1).sum()) if known is not None else int(obs[keys.EVENT].max()) + 1
    if least > 2 * len(obs):
        notes.append(
            f"Amounts were counted from the {len(obs):,} events at hand, of at least {least:,} in the files. If these"
            " events were chosen with rare populations in mind, as in cohort.h5ad, the fractions are not those of the"
            " samples: give the report tables/populations.csv."
        )
