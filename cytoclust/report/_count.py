"""Populations counted from an AnnData, for a report without ``tables``."""

import anndata as ad
import pandas as pd

from cytoclust import keys
from cytoclust.stats import population_table

__all__ = ["count_populations"]


def count_populations(adata: ad.AnnData, notes: list[str]) -> pd.DataFrame:
    """The table ``populations.csv`` of the events at hand; empty where ``obs`` names no population."""
    if keys.POPULATION not in adata.obs:
        return pd.DataFrame()
    obs = adata.obs
    if keys.QC_COLUMN in obs:
        obs = obs[obs[keys.QC_COLUMN].astype(str) == keys.QC[keys.QC_OK]]
    _note_subset(obs, notes)
    sample = obs[keys.SAMPLE].astype(str) if keys.SAMPLE in obs else pd.Series("all", index=obs.index)
    counts = pd.crosstab(sample.to_numpy(), obs[keys.POPULATION].astype(str).to_numpy())
    counts.index.name = keys.SAMPLE
    known = [column for column in keys.SHEET_COLUMNS if column in obs]
    sheet = obs[known].astype(object).assign(**{keys.SAMPLE: sample}).drop_duplicates(keys.SAMPLE)
    return population_table(counts, sheet.set_index(keys.SAMPLE), parents={})


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
