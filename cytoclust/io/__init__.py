"""Reading FCS files, panels and sample sheets; writing FCS files and labels."""

from cytoclust.io._anndata import build, metadata, write_samples
from cytoclust.io._as_given import as_given
from cytoclust.io._atomic_path import atomic_path
from cytoclust.io._bare_channel import bare_channel, fold_channel, is_compensated
from cytoclust.io._clean_marker import clean_marker
from cytoclust.io._common_stain import no_common_stain, stains
from cytoclust.io._event_file import EventFile
from cytoclust.io._fcs_file import FCSFile
from cytoclust.io._file_array import FileArray
from cytoclust.io._fluorochrome_in import fluorochrome_in
from cytoclust.io._forget import forget
from cytoclust.io._holds_several import first_dataset, holds_several
from cytoclust.io._is_viability import is_viability
from cytoclust.io._label_blocks import LabelBlock, label_blocks
from cytoclust.io._labelled_fcs import FurtherColumn, channel_names, write_labelled_fcs
from cytoclust.io._labels import read_labels, write_labels
from cytoclust.io._markers import (
    fold_marker,
    known_spellings,
    marker_forms,
    match_markers,
    nearest_marker,
    spell_like,
    vocabulary,
)
from cytoclust.io._match_channels import match_channels
from cytoclust.io._measure_of import measure_of
from cytoclust.io._mend_spillover import is_identity, mend_spillover, spills_nothing
from cytoclust.io._missing import is_missing
from cytoclust.io._open_events import is_event_file, named_as_events, open_events
from cytoclust.io._open_fcs import open_fcs
from cytoclust.io._panel import Panel, channel_key, marker_key, marker_of
from cytoclust.io._read_controls import ControlFile, read_controls, read_process_controls
from cytoclust.io._read_fcs import read_fcs
from cytoclust.io._read_rows import Rows, read_rows
from cytoclust.io._read_samples import read_samples
from cytoclust.io._read_sheet import list_samples, read_sheet
from cytoclust.io._recognise import recognise
from cytoclust.io._reconcile_panel import reconcile_panel
from cytoclust.io._same_events import same_events
from cytoclust.io._sample_id import check_sample_id, safe_sample_id
from cytoclust.io._sha256 import sha256
from cytoclust.io._signal_type_of import signal_type_of
from cytoclust.io._types import STAINS, Channel, Sample, Spillover
from cytoclust.io._unique import unique_names
from cytoclust.io._unreadable import unreadable
from cytoclust.io._url_path import UrlPath, as_path, is_url, remove_folder
from cytoclust.io._write_fcs import write_fcs
from cytoclust.io.workspaces import Gate, Gates, read_gates

__all__ = [
    "STAINS",
    "Channel",
    "ControlFile",
    "EventFile",
    "FCSFile",
    "FileArray",
    "FurtherColumn",
    "Gate",
    "Gates",
    "LabelBlock",
    "Panel",
    "Rows",
    "Sample",
    "Spillover",
    "UrlPath",
    "as_given",
    "as_path",
    "atomic_path",
    "bare_channel",
    "build",
    "channel_key",
    "channel_names",
    "check_sample_id",
    "clean_marker",
    "first_dataset",
    "fluorochrome_in",
    "fold_channel",
    "fold_marker",
    "forget",
    "holds_several",
    "is_compensated",
    "is_event_file",
    "is_identity",
    "is_missing",
    "is_url",
    "is_viability",
    "known_spellings",
    "label_blocks",
    "list_samples",
    "marker_forms",
    "marker_key",
    "marker_of",
    "match_channels",
    "match_markers",
    "measure_of",
    "mend_spillover",
    "metadata",
    "named_as_events",
    "nearest_marker",
    "no_common_stain",
    "open_events",
    "open_fcs",
    "read_controls",
    "read_fcs",
    "read_gates",
    "read_labels",
    "read_process_controls",
    "read_rows",
    "read_samples",
    "read_sheet",
    "recognise",
    "reconcile_panel",
    "remove_folder",
    "safe_sample_id",
    "same_events",
    "sha256",
    "signal_type_of",
    "spell_like",
    "spills_nothing",
    "stains",
    "unique_names",
    "unreadable",
    "vocabulary",
    "write_fcs",
    "write_labelled_fcs",
    "write_labels",
    "write_samples",
]
