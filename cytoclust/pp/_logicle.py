"""The logicle transform of AnnData."""

from typing import TYPE_CHECKING

from cytoclust import keys
from cytoclust.pp._estimate_logicle import estimate_logicle
from cytoclust.pp._logicle_transform import logicle_transform
from cytoclust.pp._slots import events_of, panel_of, pooled_events, refuse_transformed, transform_table, writable
from cytoclust.pp._warn_order import warn_late, warn_uncompensated

if TYPE_CHECKING:
    from anndata import AnnData


def logicle(adata: "AnnData", *, copy: bool = False) -> "AnnData | None":
    """The logicle scale of fluorescence and mass channels; scatter and time stay as they are.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    copy
        Return a copy instead of writing to ``adata``.

    Returns
    -------
    None, or the copy. Written are ``X`` and ``uns["transform"]``: ``params``, and ``channels``, a table with T and W
    of each transformed channel.

    Raises
    ------
    InputError
        Transformed before.

    Warns
    -----
    CytoclustWarning
        Files have a spillover matrix that was not applied, or clusters were found before.
    """
    refuse_transformed(adata, "logicle")
    warn_uncompensated(adata, "logicle")
    warn_late(adata, "logicle")
    adata = writable(adata, copy)
    panel = panel_of(adata)
    parameters = estimate_logicle(pooled_events(adata), panel.signal_types)
    adata.X = logicle_transform(events_of(adata), parameters)
    adata.uns[keys.TRANSFORM] = {"params": {"method": "logicle"}, "channels": transform_table(parameters, panel.names)}
    return adata if copy else None
