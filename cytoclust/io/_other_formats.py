"""Files that people give as events and that are none, and what to do with them."""

import zipfile
from pathlib import Path
from typing import Final

__all__ = ["what_it_is"]

_WORKSPACE: Final = "give the FCS files that it lists"
_EXPORT: Final = "export the events as FCS in the program that wrote it"
_UNPACK: Final = "unpack it, and give the files in it"
_OTHERS: Final = {
    (".wsp", ".jo", ".wspt"): ("a FlowJo workspace, which holds gates and no events", _WORKSPACE),
    (".acs",): ("an archive of FCS files with gates", _UNPACK),
    (".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz", ".bz2", ".xz"): ("an archive", _UNPACK),
    (".pzfx", ".pzf", ".prism"): ("a GraphPad Prism file", "give the FCS files that its numbers come from"),
    (".fey", ".fct"): ("an FCS Express layout", _WORKSPACE),
    (".c6", ".c6t"): ("a workspace of the Accuri C6", _EXPORT),
    (".mqd",): ("a MACSQuant data file", _EXPORT),
    (".lxb", ".lxd"): ("a Luminex file", "such bead assays are not read"),
    (".xit", ".xitm", ".cqb"): ("an experiment of the instrument's own program", _EXPORT),
    (".xml", ".gatingml", ".mtw"): ("an XML file", _WORKSPACE),
    (".xls", ".ods", ".numbers"): ("a spreadsheet of a kind that is not read", "save it as .xlsx or CSV"),
    (".h5ad", ".h5", ".loom", ".zarr"): ("an AnnData or HDF5 file", "use ct.pp and ct.tl on it, or export Parquet"),
    (".rds", ".rda", ".rdata"): ("an R object", "export the events as FCS or Parquet"),
    (".imd", ".mcd", ".tif", ".tiff"): ("a file of raw acquisition or images", "export the events as FCS"),
    (".pdf", ".docx", ".doc", ".html", ".htm"): ("a document", "give the files of events"),
}  # fmt: skip
_BEGINNINGS: Final = {
    b"version https://git-lfs": ("a pointer of Git LFS, not the file itself", "fetch it with `git lfs pull`"),
    b"<!doctype html": ("a web page, perhaps of a download that failed", "download the file again"),
    b"<html": ("a web page, perhaps of a download that failed", "download the file again"),
    b"<?xml": ("an XML file", _WORKSPACE),
    b"\xd0\xcf\x11\xe0": ("an old Office file", "save it as .xlsx or CSV"),
    b"\x89hdf": ("an HDF5 file", "export the events as FCS or Parquet"),
    b"%pdf": ("a document", "give the files of events"),
    b"rar!": ("an archive", _UNPACK),
    b"7z\xbc\xaf": ("an archive", _UNPACK),
}


def what_it_is(path: Path) -> str:
    """`` It is a FlowJo workspace, …: give the FCS files that it lists.``; empty of what is not known."""
    name = path.name.casefold()
    found = next((told for suffixes, told in _OTHERS.items() if name.endswith(suffixes)), None) or _by_content(path)
    return f" It is {found[0]}: {found[1]}." if found else ""


def _by_content(path: Path) -> tuple[str, str] | None:
    try:
        with path.open("rb") as handle:
            head = handle.read(64)
        if head.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(path) as archive:
                book = any(name.startswith("xl/") for name in archive.namelist())
            return ("an Excel workbook", "call it .xlsx if it is a sheet") if book else ("an archive", _UNPACK)
    except (OSError, zipfile.BadZipFile):
        return None
    head = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return next((told for start, told in _BEGINNINGS.items() if head.startswith(start)), None)
