"""The clusters of an AnnData, as naming and counting see them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from natsort import natsorted
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.io import Panel
from cytoclust.params import D
from cytoclust.positivity import Profile, count_set_aside, describe, fluorescent, measure_bodies
from cytoclust.pp import (
    AdataRows,
    Preparation,
    PreparedEvents,
    Spreading,
    find_viability,
    origin_of,
    panel_of,
    preparations_of,
    qc_codes,
    samples_of,
    scatter_of,
    spread_samples,
    stained_columns,
    transform_of,
)

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["DescribedAdata", "clustered_columns", "describe_adata"]


@dataclass(frozen=True, eq=False)
class DescribedAdata:
    """Clusters of an AnnData.

    Attributes
    ----------
    samples
        The samples by name.
    columns
        Columns that name clusters.
    codes
        Cluster of each event (n,), as a code into the naturally sorted names; -1 for none.
    clusters
        The names.
    profile
        What they look like.
    dye
        Channel and label of the viability dye, where there is one.
    channels
        Channel of each marker.
    """

    samples: dict[str, Preparation]
    columns: NDArray[np.int64]
    codes: NDArray[np.int64]
    clusters: list[str]
    profile: Profile
    dye: tuple[str, str] | None
    channels: dict[str, str]

    def aside(self) -> NDArray[np.float64]:
        """Events (samples × clusters × reasons) that quality control set aside, by the cluster they look like."""
        return count_set_aside(self.profile, list(self.samples.values()), self.columns, executor=Threads(1))


def describe_adata(adata: "AnnData", key: str, viability: str) -> DescribedAdata:
    """Describe the clusters in ``obs[key]`` by the markers they were found on, and every other stained one.

    Raises
    ------
    InputError
        No cluster, or no stained marker.
    """
    panel = panel_of(adata, strict=False)
    columns = np.union1d(stained_columns(panel, viability), clustered_columns(adata, key))
    if len(columns) == 0:
        raise InputError(
            f"There is no stained marker to name clusters by: the events have {', '.join(adata.var_names)}."
        )
    codes, clusters = _codes(adata, key)
    found = preparations_of(adata)
    spread, pooled = spread_samples(list(found.values()), panel, executor=Threads(1))
    samples = dict(zip(found, spread, strict=True))
    pieces = _by_batch(adata, next((each.spreading for each in spread), None))
    passed = [where[sample.passed] for *_, where, sample in pieces]
    linear, labels = _linear(adata, panel, pieces), codes[np.concatenate(passed)]
    profile = describe(
        PreparedEvents([sample for *_, sample in pieces], columns, size=D.run.chunk_events),
        labels, clusters, markers=[panel.names[i] for i in columns],
        pooled=pooled[:, columns],
        scatter=[panel.names[i] for i in scatter_of(panel, columns)],
        batches=[batch for batch, *_ in pieces], names=[name for _, name, *_ in pieces],
        linear=linear, dyes=fluorescent(panel, columns), executor=Threads(D.run.workers),
    )  # fmt: skip
    dye = find_viability(panel, viability)
    bodies = (
        measure_bodies(linear, labels, len(clusters), panel, viability=dye, executor=Threads(D.run.workers))
        if linear
        else None
    )
    return DescribedAdata(
        samples, columns, codes, clusters, replace(profile, bodies=bodies),
        (panel.channels[dye], panel.names[dye]) if dye >= 0 else None,
        dict(zip(panel.names, panel.channels, strict=True)),
    )  # fmt: skip


def clustered_columns(adata: "AnnData", key: str) -> NDArray[np.int64]:
    """Columns that the clusters were found on: a viability dye that was asked for names them too, as in a run."""
    markers = {str(name) for name in adata.uns.get(key, {}).get("params", {}).get("markers", [])}
    return np.flatnonzero(adata.var_names.isin(markers))


def _linear(
    adata: "AnnData", panel: Panel, pieces: Sequence[tuple[str | None, str, NDArray[np.int64], Preparation]]
) -> list[Preparation]:
    """The samples, or parts of them, before the transform; none where ``ct.pp`` did not transform them."""
    if keys.COMPENSATED not in adata.layers or "channels" not in adata.uns.get(keys.TRANSFORM, {}):
        return []
    transform = transform_of(adata, panel)
    return [
        Preparation(
            AdataRows(adata, rows, layer=keys.COMPENSATED), each.codes, transform, each.spreading, each.event_lots
        )
        for *_, rows, each in pieces
    ]


def _by_batch(
    adata: "AnnData", spreading: Spreading | None
) -> list[tuple[str | None, str, NDArray[np.int64], Preparation]]:
    """Batch, sample, rows and events of each sample, or of each part of one that is of several batches."""
    values = adata.obs[keys.BATCH] if keys.BATCH in adata.obs else pd.Series(None, index=adata.obs_names, dtype=object)
    batch = values.astype(object).where(values.notna(), None).to_numpy()
    parts = []
    for name, where in samples_of(adata):
        for each in dict.fromkeys(batch[where].tolist()):
            rows = where[batch[where] == each] if each is not None else where[pd.isna(batch[where])]
            parts.append((None if each is None else str(each), name or "all", rows))
    codes = qc_codes(adata)
    return [
        (
            each, name, rows,
            Preparation(AdataRows(adata, rows), codes[rows], spreading=spreading, origin=origin_of(adata, rows)),
        )
        for each, name, rows in parts
    ]  # fmt: skip


def _codes(adata: "AnnData", key: str) -> tuple[NDArray[np.int64], list[str]]:
    """Cluster of each event as a code into the naturally sorted names; -1 for none."""
    values = adata.obs[key]
    none = values.isna() | (values.astype(str) == str(keys.NO_CLUSTER))
    if keys.QC_COLUMN in adata.obs:
        none |= adata.obs[keys.QC_COLUMN].astype(str) != keys.QC[keys.QC_OK]
    text = values.astype(str)
    clusters = natsorted(text[~none].unique())
    if not clusters:
        raise InputError(f"obs[{key!r}] holds no cluster.")
    codes = pd.Categorical(text.where(~none, None), categories=clusters).codes
    return np.asarray(codes, dtype=np.int64), clusters
