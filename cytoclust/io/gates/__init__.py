"""Gates: what they are, which events lie in them, and their files."""

from cytoclust.io.gates._axis import Axis, Scale
from cytoclust.io.gates._gate import Gate
from cytoclust.io.gates._inside import chain, inside
from cytoclust.io.gates._matrix import GateMatrix
from cytoclust.io.gates._write_gating_ml import write_gating_ml
from cytoclust.io.gates._write_workspace import WorkspaceChannel, WorkspaceGate, WorkspaceSample, write_workspace

__all__ = [
    "Axis",
    "Gate",
    "GateMatrix",
    "Scale",
    "WorkspaceChannel",
    "WorkspaceGate",
    "WorkspaceSample",
    "chain",
    "inside",
    "write_gating_ml",
    "write_workspace",
]
