"""Compensation of AnnData."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.errors import InputError, warn
from cytoclust.findings import Finding
from cytoclust.io import Panel, Spillover
from cytoclust.params import D
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._event_lots import find_event_lots
from cytoclust.pp._matrix_of import described, fault_of, matrix_of, meta_of
from cytoclust.pp._no_matrix import NO_MATRIX, no_matrix
from cytoclust.pp._read_matrix_csv import read_matrix_csv
from cytoclust.pp._scale_hints import ScaleHints, find_scale_hints, hinted
from cytoclust.pp._slots import events_of, panel_of, refuse_transformed, samples_of, writable
from cytoclust.pp._solve_spillover import solve_spillover
from cytoclust.pp._warn_order import warn_late
from cytoclust.slots import write_findings
from cytoclust.words import some

if TYPE_CHECKING:
    from anndata import AnnData

NAMED = 4
"""Samples named in a warning; of more, the number. Bears on no result: wording."""


def compensate(adata: "AnnData", *, matrix: str | Path = D.compensate.matrix, copy: bool = False) -> "AnnData | None":
    """Remove spectral overlap from ``X``, sample by sample.

    Parameters
    ----------
    adata
        Events × channels on the linear scale.
    matrix
        ``file`` for the matrix of each FCS file (in ``uns["meta"]``), or a CSV file: square, channels or markers as
        header and first column, a row for each source.
    copy
        Return a copy instead of writing to ``adata``.

    Returns
    -------
    None, or the copy. Written are ``X``, ``uns["compensate"]``: ``params``; and rows of ``uns["findings"]``: samples
    that were left as they are, and why.

    Raises
    ------
    InputError
        Compensated or transformed before; a matrix that is singular or names channels that the events lack.

    Warns
    -----
    CytoclustWarning
        A sample without a matrix, or compensated already by its channels' names, or by its values as it seems; clusters
        that were found before.
    """
    params.check("compensate", matrix=str(matrix) if isinstance(matrix, Path) else matrix)
    if keys.COMPENSATE in adata.uns:
        raise InputError(f"X is compensated already (see uns[{keys.COMPENSATE!r}]): read the events again.")
    refuse_transformed(adata, "compensate")
    warn_late(adata, "compensate")
    adata = writable(adata, copy)
    override = None if str(matrix) == "file" else read_matrix_csv(matrix)
    panel, events = panel_of(adata), events_of(adata).copy()
    found: list[tuple[str, Finding]] = []
    left: dict[Finding, list[str]] = {}
    hints: dict[str, ScaleHints] = {}
    for sample, where in samples_of(adata):
        meta = meta_of(adata, sample)
        channels = described(meta, panel)
        names = [channel.name for channel in channels]
        full, note = _choose(adata, sample, names, panel, override)
        if note is not None:
            found.append((sample, note))
        if full is not None:
            found += [(sample, each) for each in (override.notes if override is not None else ())]
            looked = events[where[find_event_lots(events[where]).drawn]]
            hints[sample or "file"] = find_scale_hints(looked, channels, Spillover(tuple(names), full))
            events[where] = solve_spillover(events[where], full)
        elif note is not None:
            left.setdefault(note, []).append(sample or "file")
    for finding, samples in left.items():
        step = "; give one with matrix='FILE.csv', or leave this step out if the data are compensated"
        missing = finding.code in NO_MATRIX
        warn(f"{some(samples, NAMED)}: {finding}{step if missing else ''}", by="cytoclust.pp.compensate")
    for finding in hinted(hints, transforms=False):
        found.append(("", finding))
        warn(str(finding), by="cytoclust.pp.compensate")
    adata.X = events
    adata.uns[keys.COMPENSATE] = {"params": {"enabled": True, "matrix": str(matrix)}}
    write_findings(adata, keys.COMPENSATE, found)
    return adata if copy else None


def _choose(
    adata: "AnnData", sample: str, names: Sequence[str], panel: Panel, override: Spillover | None
) -> tuple[NDArray[np.float64] | None, Finding | None]:
    """The matrix of a sample.

    Raises
    ------
    InputError
        It cannot be used.
    """
    meta = meta_of(adata, sample)
    try:
        matrix, note = choose_matrix(
            matrix_of(meta), names, markers=panel.markers, override=override, fault=fault_of(adata, sample)
        )
    except InputError as error:
        raise InputError(f"{sample}: {error}" if sample else str(error)) from None
    if note is not None and note.code == "no spillover matrix":
        note = no_matrix(str(meta.get("$CYT", "")), panel)
    return matrix, note
