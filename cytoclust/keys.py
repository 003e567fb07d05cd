"""Names of slots, columns and categories: each is written here once."""

from typing import Final, Literal, get_args

# --- vocabularies -----------------------------------------------------------------------------
SignalType = Literal["scatter", "fluorescence", "mass", "time", "other"]
SIGNAL_TYPES: Final = get_args(SignalType)

Qc = Literal["ok", "margin", "time", "debris", "doublet", "dead"]
QC: Final = get_args(Qc)  # the order is the code: 0 is ok
QC_OK: Final = 0

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
WEIGHT: Final = "weight"  # how many events of the files an event stands for

# --- var --------------------------------------------------------------------------------------
CHANNEL: Final = "channel"
MARKER: Final = "marker"
SIGNAL_TYPE: Final = "signal_type"

# --- uns --------------------------------------------------------------------------------------
META: Final = "meta"  # TEXT keywords and "spill"; of a cohort: one such mapping a sample_id
SPILL: Final = "spill"
NOTES: Final = "notes"  # what reading assumed or repaired
COMPENSATE: Final = "compensate"
QUALITY: Final = "quality"
TRANSFORM: Final = "transform"
THRESHOLDS: Final = "thresholds"
TABLES: Final = "tables"  # of counts and comparisons, by name
FINDINGS: Final = "findings"  # what steps found worth saying: a table of step, sample_id, code and data (JSON)
