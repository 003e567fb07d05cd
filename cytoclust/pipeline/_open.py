"""Opening the samples, and agreeing on their panel."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.findings import Finding
from cytoclust.io import FCSFile, Sample, open_fcs, read_sheet, reconcile_panel
from cytoclust.params import Config
from cytoclust.pipeline._cohort import Cohort
from cytoclust.pp import Prepared, choose_markers, open_prepared, read_matrix_csv, refuse_constant

__all__ = ["OnError", "open_cohort"]

OnError = Literal["stop", "skip"]


def open_cohort(samples: str | Path | Sequence[str | Path], config: Config, on_error: OnError) -> Cohort:
    """Every sample open, with the columns that they share; nothing is read yet.

    Raises
    ------
    InputError
        A sheet, file, panel or matrix that cannot be used. With ``on_error="skip"`` a faulty file is left out and
        noted, as long as one is left.
    """
    notes: list[str | Finding] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CytoclustWarning)
        listed = read_sheet(samples, check_files=on_error == "stop")
    notes += [str(warning.message) for warning in caught]
    opened = _open(listed, on_error, notes)
    while True:
        try:
            files = [file for _, file in opened]
            panel = reconcile_panel(files, markers=config.cluster.markers, names=config.panel.names)
            break
        except InputError as error:
            if on_error == "stop" or error.path is None or len(opened) == 1:
                raise
            opened = [pair for pair in opened if pair[1].path != error.path]
            notes.append(f"left out: {error}")
    override = None if config.compensate.matrix == "file" else read_matrix_csv(config.compensate.matrix)
    compensate = config.compensate.enabled and config.transform.method != "none"
    if config.compensate.enabled and not compensate:
        notes.append("transform.method is none, so the data are taken to be compensated already")
    kept: list[tuple[Sample, Prepared]] = []
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    for sample, file in opened:
        with _left_out(on_error, notes):
            refuse_constant(file, panel, columns)
            kept.append((sample, open_prepared(file, panel, compensate=compensate, override=override)))
    _refuse_none(kept, listed, notes)
    return Cohort([sample for sample, _ in kept], [prepared for _, prepared in kept], panel, config, notes)


def _open(listed: list[Sample], on_error: OnError, notes: list[str | Finding]) -> list[tuple[Sample, FCSFile]]:
    opened: list[tuple[Sample, FCSFile]] = []
    for sample in listed:
        with _left_out(on_error, notes):
            opened.append((sample, open_fcs(sample.path)))
    _refuse_none(opened, listed, notes)
    return opened


@contextmanager
def _left_out(on_error: OnError, notes: list[str | Finding]) -> Iterator[None]:
    """A fault of one sample becomes a note, if such samples are to be skipped."""
    try:
        yield
    except InputError as error:
        if on_error == "stop":
            raise
        notes.append(f"left out: {error}")


def _refuse_none(kept: Sequence[object], listed: Sequence[Sample], notes: list[str | Finding]) -> None:
    if not kept:
        raise InputError(f"None of the {len(listed)} samples can be used. {notes[-1]}")
