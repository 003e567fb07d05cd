"""Compensation, quality control and transformation of events."""

from cytoclust.pp._acquisition_bins import N_BINS, acquisition_bins, acquisition_rows
from cytoclust.pp._apply_quality import apply_quality
from cytoclust.pp._arcsinh import arcsinh
from cytoclust.pp._arcsinh_transform import arcsinh_transform
from cytoclust.pp._choose_cofactors import choose_cofactors
from cytoclust.pp._choose_markers import choose_markers, scatter_of, stained_columns
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._compensate import compensate
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._compensation import Compensation, is_compensation_wanted
from cytoclust.pp._constant import constant_columns, is_constant, refuse_constant
from cytoclust.pp._dead_markers import DEAD_EVENTS, find_dead_markers
from cytoclust.pp._embed_spillover import embed_spillover
from cytoclust.pp._estimate_cofactors import estimate_cofactors
from cytoclust.pp._estimate_logicle import estimate_logicle
from cytoclust.pp._event_lots import EventLots, find_event_lots
from cytoclust.pp._find_piles import find_piles
from cytoclust.pp._find_uses import find_uses, tells_quality
from cytoclust.pp._fit_quality import find_viability, fit_quality
from cytoclust.pp._gate_axes import gate_axes
from cytoclust.pp._gate_views import Axis, GateView, back_views, gate_views
from cytoclust.pp._is_apart import is_apart
from cytoclust.pp._judge_sample import Judged, judge_sample
from cytoclust.pp._learn_spreading import Column as SpreadColumn
from cytoclust.pp._learn_spreading import Spreading, learn_spreading
from cytoclust.pp._logicle import logicle
from cytoclust.pp._logicle_transform import logicle_transform
from cytoclust.pp._mass_columns import counts_scale, find_mass, is_mass, transformed_before
from cytoclust.pp._matrix_of import matrix_of, meta_of
from cytoclust.pp._no_matrix import NO_MATRIX
from cytoclust.pp._pool_events import pool_events
from cytoclust.pp._pooled_rows import FIT_EVENTS, pooled_rows, pooled_share
from cytoclust.pp._preparation import KEEP_BYTES, Preparation, PreparedEvents
from cytoclust.pp._quality import quality
from cytoclust.pp._quality_model import CheckModel, QualityModel, Summary
from cytoclust.pp._read_control import ControlEvents, read_control
from cytoclust.pp._read_matrix_csv import read_matrix_csv
from cytoclust.pp._read_process_control import ProcessControl, read_process_control
from cytoclust.pp._rows import Rows
from cytoclust.pp._scale_hints import ScaleHints, find_scale_hints, hinted, look_at, looked_at
from cytoclust.pp._scatter import find_pulses, find_scatter
from cytoclust.pp._slots import (
    AdataRows,
    origin_of,
    panel_of,
    passed_rows,
    preparations_of,
    qc_codes,
    samples_of,
)
from cytoclust.pp._solve_spillover import solve_spillover
from cytoclust.pp._spread import mode_and_spread
from cytoclust.pp._spread_samples import spread_samples
from cytoclust.pp._transform import Transform, TransformMethod, fit_transform
from cytoclust.pp._transform_of import transform_of
from cytoclust.pp._unlike_samples import COMPARED_EVENTS, JudgedEvents, find_unlike_samples
from cytoclust.pp._unsaid_dyes import unsaid_dyes

__all__ = [
    "COMPARED_EVENTS",
    "DEAD_EVENTS",
    "FIT_EVENTS",
    "KEEP_BYTES",
    "NO_MATRIX",
    "N_BINS",
    "AdataRows",
    "Axis",
    "CheckModel",
    "Compensated",
    "Compensation",
    "ControlEvents",
    "EventLots",
    "GateView",
    "Judged",
    "JudgedEvents",
    "Preparation",
    "PreparedEvents",
    "ProcessControl",
    "QualityModel",
    "Rows",
    "ScaleHints",
    "SpreadColumn",
    "Spreading",
    "Summary",
    "Transform",
    "TransformMethod",
    "acquisition_bins",
    "acquisition_rows",
    "apply_quality",
    "arcsinh",
    "arcsinh_transform",
    "back_views",
    "choose_cofactors",
    "choose_markers",
    "choose_matrix",
    "compensate",
    "constant_columns",
    "counts_scale",
    "embed_spillover",
    "estimate_cofactors",
    "estimate_logicle",
    "find_dead_markers",
    "find_event_lots",
    "find_mass",
    "find_piles",
    "find_pulses",
    "find_scale_hints",
    "find_scatter",
    "find_unlike_samples",
    "find_uses",
    "find_viability",
    "fit_quality",
    "fit_transform",
    "gate_axes",
    "gate_views",
    "hinted",
    "is_apart",
    "is_compensation_wanted",
    "is_constant",
    "is_mass",
    "judge_sample",
    "learn_spreading",
    "logicle",
    "logicle_transform",
    "look_at",
    "looked_at",
    "matrix_of",
    "meta_of",
    "mode_and_spread",
    "origin_of",
    "panel_of",
    "passed_rows",
    "pool_events",
    "pooled_rows",
    "pooled_share",
    "preparations_of",
    "qc_codes",
    "quality",
    "read_control",
    "read_matrix_csv",
    "read_process_control",
    "refuse_constant",
    "samples_of",
    "scatter_of",
    "solve_spillover",
    "spread_samples",
    "stained_columns",
    "tells_quality",
    "transform_of",
    "transformed_before",
    "unsaid_dyes",
]
