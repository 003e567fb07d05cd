"""What a gate file is, by its content."""

from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io._unreadable import unreadable
from cytoclust.io.workspaces._document import Document
from cytoclust.io.workspaces._parse_xml import local_name, parse_xml
from cytoclust.io.workspaces._read_flowjo import read_flowjo
from cytoclust.io.workspaces._read_gating_ml import read_gating_ml

__all__ = ["is_labels", "open_document"]

ALLOWED: Final = (
    "Allowed are a workspace of FlowJo 10 or later (.wsp), Gating-ML 2.0 (.xml), and labels of events (.csv)"
)
TABLES: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
BEGINNINGS: Final = {
    b"PK\x03\x04": "an archive (ACS, Kaluza and others pack theirs): unpack it and give the gate file in it",
    b"\x1f\x8b": "gzipped: unpack it",
    b"FCS": "a file of events",
    b"PAR1": "a Parquet file; labels are CSV",
    b"{": "JSON, as CellEngine and OMIQ write it: export Gating-ML there",
    b"[": "JSON, as CellEngine and OMIQ write it: export Gating-ML there",
    b"\x89HDF": "an HDF5 file",
    b"\x80\x02": "a pickle",
}
ROOTS: Final = {
    "bdfacs": "an experiment of BD FACSDiva, whose gates lie on its display: gate in FlowJo, or give labels",
    "Experiment": "an experiment of a cytometer's program, whose gates are not read",
    "Protocol": "a protocol of an instrument's program, whose gates are not read",
    "TOC": "a table of contents of an ACS archive: give the gate file that it lists",
    "FCSExpress": "a layout of FCS Express: export Gating-ML 2.0 there",
}
"""What files of other programs begin with. Source: files that users of CytoML, FlowKit and FlowRepository show."""


def is_labels(path: Path) -> bool:
    """Whether a file is called as a table is, and does not begin as XML."""
    return path.name.casefold().endswith(TABLES) and not _beginning(path).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
        b"<"
    )


def open_document(path: Path) -> Document:
    """A gate file as XML.

    Raises
    ------
    InputError
        It is none that is read; the message says what it is, where that is known.
    """
    head = _beginning(path)
    told = next((what for start, what in BEGINNINGS.items() if head.startswith(start)), None)
    if told:
        raise InputError(f"{path} is {told}. {ALLOWED}.")
    root = parse_xml(path)
    name = local_name(root)
    if name == "Workspace":
        return read_flowjo(root, path)
    if name == "Gating-ML":
        return read_gating_ml(root, path)
    known = ROOTS.get(name, f"XML of <{name}>, which is not known")
    raise InputError(f"{path} is {known}. {ALLOWED}.")


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            head = handle.read(64)
    except OSError as error:
        raise unreadable(path, error) from None
    if not head:
        raise InputError(f"{path} is empty. {ALLOWED}.")
    return head
