"""Names of slots, columns and categories: each is written here once."""

from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from cytoclust.registry import CHECKS

# --- vocabularies -----------------------------------------------------------------------------
SignalType = Literal["scatter", "fluorescence", "mass", "time", "other"]
SIGNAL_TYPES: Final = get_args(SignalType)


class _Categories(Sequence[str]):
    """``ok``, then the name of each quality check: the place is the code."""

    def __getitem__(self, place: Any) -> Any:
        return ("ok", *(check.name for check in sorted(CHECKS.rows(), key=lambda check: check.code)))[place]

    def __len__(self) -> int:
        return 1 + len(CHECKS.rows())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))


QC: Final = _Categories()
QC_OK: Final = 0
QC_NOT_FINITE: Final = "margin"  # of an event with NaN or infinity in a signal

Status = Literal["detected", "not detected", "not evaluable"]
STATUSES: Final = get_args(Status)

Verdict = Literal["supported", "not supported", "artefact"]
VERDICTS: Final = get_args(Verdict)

UNASSIGNED: Final = "unassigned"  # an event without a population
UNKNOWN: Final = "unknown"  # a cluster that fits no rule
ROOT: Final = "cells"  # the parent of the top populations: every event that passed quality control
NO_CLUSTER: Final = -1

# --- obs --------------------------------------------------------------------------------------
SAMPLE: Final = "sample_id"
PATIENT: Final = "patient_id"
GROUP: Final = "group"
TIMEPOINT: Final = "timepoint"
BATCH: Final = "batch"
SHEET_COLUMNS: Final = (PATIENT, GROUP, TIMEPOINT, BATCH)  # optional ones
EVENT: Final = "event"
QC_COLUMN: Final = "qc"
CLUSTER: Final = "cluster"
POPULATION: Final = "population"
PROBABILITY: Final = "probability"
WEIGHT: Final = "weight"  # events of the sample that an event of an event sample stands for

# --- var --------------------------------------------------------------------------------------
CHANNEL: Final = "channel"
MARKER: Final = "marker"
SIGNAL_TYPE: Final = "signal_type"

# --- uns --------------------------------------------------------------------------------------
META: Final = "meta"  # TEXT keywords and "spill"; of a cohort: one such mapping a sample_id
SPILL: Final = "spill"
FINDINGS: Final = "findings"  # what each step assumed, mended or left out: a row a finding
COMPENSATE: Final = "compensate"
QUALITY: Final = "quality"
TRANSFORM: Final = "transform"
THRESHOLDS: Final = "thresholds"
TABLES: Final = "tables"  # the tables of counts, by name
CONTROLS: Final = "controls"  # cuts from FMO and unstained files
UMAP: Final = "umap"

# --- layers -----------------------------------------------------------------------------------
COMPENSATED: Final = "compensated"  # events before the transform
