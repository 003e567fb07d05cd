"""Quality control of AnnData."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pp._apply_quality import apply_quality
from cytoclust.pp._fit_quality import fit_quality
from cytoclust.pp._pooled_rows import pooled_rows
from cytoclust.pp._slots import FIT_EVENTS, events_of, panel_of, refuse_transformed, samples_of, writable
from cytoclust.progress import watched

if TYPE_CHECKING:
    from anndata import AnnData


def quality(
    adata: "AnnData",
    *,
    viability: str = D.panel.viability,
    copy: bool = False,
    **checks: bool,
) -> "AnnData | None":
    """Say of each event whether it is fit to be clustered, or why not; nothing is removed.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    viability
        The viability dye: a marker, ``none`` or ``auto``.
    copy
        Return a copy instead of writing to ``adata``.
    checks
        Switches of the checks, all on unless said otherwise: ``margin``, ``time``, ``debris``, ``doublets``, ``dead``.

    Returns
    -------
    None, or the copy. Written are ``obs["qc"]`` (categorical: ok, margin, time, debris, doublet, dead, and what checks
    of other packages are called) and ``uns["quality"]``: ``params``, and for each of ``samples`` the ``counts``,
    thresholds and ``notes``.

    Raises
    ------
    InputError
        The data are transformed, ``viability`` names no column, or there is no such check.
    """
    switches = params.check("quality", **checks)
    params.check("panel", viability=viability)
    refuse_transformed(adata, "quality")
    adata = writable(adata, copy)
    panel, events = panel_of(adata), events_of(adata)
    numbers = _rows(adata)
    codes = np.zeros(adata.n_obs, dtype=np.uint8)
    signals = np.flatnonzero([kind in ("fluorescence", "mass") for kind in panel.signal_types])
    samples = {}
    with watched("quality control", adata.n_obs) as tick:
        for sample, where in samples_of(adata):
            fit = where[pooled_rows(len(where), FIT_EVENTS)]
            model = fit_quality(
                events[fit], numbers[fit], panel=panel, n_events=len(where), quality=switches, viability=viability
            )
            codes[where] = apply_quality(model, events[where], numbers[where])
            codes[where[~np.isfinite(events[where][:, signals]).all(axis=1)]] = keys.QC.index(keys.QC_NOT_FINITE)
            counts = np.bincount(codes[where], minlength=len(keys.QC)).tolist()
            samples[sample or "file"] = {"counts": dict(zip(keys.QC, counts, strict=True))} | model.summary()
            tick(len(where))
    adata.obs[keys.QC_COLUMN] = pd.Categorical(np.array(keys.QC)[codes], categories=keys.QC)
    chosen = switches.model_dump() | {"viability": viability}
    adata.uns[keys.QUALITY] = {"params": chosen, "samples": samples}
    return adata if copy else None


def _rows(adata: "AnnData") -> np.ndarray:
    """Number of each event in its file, int64."""
    if keys.EVENT not in adata.obs:
        raise InputError(f"obs must have the column {keys.EVENT!r}, as ct.io.read_fcs writes it. Got none.")
    return adata.obs[keys.EVENT].to_numpy(dtype=np.int64)
