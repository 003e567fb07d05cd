"""``normalize.csv``: one gain a marker and batch, from the process control; or why there is none."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.drift._control_profile import MIN_EVENTS, ControlProfile
from cytoclust.drift._log_gain import MOST, RESIDUAL, log_gain
from cytoclust.errors import InputError
from cytoclust.tables import TABLES

__all__ = ["normalize_table"]


def normalize_table(
    markers: Sequence[str], controls: Mapping[str, ControlProfile], batches: Sequence[str], *, reference: str
) -> pd.DataFrame:
    """The table ``normalize.csv``, from the process control of each batch.

    Returns ``batch, marker, log_gain, ci_low, ci_high, residual, n_events, status``: ``ok`` where signals are divided
    by exp(log_gain), ``reference`` of the batch that the others are brought to, ``not evaluable`` where the control has
    too few cells with the marker, so that it is left as it is.

    Raises
    ------
    InputError
        A batch without a control, a control with too few events, a gain beyond threefold, or a difference that is no
        gain.
    """
    lacking = [batch for batch in batches if batch not in controls]
    if lacking:
        raise InputError(
            f"normalize.method=gain: batch {lacking[0]!r} has no process control: the sheet needs a row with that "
            "batch and control=process for every batch."
        )
    few = [(batch, controls[batch].n_events) for batch in batches if controls[batch].n_events < MIN_EVENTS]
    if few:
        raise InputError(
            f"normalize.method=gain: the process control of batch {few[0][0]!r} has {few[0][1]} events that passed "
            f"quality control; it needs {MIN_EVENTS}."
        )
    rows = []
    for batch in batches:
        for marker in markers:
            found = log_gain(controls[batch], controls[reference], marker)
            if batch != reference:
                _refuse(batch, marker, found.status, found.log_gain, found.residual)
            known = found.status != "not evaluable"
            status = "reference" if batch == reference else "ok" if known else "not evaluable"
            gain = 0.0 if batch == reference else found.log_gain if known else np.nan
            rows.append({
                keys.BATCH: batch, keys.MARKER: marker, "log_gain": gain,
                "ci_low": found.ci_low, "ci_high": found.ci_high, "residual": found.residual,
                keys.N_EVENTS: controls[batch].n_events, keys.STATUS: status,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=[column.name for column in TABLES["normalize"].columns])


def _refuse(batch: str, marker: str, status: str, gain: float, residual: float) -> None:
    where = f"normalize.method=gain: {marker} of the process control of batch {batch!r}"
    if status == "no gain":
        raise InputError(
            f"{where} differs from the reference's by more than a gain ({residual:.2f} units of arcsinh are left after "
            f"it, {RESIDUAL:g} are allowed): an offset or a change of some cells cannot be set right."
        )
    if status != "not evaluable" and abs(gain) > MOST:
        raise InputError(
            f"{where} is {np.exp(gain):.3g} times the reference's; up to threefold is corrected: the settings were "
            "another."
        )
