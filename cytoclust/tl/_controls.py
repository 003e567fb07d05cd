"""Cuts from FMO and unstained files, for naming an AnnData."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.io import read_controls
from cytoclust.params import D
from cytoclust.positivity import Control, cuts_of_control
from cytoclust.pp import (
    Compensation,
    matrix_of,
    meta_of,
    panel_of,
    read_control,
    read_matrix_csv,
    samples_of,
    stained_columns,
    transform_of,
)
from cytoclust.slots import read_quality
from cytoclust.tl._describe_adata import clustered_columns

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["controls", "cut_table"]


def controls(
    adata: "AnnData", samples: str | Path | Sequence[str | Path], *, copy: bool = False
) -> "AnnData | None":  # fmt: skip
    """Read the control files of a sheet, prepare them as the events of ``adata`` were, and keep the cuts they give.

    An FMO control gives the cut of its marker, an unstained file a lower bound for every marker of fluorescence.
    :func:`annotate` uses them.

    Parameters
    ----------
    adata
        Events × markers on the transformed scale, with what ``ct.pp`` recorded of compensation, quality and transform.
    samples
        The sheet, whose column ``control`` says ``unstained`` or ``FMO`` and a marker.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``uns["controls"]``, a row a cut: ``marker, batch, cut, uncertainty, source, bound``.

    Raises
    ------
    InputError
        The sheet has no control, or one that does not fit.
    """
    files = read_controls(samples)
    if not files:
        raise InputError(
            f"{samples} has no row with a control: the column control says unstained, or FMO and a marker."
        )
    adata = adata.copy() if copy else adata
    panel = panel_of(adata)
    recorded = dict(read_quality(adata).get("params", {"enabled": False}))
    viability = str(recorded.pop("viability", D.panel.viability))
    given = adata.uns.get(keys.COMPENSATE, {}).get("params", {"enabled": False})
    matrix = str(given.get("matrix", "file"))
    compensation = Compensation(bool(given.get("enabled")), None if matrix == "file" else read_matrix_csv(matrix))
    batches = list(adata.obs[keys.BATCH].dropna().astype(str).unique()) if keys.BATCH in adata.obs else []
    stained = np.union1d(stained_columns(panel, viability), clustered_columns(adata, keys.CLUSTER))
    matrices = [matrix_of(meta_of(adata, name)) for name, _ in samples_of(adata)]
    compensated = compensation.wanted and any(each or compensation.override for each in matrices)
    found = [
        read_control(
            file, panel=panel, stained=stained, batches=batches,
            compensation=compensation, compensated=bool(compensated),
            quality=params.check("quality", **recorded), viability=viability, transform=transform_of(adata, panel),
        )
        for file in files
    ]  # fmt: skip
    adata.uns[keys.CONTROLS] = cut_table([cut for each in found for cut in cuts_of_control(each, panel.names)])
    return adata if copy else None


def cut_table(cuts: Sequence[Control]) -> pd.DataFrame:
    """The table ``uns["controls"]``; an empty ``batch`` is all of them."""
    rows = [(c.marker, c.batch or "", c.cut, c.uncertainty, c.source, c.bound) for c in cuts]
    table = pd.DataFrame(rows, columns=["marker", "batch", "cut", "uncertainty", "source", "bound"])
    table.index = table.index.astype(str)
    return table
