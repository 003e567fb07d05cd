"""Compensation of AnnData."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cytoclust import keys, params
from cytoclust.errors import InputError, warn
from cytoclust.io import Panel, Spillover, clean_marker
from cytoclust.params import D
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._read_matrix_csv import read_matrix_csv
from cytoclust.pp._slots import events_of, panel_of, refuse_transformed, samples_of, writable
from cytoclust.pp._solve_spillover import solve_spillover

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
        A sample without a matrix, or compensated at acquisition.
    """
    params.check("compensate", matrix=str(matrix) if isinstance(matrix, Path) else matrix)
    if keys.COMPENSATE in adata.uns:
        raise InputError(f"X is compensated already (see uns[{keys.COMPENSATE!r}]): read the events again.")
    refuse_transformed(adata, "compensate")
    adata = writable(adata, copy)
    override = None if str(matrix) == "file" else read_matrix_csv(matrix)
    panel, events = panel_of(adata), events_of(adata).copy()
    notes: dict[str, str] = {}
    for sample, where in samples_of(adata):
        meta = _meta(adata, sample)
        full, note = choose_matrix(_spill(meta), _channels(meta, panel), markers=panel.markers, override=override)
        if full is None:
            notes[sample or "file"] = note
        else:
            events[where] = solve_spillover(events[where], full)
    for note in dict.fromkeys(notes.values()):
        samples = [sample for sample, said in notes.items() if said == note]
        step = "; give one with matrix='FILE.csv', or leave this step out if the data are compensated"
        warn(f"{_some(samples)}: {note}{step if 'no spillover matrix' in note else ''}", by="cytoclust.pp.compensate")
    adata.X = events
    adata.uns[keys.COMPENSATE] = {"params": {"matrix": str(matrix)}, "notes": notes}
    return adata if copy else None


def _some(samples: list[str]) -> str:
    """A few are named; of more, the number."""
    return ", ".join(samples[:4]) + (f" and {len(samples) - 4} more" if len(samples) > 4 else "")


def _meta(adata: "AnnData", sample: str) -> Mapping[str, Any]:
    meta = adata.uns.get(keys.META, {})
    of_sample = meta.get(sample) if sample else None
    return of_sample if isinstance(of_sample, Mapping) else meta


def _spill(meta: Mapping[str, Any]) -> Spillover | None:
    table = meta.get(keys.SPILL)
    if table is None:
        return None
    return Spillover(tuple(table.index.astype(str)), table.to_numpy(dtype=np.float64), f"uns[{keys.META!r}]")


def _channels(meta: Mapping[str, Any], panel: Panel) -> list[str]:
    """$PnN of each column in the sample's own file, where the cohort has it under another channel."""
    upper = {str(key).upper(): str(value) for key, value in meta.items() if str(key).startswith("$P")}
    own = {
        value: clean_marker(upper.get(f"{key[:-1]}S", ""))
        for key, value in upper.items()
        if key.endswith("N") and key[2:-1].isdigit()
    }
    by_marker: dict[str, list[str]] = {}
    for channel, marker in own.items():
        by_marker.setdefault(_plain(marker), []).append(channel)
    return [
        by_marker[_plain(marker)][0]
        if marker and own.get(channel) != marker and len(by_marker.get(_plain(marker), [])) == 1
        else channel
        for channel, marker in zip(panel.channels, panel.markers, strict=True)
    ]


def _plain(marker: str) -> str:
    return "".join(letter for letter in marker.casefold() if letter.isalnum() or letter in "+/")
