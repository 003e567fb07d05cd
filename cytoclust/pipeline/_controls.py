"""Cuts of positivity from FMO and unstained files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.io import ControlFile, Sample, marker_key, open_fcs
from cytoclust.pipeline._cohort import Cohort, judge_events
from cytoclust.positivity import Control, upper_end
from cytoclust.pp import open_prepared, read_matrix_csv
from cytoclust.progress import Silent

__all__ = ["Controls", "use_controls"]

LEAST = 100
"""Events that passed quality control, below which a control says too little."""


@dataclass(frozen=True)
class Controls:
    """What control files gave.

    Attributes
    ----------
    cuts
        For :func:`learn_thresholds`.
    record
        For run.json: a row a file, ``control, name, path, sha256, batch, n_events, n_ok, cuts``.
    """

    cuts: list[Control]
    record: list[dict[str, Any]]


def use_controls(cohort: Cohort, files: Sequence[ControlFile], columns: NDArray[np.int64]) -> Controls:
    """Prepare control files like the cohort's samples, and take cuts from them.

    Compensation, quality control and transform are those of the cohort. An FMO control gives the cut of its marker, an
    unstained one a lower bound for every marker of fluorescence: see :func:`upper_end`.

    Parameters
    ----------
    cohort
        With its transform learnt.
    files
        The controls; none is fine.
    columns
        Stained columns of the panel, which thresholds are learnt for.

    Raises
    ------
    InputError
        A marker or batch that the cohort lacks, another panel, no spillover matrix although the samples have one, or
        too few events.
    """
    cuts: list[Control] = []
    rows: list[dict[str, Any]] = []
    for file in files:
        wanted = _columns(cohort, file, columns)
        batch = _batch(cohort, file)
        n_events, events = _events(cohort, file, wanted)
        own = [_control(cohort, file, batch, column, values) for column, values in zip(wanted, events.T, strict=True)]
        cuts += own
        rows.append(
            {
                "control": file.kind,
                "name": file.name,
                "path": str(file.path),
                "sha256": _sha256(file.path),
                "batch": file.batch,
                "n_events": n_events,
                "n_ok": len(events),
                "cuts": {each.marker: round(each.cut, 4) for each in own},
            }
        )
    return Controls(cuts, rows)


def _control(cohort: Cohort, file: ControlFile, batch: str | None, column: int, values: NDArray[np.float32]) -> Control:
    cut, error = upper_end(values.astype(np.float64))
    source = f"{file.kind} ({file.path.name})"
    return Control(cohort.panel.names[column], batch, cut, error, source, bound=file.marker is None)


def _columns(cohort: Cohort, file: ControlFile, columns: NDArray[np.int64]) -> list[int]:
    """The columns that a control speaks of."""
    panel = cohort.panel
    if file.marker is None:
        return [int(column) for column in columns if panel.signal_types[column] == "fluorescence"]
    by_key = {marker_key(name): int(c) for c in columns for name in (panel.channels[c], panel.names[c])}
    if marker_key(file.marker) not in by_key:
        markers = [panel.names[column] for column in columns]
        raise InputError(
            f"{file.where}: the samples have no stained marker {file.marker!r}.{nearest(file.marker, markers)}"
        )
    return [by_key[marker_key(file.marker)]]


def _batch(cohort: Cohort, file: ControlFile) -> str | None:
    """The batch that a control holds for; None for all."""
    batches = sorted({sample.batch for sample in cohort.samples if sample.batch})
    if file.batch is not None and file.batch not in batches:
        has = ", ".join(batches) or "none"
        raise InputError(
            f"{file.where}: no sample is of batch {file.batch!r}, which the control is for; there is {has}."
        )
    return file.batch if len(batches) > 1 else None


def _events(cohort: Cohort, file: ControlFile, columns: list[int]) -> tuple[int, NDArray[np.float32]]:
    """Events of the file, and those of them that passed quality control × columns, transformed."""
    config = cohort.config
    override = None if config.compensate.matrix == "file" else read_matrix_csv(config.compensate.matrix)
    compensate = config.compensate.enabled and config.transform.method != "none"
    prepared = open_prepared(open_fcs(file.path), cohort.panel, compensate=compensate, override=override)
    if prepared.matrix is None and any(each.matrix is not None for each in cohort.prepared):
        raise InputError(
            f"{file.where}: {file.path} has no spillover matrix although the samples have one. Give one for all with "
            "compensate.matrix."
        )
    judge_events(replace(cohort, samples=[Sample(file.name, file.path)], prepared=[prepared]), Silent())
    rows = np.flatnonzero(prepared.codes == keys.QC_OK)
    if len(rows) < LEAST:
        raise InputError(
            f"{file.where}: {len(rows)} of {prepared.file.n_events} events of {file.path} passed quality control; "
            f"a control needs {LEAST}."
        )
    size = config.run.chunk_events
    wanted = np.array(columns, dtype=np.int64)
    parts = [
        cohort.transform(prepared.linear_rows(rows[start : start + size]), wanted)
        for start in range(0, len(rows), size)
    ]
    return prepared.file.n_events, np.concatenate(parts)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
