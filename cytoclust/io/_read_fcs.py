"""One FCS file as AnnData."""

from pathlib import Path
from typing import TYPE_CHECKING

from cytoclust import keys
from cytoclust.io._anndata import build, metadata
from cytoclust.io._fcs_file import Follow
from cytoclust.io._open_fcs import open_fcs
from cytoclust.io._reconcile_panel import reconcile_panel
from cytoclust.params import D
from cytoclust.slots import write_findings

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["read_fcs"]


def read_fcs(path: str | Path, *, dataset: int = 0, data_offset: Follow = D.read.data_offset) -> "AnnData":
    """Read an FCS file into AnnData, events × channels, on the linear scale.

    Decades ($PnE), gain ($PnG) and time step are applied; nothing is compensated or clipped.

    Parameters
    ----------
    path
        The file: FCS 2.0 to 3.2, gzipped or not.
    dataset
        Which data set, from 0, where the file holds several.
    data_offset
        Where the events begin: what HEADER says, what TEXT says, or ``auto``, what fits the file and its values.

    Returns
    -------
    AnnData with ``X`` (n, p) float32; ``var`` indexed by marker (or channel) with ``channel`` ($PnN), ``marker``
    ($PnS without its fluorochrome), ``signal_type``; ``obs["event"]``, the number of the event in the file;
    ``uns["meta"]``, the keywords of TEXT, with the matrix under ``spill`` where the file has one;
    ``uns["findings"]``, a row for all that had to be assumed or mended, and ``uns["notes"]``, the same as sentences.

    Raises
    ------
    InputError
        The file cannot be read rightly.
    """
    file = open_fcs(path, dataset=dataset, data_offset=data_offset)
    panel = reconcile_panel([file])
    adata = build(file.read(columns=panel.columns(file)), panel)
    adata.uns[keys.META] = metadata(file)
    notes = (*panel.notes, *file.notes)
    write_findings(adata, keys.READ, [("", note) for note in notes])
    adata.uns[keys.NOTES] = [str(note) for note in notes]
    return adata
