"""Names of slots, columns and categories: each is written here once."""

from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from cytoclust.registry import CHECKS

# --- vocabularies -----------------------------------------------------------------------------
SignalType = Literal["scatter", "fluorescence", "mass", "time", "other"]
SIGNAL_TYPES: Final = get_args(SignalType)

Role = Literal[
    "marker", "signal", "viability", "dna", "event length", "gaussian", "bead", "barcode", "blank", "autofluorescence",
    "raw detector", "scatter", "clock", "index",
]  # fmt: skip
"""What a channel holds. ``signal`` is a detector whose marker is not known; ``gaussian`` a parameter of the ion cloud
in mass cytometry (Center, Offset, Width, Residual); ``index`` a number that is no measurement of the cell."""
ROLES: Final = get_args(Role)


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

Status = Literal["quantified", "detected", "trace", "not detected", "not evaluable"]
STATUSES: Final = get_args(Status)
SHOWN: Final = STATUSES[:3]  # the sample has it

Verdict = Literal["supported", "suggestive", "not supported", "artefact"]
VERDICTS: Final = get_args(Verdict)

GateStatus = Literal["reproduced", "not reproduced", "not counted", "not supported"]
GATE_STATUSES: Final = get_args(GateStatus)
USABLE_GATES: Final = ("reproduced", "not counted")  # by which clusters may be judged

Validation = Literal["validated", "contradicted", "not evaluable"]
VALIDATIONS: Final = get_args(Validation)  # of sorted fractions
DILUTED: Final = ("yes", "no", "not evaluable")  # whether a marrow is with blood
DENOMINATORS: Final = ("cells", "non-malignant cells", "assay")  # that contrasts are of

UNASSIGNED: Final = "unassigned"  # an event without a population
UNKNOWN: Final = "unknown"  # a cluster that fits no rule
ROOT: Final = "cells"  # the parent of the top populations: every event that passed quality control
UNLIKE: Final = "unlike"  # an event of a kind that the reference has not seen
NEAREST: Final = "nearest"  # the population of an event's cluster; of a cluster, the one it is least apart from
NO_CLUSTER: Final = -1

# --- obs --------------------------------------------------------------------------------------
SAMPLE: Final = "sample_id"
PATIENT: Final = "patient_id"
GROUP: Final = "group"
TIMEPOINT: Final = "timepoint"
BATCH: Final = "batch"
SHEET_COLUMNS: Final = (PATIENT, GROUP, TIMEPOINT, BATCH)  # optional ones
PATH: Final = "path"
CONTROL: Final = "control"  # what the file is a control of
DATASET: Final = "dataset"  # which one of a file that holds several, from 1
EVENT: Final = "event"
QC_COLUMN: Final = "qc"
CLUSTER: Final = "cluster"
POPULATION: Final = "population"
PROBABILITY: Final = "probability"
WEIGHT: Final = "weight"  # events of the sample that an event of an event sample stands for
OBS: Final = (
    SAMPLE,
    *SHEET_COLUMNS,
    EVENT,
    QC_COLUMN,
    CLUSTER,
    POPULATION,
    PROBABILITY,
    WEIGHT,
    "cluster_parent",
    "_index",
)

# --- columns of tables: cytoclust/tables says what they hold ----------------------------------------
N_EVENTS: Final = "n_events"
FRACTION: Final = "fraction"
N_SAMPLES: Final = "n_samples"
PHENOTYPE: Final = "phenotype"
STABILITY: Final = "stability"
NOVELTY: Final = "novelty"
CLUSTER_PARENT: Final = "cluster_parent"
LEFTOVER: Final = "leftover"
JUNK: Final = "junk"
JUNK_WHY: Final = "junk_why"
NEAR: Final = "near"
UNCERTAIN_SHARE: Final = "uncertain_share"
OVERLAPS_WITH: Final = "overlaps_with"
PARTED_BY: Final = "parted_by"
PARTED_SIZE: Final = "parted_size"
PARTED_DEPTH: Final = "parted_depth"
PARTED_CERTAINTY: Final = "parted_certainty"
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
CANNOT_TELL: Final = "cannot_tell"
UNTOLD: Final = ("name", "parent", "siblings", "parts")  # why a share cannot be told
BACKGROUND: Final = "background"
PER_MILLION: Final = "per_million"
LOB: Final = "lob"
LOD95: Final = "lod95"
UPPER: Final = "upper"

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
LEVEL_A: Final = "level_a"
LEVEL_B: Final = "level_b"
RATIO: Final = "ratio"
RATIO_LOW: Final = "ratio_low"
RATIO_HIGH: Final = "ratio_high"
DIFFERENCE: Final = "difference"
DIFFERENCE_LOW: Final = "difference_low"
DIFFERENCE_HIGH: Final = "difference_high"
P: Final = "p"
LEAST_P: Final = "least_p"
Q: Final = "q"
BASIS: Final = "basis"
NOTE: Final = "note"
ASSAY: Final = "assay"  # what was measured on the bench

CLAIM: Final = "claim"
AGAINST: Final = "against"
N_IN: Final = "n_in"
OF_IN: Final = "of_in"
N_OUT: Final = "n_out"
OF_OUT: Final = "of_out"
EVENTS_IN: Final = "events_in"
CELLS_IN: Final = "cells_in"
EVENTS_OUT: Final = "events_out"
CELLS_OUT: Final = "cells_out"
LEVEL_IN: Final = "level_in"
UPPER_OUT: Final = "upper_out"
LEFT_OUT: Final = "left_out"
FLAGS: Final = "flags"
VERDICT: Final = "verdict"
SENTENCE: Final = "sentence"

QUADRANTS: Final = ("both_negative", "x_positive", "y_positive", "both_positive")  # events; positive in x only is 2nd

GATE: Final = "gate"
REASON: Final = "reason"

# --- var --------------------------------------------------------------------------------------
CHANNEL: Final = "channel"
MARKER: Final = "marker"
SIGNAL_TYPE: Final = "signal_type"
ROLE: Final = "role"

# --- uns --------------------------------------------------------------------------------------
META: Final = "meta"  # TEXT keywords and "spill"; of a cohort: one such mapping a sample_id
SPILL: Final = "spill"
READ: Final = "read"  # the step of findings that reading is
LIMITS: Final = "limits"  # the step of findings that naming is, of what the panel cannot tell
NOTES: Final = "notes"  # of one file: the findings of reading as sentences
FINDINGS: Final = "findings"  # what each step assumed, mended or left out: a row a finding
COMPENSATE: Final = "compensate"
QUALITY: Final = "quality"
TRANSFORM: Final = "transform"
THRESHOLDS: Final = "thresholds"
TABLES: Final = "tables"  # the tables of counts, by name
CONTROLS: Final = "controls"  # cuts from FMO and unstained files
UMAP: Final = "umap"
DENSITIES: Final = "densities"  # all events of each sample over two markers, on a grid

# --- layers -----------------------------------------------------------------------------------
COMPENSATED: Final = "compensated"  # events before the transform
