"""Manual gates: FlowJo workspaces, Gating-ML and labels, held against events."""

from cytoclust.io.workspaces._choose_tree import file_name
from cytoclust.io.workspaces._gates import Gate, Gates
from cytoclust.io.workspaces._read_gates import GateFile, hold, open_gates, read_gates
from cytoclust.io.workspaces._read_label_table import LabelTable
from cytoclust.io.workspaces._source import Events, as_events

__all__ = [
    "Events",
    "Gate",
    "GateFile",
    "Gates",
    "LabelTable",
    "as_events",
    "file_name",
    "hold",
    "open_gates",
    "read_gates",
]
