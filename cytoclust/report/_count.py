"""Populations counted from an AnnData, for a report without ``tables``."""

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.stats import population_table

__all__ = ["count_populations"]


def count_populations(adata: ad.AnnData, notes: list[str]) -> pd.DataFrame:
    """The table ``populations.csv`` of the cells at hand, or of those they stand for; empty without populations."""
    if keys.POPULATION not in adata.obs:
        return pd.DataFrame()
    obs = adata.obs
    _note_subset(obs, notes)
    sample = obs[keys.SAMPLE].astype(str) if keys.SAMPLE in obs else pd.Series("all", index=obs.index)
    weight = obs[keys.WEIGHT].to_numpy(float) if keys.WEIGHT in obs else np.ones(len(obs))
    counts = pd.crosstab(sample.to_numpy(), obs[keys.POPULATION].astype(str).to_numpy(), weight, aggfunc="sum")
    counts = counts.fillna(0).round().astype(int)
    counts.index.name = keys.SAMPLE
    known = [column for column in keys.SHEET_COLUMNS if column in obs]
    sheet = obs[known].astype(object).assign(**{keys.SAMPLE: sample}).drop_duplicates(keys.SAMPLE)
    return population_table(counts, sheet.set_index(keys.SAMPLE), parents={})


def _note_subset(obs: pd.DataFrame, notes: list[str]) -> None:
    if keys.WEIGHT in obs and (obs[keys.WEIGHT] != 1).any():
        notes.append(
            f"Amounts were counted from {len(obs):,} chosen events, each for as many as it stands for. A population of"
            " which a sample has few may be missed in that sample: give the report tables/populations.csv."
        )
        return
    if keys.EVENT not in obs or obs.empty:
        return
    known = obs.groupby(obs[keys.SAMPLE].astype(str))[keys.EVENT] if keys.SAMPLE in obs else None
    least = int((known.max() + 1).sum()) if known is not None else int(obs[keys.EVENT].max()) + 1
    if least > 2 * len(obs):
        notes.append(
            f"Amounts were counted from the {len(obs):,} events at hand, of at least {least:,} in the files. If these"
            " events were chosen with rare populations in mind, without obs['weight'], the fractions are not those of"
            " the samples: give the report tables/populations.csv."
        )
