"""Whether signals moved between batches: by controls, beads and landmark populations; control charts over runs."""

from cytoclust.drift._bead_peaks import BeadPeaks, bead_peaks
from cytoclust.drift._claims_both import claims_both
from cytoclust.drift._control_chart import TOO_FEW, control_chart
from cytoclust.drift._control_profile import LEVELS, MIN_EVENTS, UPPER, ControlProfile
from cytoclust.drift._drift_table import ControlRow, drift_table
from cytoclust.drift._landmarks import Landmarks
from cytoclust.drift._log_gain import LIMIT, MOST, RESIDUAL, Gain, bead_gain, log_gain
from cytoclust.drift._nearest_control import nearest_control
from cytoclust.drift._normalize_table import normalize_table
from cytoclust.drift._spike_test import SPIKE_LIMIT, spike_test

__all__ = [
    "LEVELS",
    "LIMIT",
    "MIN_EVENTS",
    "MOST",
    "RESIDUAL",
    "SPIKE_LIMIT",
    "TOO_FEW",
    "UPPER",
    "BeadPeaks",
    "ControlProfile",
    "ControlRow",
    "Gain",
    "Landmarks",
    "bead_gain",
    "bead_peaks",
    "claims_both",
    "control_chart",
    "drift_table",
    "log_gain",
    "nearest_control",
    "normalize_table",
    "spike_test",
]
