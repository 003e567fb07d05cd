"""The event sample of a run, as AnnData."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from natsort import natsorted
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io import build, metadata
from cytoclust.pipeline._cohort import Cohort
from cytoclust.pipeline._label import Clustered
from cytoclust.positivity import Thresholds
from cytoclust.pp import transform_table

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["event_sample", "sample_events"]


def sample_events(
    cohort: Cohort, clustered: Clustered, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Events × columns of the panel, on the transformed scale, of sorted rows of ``clustered``; and their file rows."""
    cuts = np.searchsorted(rows, clustered.starts)
    events, numbers = [], []
    for number, prepared in enumerate(cohort.prepared):
        mine = rows[cuts[number] : cuts[number + 1]] - clustered.starts[number]
        if len(mine):
            numbers.append(cohort.passed(number)[mine])
            events.append(cohort.transform(prepared.linear_rows(numbers[-1])))
    return np.concatenate(events), np.concatenate(numbers)


def event_sample(
    cohort: Cohort,
    clustered: Clustered,
    rows: NDArray[np.int64],
    events: NDArray[np.float32],
    numbers: NDArray[np.int64],
    *,
    naming: pd.DataFrame,
    thresholds: Thresholds,
    columns: NDArray[np.int64],
) -> "AnnData":
    """The events of ``rows`` with what is known of them; X is transformed, scatter and time linear."""
    adata = build(events, cohort.panel)
    samples = [cohort.samples[i] for i in np.searchsorted(clustered.starts, rows, side="right") - 1]
    for name in (keys.SAMPLE, *keys.SHEET_COLUMNS):
        values = [getattr(sample, name) for sample in samples]
        if any(value is not None for value in values):
            adata.obs[name] = pd.Categorical(values, categories=natsorted({v for v in values if v is not None}))
    adata.obs[keys.EVENT] = numbers
    adata.obs_names = pd.Index([f"{s.sample_id}:{e}" for s, e in zip(samples, numbers, strict=True)])
    labels = clustered.cluster[rows]
    adata.obs[keys.CLUSTER] = pd.Categorical(labels.astype(str), categories=natsorted(set(labels.astype(str))))
    names = naming[keys.POPULATION].to_numpy()[labels]
    adata.obs[keys.POPULATION] = pd.Categorical(names, categories=natsorted(set(names)))
    adata.obs[keys.PROBABILITY] = clustered.probability[rows]
    _record(adata, cohort, naming, thresholds, columns)
    return adata


def _record(
    adata: "AnnData", cohort: Cohort, naming: pd.DataFrame, thresholds: Thresholds, columns: NDArray[np.int64]
) -> None:
    sections = cohort.config.model_dump(mode="json")
    markers = [cohort.panel.names[i] for i in columns]
    pairs = zip(cohort.samples, cohort.prepared, strict=True)
    adata.uns[keys.META] = {sample.sample_id: metadata(prepared.file) for sample, prepared in pairs}
    seed = {"markers": markers, "seed": cohort.config.run.seed}
    adata.uns[keys.CLUSTER] = {"params": _plain(sections["cluster"]) | seed}
    adata.uns[keys.COMPENSATE] = {"params": _plain(sections["compensate"])}
    adata.uns[keys.QUALITY] = {"params": _plain(sections["quality"])}
    adata.uns[keys.TRANSFORM] = {"params": _plain(sections["transform"])}
    if cohort.transform.parameters is not None:
        adata.uns[keys.TRANSFORM]["channels"] = transform_table(cohort.transform.parameters, cohort.panel.names)
    adata.uns[keys.POPULATION] = {"params": _plain(sections["annotate"]), "table": naming}
    adata.uns["umap"] = {"params": _plain(sections["embed"])}
    adata.uns[keys.THRESHOLDS] = thresholds.to_frame()


def _plain(section: dict) -> dict:
    """Values that h5ad can hold."""
    return {name: str(value) if value is None or isinstance(value, dict) else value for name, value in section.items()}
