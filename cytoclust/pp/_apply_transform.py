"""A transform of AnnData."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.io import Panel
from cytoclust.pp._pool_events import pool_events
from cytoclust.pp._slots import events_of, panel_of, preparations_of, refuse_transformed, writable
from cytoclust.pp._transform import fit_transform
from cytoclust.pp._warn_order import warn_late, warn_transformed, warn_uncompensated
from cytoclust.slots import transform_params, write_findings, write_transform

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["apply_transform"]


def apply_transform(
    adata: "AnnData", chosen: params.Transform, *, scatter: Sequence[str], copy: bool
) -> "AnnData | None":  # fmt: skip
    """Fit a transform to the events that passed quality control, and put all events on its scale."""
    step = chosen.method
    refuse_transformed(adata, step)
    warn_uncompensated(adata, step)
    warn_late(adata, step)
    hints = warn_transformed(adata, step)
    adata = writable(adata, copy)
    panel, linear = panel_of(adata), events_of(adata)
    pooled = pool_events(list(preparations_of(adata).values()), executor=Threads(1))
    transform = fit_transform(chosen, pooled, panel, scatter=_columns(panel, scatter))
    adata.X = transform(linear)
    write_transform(adata, linear, transform.table(panel.names), transform_params(chosen))
    write_findings(adata, keys.TRANSFORM, [("", each) for each in (*hints, *transform.notes)])
    return adata if copy else None


def _columns(panel: Panel, names: Sequence[str]) -> list[int]:
    """Columns of scatter by name or channel.

    Raises
    ------
    InputError
        A name that is none's.
    """
    known = {name: i for i, kind in enumerate(panel.signal_types) if kind == "scatter"
             for name in (panel.channels[i], panel.names[i])}  # fmt: skip
    for name in names:
        if name not in known:
            raise InputError(
                f"scatter must name scatter channels ({', '.join(known) or 'there are none'}). Got {name!r} instead."
            )
    return sorted({known[name] for name in names})
