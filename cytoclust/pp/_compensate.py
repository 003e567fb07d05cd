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
from cytoclust.words import some

if TYPE_CHECKING:
    from anndata import AnnData


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
    None, or the copy. Written are ``X`` and ``uns["compensate"]``: ``params``, and under ``notes`` the samples that
    were left as they are, and why.

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
    notes: dict[str, Finding] = {}
    for sample, where in samples_of(adata):
        meta = meta_of(adata, sample)
        full, note = choose_matrix(matrix_of(meta), channels_of(meta, panel), markers=panel.markers, override=override)
        if full is None and note is not None:
            notes[sample or "file"] = note
        elif full is not None:
            events[where] = solve_spillover(events[where], full)
    for note in dict.fromkeys(notes.values()):
        samples = [sample for sample, said in notes.items() if said == note]
        step = "; give one with matrix='FILE.csv', or leave this step out if the data are compensated"
        lacks = note.code == "no spillover matrix"
        warn(f"{some(samples, 4)}: {note}{step if lacks else ''}", by="cytoclust.pp.compensate")
    adata.X = events
    adata.uns[keys.COMPENSATE] = {
        "params": {"matrix": str(matrix)},
        "notes": {sample: str(note) for sample, note in notes.items()},
    }
    return adata if copy else None
