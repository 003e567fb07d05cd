"""Process controls and beads, and signals divided by the gain of their batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import ControlProfile, normalize_table
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import ControlFile, Panel, Sample, read_process_controls
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._open import Request
from cytoclust.pipeline._pack import digest_of
from cytoclust.pipeline._prepare import Prepared
from cytoclust.pipeline._refuse_gates import refuse_divided
from cytoclust.pp import Compensation, ProcessControl, Rows, read_process_control, stained_columns
from cytoclust.stats import reference_batch, sheet_table

__all__ = [
    "Gains",
    "Process",
    "batches_of",
    "divisor_of",
    "first_beads",
    "keep_controls",
    "main_batch",
    "normalise",
    "profiles_of",
    "read_process",
]

_KEPT: Final = 10_000
"""Bead events that a reference keeps, evenly over them. Chosen: of twelve kinds each has eight hundred."""

Known: TypeAlias = tuple[dict[str, ControlProfile], NDArray[np.float32] | None]


@dataclass(frozen=True, eq=False)
class Process:
    """The controls that show how detectors measured, and the columns (k,) of the panel that were read of them."""

    columns: NDArray[np.int64]
    markers: tuple[str, ...]
    controls: tuple[ProcessControl, ...]

    def role(self, role: str) -> list[ProcessControl]:
        """Those of one role."""
        return [each for each in self.controls if each.file.role == role]


@dataclass(frozen=True, eq=False)
class Gains:
    """What signals were divided by: the table ``normalize.csv``, and (p,) of each batch."""

    table: pd.DataFrame
    reference: str
    divisors: Mapping[str, NDArray[np.float32]]
    profiles: Mapping[str, ControlProfile]

    def of_control(self, file: ControlFile) -> NDArray[np.float32]:
        """Of the batch of an FMO or unstained control.

        Raises
        ------
        InputError
            It is for every batch.
        """
        if file.batch is None and len(self.divisors) > 1:
            raise InputError(
                f"{file.where}: with normalize.method=gain a control needs its batch, as signals are divided by its "
                "gain."
            )
        return self.divisors[next(iter(self.divisors)) if file.batch is None else file.batch]


@dataclass(frozen=True, eq=False)
class _Divided:
    """Events (n, p) divided by a gain of each column, as they are read."""

    linear: Rows
    by: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.linear)

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.float32]:
        return self.linear[rows] / self.by

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype=dtype)


def normalise(
    context: Context, *, request: Request, samples: Sequence[Sample], prepared: Sequence[Prepared], panel: Panel
) -> tuple[Process, Gains | None, list[Prepared], Known]:
    """What the process controls and beads hold, the gains, the samples divided by them (as they are without gains),
    and what is kept of controls.

    Raises
    ------
    InputError
        A control that cannot be read, or gains that are asked for and cannot be measured.
    """
    config = context.config
    files = read_process_controls(request, check_files=context.on_error == "stop")
    if files:
        context.begin(0)
    process = read_process(
        files, panel, context.config,
        compensation=Compensation.of(context.config),
        compensated=any(each.source.matrix is not None for each in prepared),
    )  # fmt: skip
    profiles = profiles_of(process)
    refuse_divided(config.normalize.method, config.export.gates)
    if config.normalize.method == "none":
        return process, None, list(prepared), _known(process, profiles, samples)
    gains = _gains(context, process, profiles, samples, panel)
    corrected = [
        replace(each, linear=_Divided(each.linear, by), key=f"{each.key} {digest_of(by)}")  # type: ignore[arg-type]
        for sample, each in zip(samples, prepared, strict=True)
        for by in [gains.divisors[str(sample.batch)]]
    ]
    return process, gains, corrected, _known(process, profiles, samples)


def read_process(
    files: Sequence[ControlFile], panel: Panel, config: Any, *, compensation: Compensation, compensated: bool
) -> Process:
    """Each control read, checked and compensated as the samples were; ``compensated`` says whether any of these was.

    Raises
    ------
    InputError
        One that cannot be read.
    """
    columns = stained_columns(panel, config.panel.viability)
    found = [
        read_process_control(
            file, columns, panel=panel, compensation=compensation, compensated=compensated, quality=config.quality,
            viability=config.panel.viability, data_offset=config.read.data_offset,
        )
        for file in files
    ]  # fmt: skip
    return Process(columns, tuple(panel.names[i] for i in columns), tuple(found))


def profiles_of(process: Process) -> dict[str, ControlProfile]:
    """Of each batch with a process control, all its tubes together; "" is that of none."""
    by_batch: dict[str, list[NDArray[np.float32]]] = {}
    for each in process.role("process"):
        by_batch.setdefault(each.file.batch or "", []).append(each.events)
    return {batch: ControlProfile.of(np.concatenate(parts), process.markers) for batch, parts in by_batch.items()}


def batches_of(sheet: pd.DataFrame) -> list[str]:
    """Of the samples, in order."""
    return [str(each) for each in dict.fromkeys(sheet[keys.BATCH].dropna())] if keys.BATCH in sheet else []


def main_batch(sheet: pd.DataFrame) -> str:
    """The batch with most samples; "" where the sheet has none."""
    batches = batches_of(sheet)
    return reference_batch(batches, sheet) if batches else ""


def first_beads(process: Process, main: str) -> ProcessControl | None:
    """Those of a batch, or the first that there are."""
    beads = process.role("beads")
    return next((each for each in beads if (each.file.batch or "") == main), beads[0] if beads else None)


def keep_controls(context: Context, *, known: Known) -> Known:  # noqa: ARG001
    """Of each batch its process control, that of the batch with most samples first; and events of that one's beads."""
    return known


