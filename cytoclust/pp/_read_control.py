"""Cuts of positivity from FMO and unstained files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.errors import InputError, nearest
from cytoclust.io import ControlFile, Panel, marker_key
from cytoclust.pp._compensation import Compensation
from cytoclust.pp._judge_sample import judge_sample
from cytoclust.pp._open_control import open_control
from cytoclust.pp._preparation import Preparation
from cytoclust.pp._transform import Transform

__all__ = ["ControlEvents", "read_control"]

LEAST = 100
"""Events that passed quality control, below which a control says too little: the 97.5 % quantile would rest on two.
Chosen."""


@dataclass(frozen=True, eq=False)
class ControlEvents:
    """What a control shows: its events that passed quality control, of the columns that it speaks of.

    Attributes
    ----------
    file
        The control.
    columns
        Of the panel.
    batch
        The batch it holds for; None for all.
    n_events
        Events of the file.
    events
        (n, len(columns)) on the transformed scale.
    """

    file: ControlFile
    columns: list[int]
    batch: str | None
    n_events: int
    events: NDArray[np.float32]


def read_control(
    file: ControlFile,
    *,
    panel: Panel,
    stained: NDArray[np.int64],
    batches: Sequence[str | None],
    compensation: Compensation,
    compensated: bool,
    quality: params.Quality,
    viability: str,
    transform: Transform,
    data_offset: Literal["auto", "header", "text"] = params.D.read.data_offset,
    gain: NDArray[np.float32] | None = None,
) -> ControlEvents:
    """Prepare a control file like the cohort's samples.

    Parameters
    ----------
    file
        The control.
    panel, stained
        The cohort's, and the columns that thresholds are learnt for.
    batches
        Of each sample.
    compensation, compensated
        How the samples were compensated, and whether any was.
    quality, viability, transform
        As for the samples.
    data_offset
        Where the events begin: see :func:`cytoclust.io.read_fcs`.
    gain
        What linear events are divided by, (p,), as those of the samples of its batch were.

    Raises
    ------
    InputError
        A marker or batch that the cohort lacks, another panel, no spillover matrix although the samples have one, or
        too few events.
    """
    columns, batch = _columns(file, panel, stained), _batch(file, batches)
    source = open_control(file, panel, compensation, compensated=compensated, data_offset=data_offset)
    linear = source.read(0, source.file.n_events)
    codes = judge_sample(linear, panel=panel, quality=quality, viability=viability).codes
    sample = Preparation(linear if gain is None else linear / gain, codes, transform)
    if len(sample.passed) < LEAST:
        raise InputError(
            f"{file.where}: {len(sample.passed)} of {len(codes)} events of {file.path} passed quality control; "
            f"a control needs {LEAST}."
        )
    events = sample.events(sample.passed, np.array(columns, dtype=np.int64))
    return ControlEvents(file, columns, batch, len(codes), events)


def _columns(file: ControlFile, panel: Panel, stained: NDArray[np.int64]) -> list[int]:
    """The columns that a control speaks of."""
    if file.marker is None:
        return [int(column) for column in stained if panel.signal_types[column] == "fluorescence"]
    by_key = {marker_key(name): int(c) for c in stained for name in (panel.channels[c], panel.names[c])}
    if marker_key(file.marker) not in by_key:
        markers = [panel.names[column] for column in stained]
        raise InputError(
            f"{file.where}: the samples have no stained marker {file.marker!r}.{nearest(file.marker, markers)}"
        )
    return [by_key[marker_key(file.marker)]]


def _batch(file: ControlFile, batches: Sequence[str | None]) -> str | None:
    """The batch that a control holds for; None for all."""
    known = sorted({batch for batch in batches if batch})
    if file.batch is not None and file.batch not in known:
        has = ", ".join(known) or "none"
        raise InputError(
            f"{file.where}: no sample is of batch {file.batch!r}, which the control is for; there is {has}."
        )
    return file.batch if len(known) > 1 else None
