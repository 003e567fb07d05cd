"""A simulated sample in a workspace, gated by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.datasets._instrument import DETECTORS, RANGE
from cytoclust.io import open_fcs
from cytoclust.io.gates import Axis, Gate, GateMatrix, WorkspaceChannel, WorkspaceGate, WorkspaceSample, inside

__all__ = ["gated_by_hand"]

_LOGICLE: Final = (float(RANGE), 0.75, 4.5, 0.0)  # T, W, M, A of the display; gates do not depend on it


def gated_by_hand(folder: Path, path: Path, gates: Sequence[Gate]) -> WorkspaceSample:
    """A sample for :func:`write_workspace`, with the events of its file that lie in each gate.

    Parameters
    ----------
    folder
        Of the workspace.
    path
        Of a file that ``simulate`` wrote, in or under the folder.
    gates
        As of :func:`manual_gates`.
    """
    file = open_fcs(path)
    names = [channel.name for channel in file.channels]
    raw = file.read()
    if file.spill is None:
        raise ValueError(f"{path} has no spillover matrix.")
    detectors = list(file.spill.channels)
    colours = raw[:, [names.index(name) for name in detectors]].astype(np.float64) @ np.linalg.inv(file.spill.matrix)

    def signal(axis: Axis) -> np.ndarray:
        return colours[:, detectors.index(axis.channel)] if axis.compensated else raw[:, names.index(axis.channel)]

    return WorkspaceSample(
        name=path.name,
        path=path.relative_to(folder),
        n_events=file.n_events,
        channels=[WorkspaceChannel(name, float(RANGE), _display(name)) for name in names],
        matrix=GateMatrix(file.spill.channels, file.spill.matrix),
        gates=[WorkspaceGate(gate, int(inside(gate, signal, gates).sum())) for gate in gates],
        keywords={key: value for key, value in file.text.items() if key != file.spill.keyword},
    )


def _display(name: str) -> Axis | None:
    return Axis(name, scale="logicle", parameters=_LOGICLE) if name in DETECTORS else None