def _known(process: Process, profiles: Mapping[str, ControlProfile], samples: Sequence[Sample]) -> Known:
    main = main_batch(sheet_table(samples))
    first = first_beads(process, main)
    ordered = {batch: profiles[batch] for batch in sorted(profiles, key=lambda batch: batch != main)}
    if first is None or not len(first.events):
        return ordered, None
    at = np.linspace(0, len(first.events) - 1, min(len(first.events), _KEPT)).astype(np.int64)
    return ordered, first.events[at]


def divisor_of(rows: pd.DataFrame, panel: Panel) -> NDArray[np.float32]:
    """What each column of the panel is divided by (p,), from the rows of a batch in ``normalize.csv``."""
    by = np.ones(len(panel.names), dtype=np.float32)
    for marker, log in zip(rows[keys.MARKER], rows["log_gain"], strict=True):
        by[panel.names.index(marker)] = np.exp(np.nan_to_num(float(log)))
    return by


def _gains(
    context: Context,
    process: Process,
    profiles: Mapping[str, ControlProfile],
    samples: Sequence[Sample],
    panel: Panel,
) -> Gains:
    if context.config.transform.method == "none":
        raise InputError("normalize.method=gain divides linear signals: with transform.method=none there are none.")
    nowhere = [sample.sample_id for sample in samples if not sample.batch]
    if nowhere:
        raise InputError(f"normalize.method=gain: sample {nowhere[0]!r} has no batch; every sample needs one.")
    batches = list(dict.fromkeys(str(sample.batch) for sample in samples))
    reference = reference_batch(batches, sheet_table(samples))
    table = normalize_table(process.markers, profiles, batches, reference=reference)
    divisors = {batch: divisor_of(table[table[keys.BATCH] == batch], panel) for batch in batches}
    left = table[table[keys.STATUS] == "not evaluable"]
    for marker, rows in left.groupby(keys.MARKER, sort=False):
        which = list(rows[keys.BATCH])
        context.note(Finding("not normalised", marker=str(marker), batches=len(which), which=which))
    return Gains(table, reference, divisors, profiles)
