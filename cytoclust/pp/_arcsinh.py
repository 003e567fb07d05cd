"""The arcsinh transform of AnnData."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cytoclust import keys, params
from cytoclust.params import D
from cytoclust.pp._arcsinh_transform import arcsinh_transform
from cytoclust.pp._choose_cofactors import choose_cofactors
from cytoclust.pp._slots import events_of, panel_of, pooled_events, refuse_transformed, transform_table, writable
from cytoclust.pp._warn_order import warn_late, warn_uncompensated

if TYPE_CHECKING:
    from anndata import AnnData


def arcsinh(
    adata: "AnnData",
    *,
    cofactor: str | float | Mapping[str, float] = D.transform.cofactor,
    copy: bool = False,
) -> "AnnData | None":
    """``arcsinh(signal / cofactor)`` of fluorescence and mass channels; scatter and time stay as they are.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    cofactor
        ``auto`` from the negative population of each channel (of events that passed quality control), one number, or
        a number for each of some markers, the others being ``auto``.
    copy
        Return a copy instead of writing to ``adata``.

    Returns
    -------
    None, or the copy. Written are ``X`` and ``uns["transform"]``: ``params``, and ``channels``, a table with the
    cofactor of each transformed channel.

    Raises
    ------
    InputError
        Transformed before, or a marker that there is not.

    Warns
    -----
    CytoclustWarning
        Files have a spillover matrix that was not applied, or clusters were found before.
    """
    given = dict(cofactor) if isinstance(cofactor, Mapping) else cofactor
    checked = params.check("transform", method="arcsinh", cofactor=given)
    refuse_transformed(adata, "arcsinh")
    warn_uncompensated(adata, "arcsinh")
    warn_late(adata, "arcsinh")
    adata = writable(adata, copy)
    panel = panel_of(adata)
    cofactors = choose_cofactors(checked.cofactor, pooled_events(adata), panel)
    adata.X = arcsinh_transform(events_of(adata), cofactors)
    recorded = json.dumps(given) if isinstance(given, dict) else given  # h5ad keys cannot hold "/", as in Live/Dead
    adata.uns[keys.TRANSFORM] = {
        "params": {"method": "arcsinh", "cofactor": recorded},
        "channels": transform_table(cofactors, panel.names),
    }
    return adata if copy else None
