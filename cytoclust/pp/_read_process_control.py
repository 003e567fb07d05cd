"""Process controls and beads, prepared like samples."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.io import ControlFile, Panel
from cytoclust.pp._compensation import Compensation
from cytoclust.pp._judge_sample import judge_sample
from cytoclust.pp._open_control import open_control

__all__ = ["ProcessControl", "read_process_control"]

_KEPT: Final = 500_000
"""Events that are kept of a control, evenly over it. Chosen: its upper half per cent still rests on 2500."""
_DATES: Final = ("%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%d.%m.%Y", "%Y/%m/%d", "%d-%B-%Y", "%Y-%b-%d")
"""How dates are written: ISO 8601, and $DATE (dd-mmm-yyyy) as it stands or as vendors write it."""


@dataclass(frozen=True, eq=False)
class ProcessControl:
    """What a process control or bead file holds.

    Attributes
    ----------
    file
        The control, with its batch.
    events
        (n, k) linear and compensated, of the columns asked for: those that passed quality control, of beads all.
    n_events, n_ok
        Events of the file, and those that passed.
    date, instrument
        Of the sheet, else of the file; empty where neither says. A date is written as 2026-11-29 where it can be read.
    """

    file: ControlFile
    events: NDArray[np.float32]
    n_events: int
    n_ok: int
    date: str
    instrument: str


def read_process_control(
    file: ControlFile,
    columns: NDArray[np.int64],
    *,
    panel: Panel,
    compensation: Compensation,
    compensated: bool,
    quality: params.Quality,
    viability: str,
    data_offset: Literal["auto", "header", "text"] = params.D.read.data_offset,
) -> ProcessControl:
    """Read, check and compensate a control as a sample.

    Parameters
    ----------
    file, columns
        The control, and the columns of the panel that are wanted (k,).
    panel, compensation, compensated, quality, viability, data_offset
        As for the samples; whether any of these was compensated.

    Raises
    ------
    InputError
        Another panel, or no spillover matrix although the samples have one.
    """
    source = open_control(file, panel, compensation, compensated=compensated, data_offset=data_offset)
    linear = source.read(0, source.file.n_events)
    if file.role == "beads":
        rows = np.flatnonzero(np.isfinite(linear[:, columns]).all(axis=1))
    else:
        codes = judge_sample(linear, panel=panel, quality=quality, viability=viability).codes
        rows = np.flatnonzero(codes == keys.QC_OK)
    kept = rows[np.linspace(0, len(rows) - 1, min(len(rows), _KEPT)).astype(np.int64)] if len(rows) else rows
    text = source.file.text
    return ProcessControl(
        file, np.ascontiguousarray(linear[kept][:, columns]), len(linear), len(rows),
        _date(file.date or text.get("$DATE", "")), file.instrument or " ".join(text.get("$CYT", "").split()),
    )  # fmt: skip


def _date(text: str) -> str:
    """As ISO 8601, where it can be read; as it stands where it cannot."""
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    return text.strip()
