"""A cohort as AnnData."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cytoclust.errors import warn
from cytoclust.io._anndata import build, write_samples
from cytoclust.io._event_file import EventFile
from cytoclust.io._fcs_file import Follow
from cytoclust.io._open_events import open_events
from cytoclust.io._panel import Panel
from cytoclust.io._read_sheet import read_sheet
from cytoclust.io._reconcile_panel import reconcile_panel
from cytoclust.params import D

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["read_samples"]


def read_samples(
    samples: str | Path | Sequence[str | Path],
    *,
    markers: Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
    data_offset: Follow = D.read.data_offset,
) -> "AnnData":
    """Read the samples of a sheet, of FCS files, or of a folder of them, one after the other.

    Parameters
    ----------
    samples
        A sheet, FCS files or a folder: see :func:`read_sheet`.
    markers, names
        Markers that every file must have; markers of channels: see :func:`reconcile_panel`.
    data_offset
        Where the events begin: see :func:`read_fcs`.

    Returns
    -------
    As :func:`read_fcs`, with the columns of the sheet in ``obs`` (``sample_id`` always, the others where the sheet
    has them), ``obs["event"]`` from 0 in each sample, obs names ``sample_id:event``, an entry a sample in
    ``uns["meta"]``, and ``uns["findings"]``.

    Raises
    ------
    InputError
        A sample that cannot be read, or lacks a marker that is needed.

    Warns
    -----
    CytoclustWarning
        Channels that were left out, or matched although files differ.
    """
    listed = read_sheet(samples)
    files = [open_events(sample.path, dataset=sample.dataset, data_offset=data_offset) for sample in listed]
    panel = reconcile_panel(files, markers=markers, names=names)
    doubts = [note for note in panel.notes if note.code != "stains without cells"]
    if doubts:
        known = [
            *map(str, doubts),
            "To match channels otherwise, give their markers with names={channel: marker}.",
        ]
        warn(" ".join(known), by="cytoclust.io.read_samples")
    adata = build(_events(files, panel), panel)
    write_samples(adata, samples=listed, files=files, panel=panel, rows=[np.arange(file.n_events) for file in files])
    return adata


def _events(files: Sequence[EventFile], panel: Panel) -> np.ndarray:
    ends = np.cumsum([0, *(file.n_events for file in files)])
    events = np.empty((ends[-1], len(panel.names)), dtype=np.float32)
    for file, start, stop in zip(files, ends[:-1], ends[1:], strict=True):
        events[start:stop] = file.read(columns=panel.columns(file))
    return events
