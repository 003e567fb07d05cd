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

DILUTED: Final = ("yes", "no", "not evaluable")  # whether a marrow is with blood
DENOMINATORS: Final = ("cells", "non-malignant cells", "parent", "log-ratio")  # that contrasts are of
FAMILIES: Final = ("primary", "exploratory")  # of tests

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

# --- columns of tables: cytoclust/tables says what they hold ----------------------------------------
N_EVENTS: Final = "n_events"
FRACTION: Final = "fraction"
N_SAMPLES: Final = "n_samples"
PHENOTYPE: Final = "phenotype"
STABILITY: Final = "stability"
NOVELTY: Final = "novelty"
CLUSTER_PARENT: Final = "cluster_parent"
LEFTOVER: Final = "leftover"
NEAR: Final = "near"
JOINS: Final = "joins"
DEPTH: Final = "depth"
DOUBLET_OF: Final = "doublet_of"

PARENT: Final = "parent"
N_PARENT: Final = "n_parent"
N_BASE: Final = "n_base"
CI_LOW: Final = "ci_low"
CI_HIGH: Final = "ci_high"
LOD: Final = "lod"
LOQ: Final = "loq"
STATUS: Final = "status"
BACKGROUND: Final = "background"
POWER: Final = "power"
REFERENCE: Final = "reference"

N_OK: Final = "n_ok"
N_MALIGNANT: Final = "n_malignant"
MARROW_INDEX: Final = "marrow_index"
HEMODILUTION: Final = "hemodilution"
START: Final = "start"
STOP: Final = "stop"

CONTRAST: Final = "contrast"
DENOMINATOR: Final = "denominator"
N_A: Final = "n_a"
N_B: Final = "n_b"
EFFECT: Final = "effect"
P: Final = "p"
Q: Final = "q"
FAMILY: Final = "family"
NOTE: Final = "note"

CLAIM: Final = "claim"
AGAINST: Final = "against"
N_DETECTED: Final = "n_detected"
N_EVALUABLE: Final = "n_evaluable"
N_DETECTED_OTHER: Final = "n_detected_other"
N_EVALUABLE_OTHER: Final = "n_evaluable_other"
FLAGS: Final = "flags"
VERDICT: Final = "verdict"
SENTENCE: Final = "sentence"

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
