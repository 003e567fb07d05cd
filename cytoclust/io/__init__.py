"""Reading FCS files, panels and sample sheets; writing FCS files and labels."""

from cytoclust.io._atomic_path import atomic_path
from cytoclust.io._clean_marker import clean_marker
from cytoclust.io._fcs_file import FCSFile
from cytoclust.io._is_viability import is_viability
from cytoclust.io._labels import read_labels, write_labels
from cytoclust.io._open_fcs import open_fcs
from cytoclust.io._panel import Panel
from cytoclust.io._read_fcs import read_fcs
from cytoclust.io._read_samples import read_samples
from cytoclust.io._read_sheet import read_sheet
from cytoclust.io._reconcile_panel import reconcile_panel
from cytoclust.io._types import Channel, Sample, Spillover
from cytoclust.io._write_fcs import write_fcs

__all__ = [
    "Channel",
    "FCSFile",
    "Panel",
    "Sample",
    "Spillover",
    "atomic_path",
    "clean_marker",
    "is_viability",
    "open_fcs",
    "read_fcs",
    "read_labels",
    "read_samples",
    "read_sheet",
    "reconcile_panel",
    "write_fcs",
    "write_labels",
]
