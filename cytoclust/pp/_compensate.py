"""Compensation of AnnData."""

from pathlib import Path
from typing import TYPE_CHECKING

from cytoclust import keys, params
from cytoclust.errors import InputError, warn
from cytoclust.findings import Finding
from cytoclust.params import D
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._matrix_of import channels_of, matrix_of, meta_of
from cytoclust.pp._read_matrix_csv import read_matrix_csv
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
        A sample without a matrix, or compensated at acquisition; clusters that were found before.
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
    for sample, where in samples_of(adata):
        meta = meta_of(adata, sample)
        full, note = choose_matrix(matrix_of(meta), channels_of(meta, panel), markers=panel.markers, override=override)
        if note is not None:
            found.append((sample, note))
        if full is not None:
            events[where] = solve_spillover(events[where], full)
        elif note is not None:
            left.setdefault(note, []).append(sample or "file")
    for finding, samples in left.items():
        step = "; give one with matrix='FILE.csv', or leave this step out if the data are compensated"
        missing = finding.code == "no spillover matrix"
        warn(f"{some(samples, NAMED)}: {finding}{step if missing else ''}", by="cytoclust.pp.compensate")
    adata.X = events
    adata.uns[keys.COMPENSATE] = {"params": {"enabled": True, "matrix": str(matrix)}}
    write_findings(adata, keys.COMPENSATE, found)
    return adata if copy else None
