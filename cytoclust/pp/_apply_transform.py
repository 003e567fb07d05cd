"""A transform of AnnData."""

from typing import TYPE_CHECKING

import numpy as np

from cytoclust import keys, params
from cytoclust.executor import Threads
from cytoclust.pp._pool_events import pool_events
from cytoclust.pp._slots import events_of, panel_of, preparations_of, refuse_transformed, writable
from cytoclust.pp._transform import fit_transform
from cytoclust.pp._warn_order import warn_late, warn_uncompensated
from cytoclust.slots import transform_params, write_findings, write_transform

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["apply_transform"]


def apply_transform(adata: "AnnData", chosen: params.Transform, *, copy: bool) -> "AnnData | None":
    """Fit a transform to the events that passed quality control, and put all events on its scale."""
    step = chosen.method
    refuse_transformed(adata, step)
    warn_uncompensated(adata, step)
    warn_late(adata, step)
    adata = writable(adata, copy)
    panel, linear = panel_of(adata), events_of(adata)
    pooled = pool_events(list(preparations_of(adata).values()), executor=Threads(1))
    transform = fit_transform(chosen, pooled, panel)
    numbers = adata.obs[keys.EVENT].to_numpy(dtype=np.int64) if keys.EVENT in adata.obs else None
    adata.X = transform(linear, numbers=numbers)
    write_findings(adata, keys.TRANSFORM, [("", note) for note in transform.notes])
    write_transform(adata, linear, transform.table(panel.names), transform_params(chosen))
    return adata if copy else None
