"""Gates for a sorter, learned from labelled events, and what they will yield."""

from cytoclust.gating._gate_events import GateEvents
from cytoclust.gating._gate_rows import gate_rows
from cytoclust.gating._learn_sort_gates import PreGate, learn_sort_gates
from cytoclust.gating._lots import lots
from cytoclust.gating._sort_plan import Sorter, sort_plan
from cytoclust.gating._sort_step import SortStep
from cytoclust.gating._split_patients import LEAST_OF_PATIENT, split_patients
from cytoclust.gating._step_counts import StepCounts

__all__ = [
    "LEAST_OF_PATIENT",
    "GateEvents",
    "PreGate",
    "SortStep",
    "Sorter",
    "StepCounts",
    "gate_rows",
    "learn_sort_gates",
    "lots",
    "sort_plan",
    "split_patients",
]
