"""The cofactors to transform with."""

from collections.abc import Mapping

import numpy as np

from cytoclust.errors import InputError, nearest
from cytoclust.io import STAINS, Panel
from cytoclust.pp._estimate_cofactors import estimate_cofactors
from cytoclust.pp._is_apart import scatter_cofactor
from cytoclust.pp._mass_columns import transformed_before


def choose_cofactors(cofactor: str | float | Mapping[str, float], events: np.ndarray, panel: Panel) -> np.ndarray:
    """One cofactor a column: as given, from the data where it is ``auto`` or not given.

    Parameters
    ----------
    cofactor
        ``auto``, one number, or a number for each of some markers (or channels).
    events
        Linear, compensated events, pooled over samples, (m, p).
    panel
        The columns.

    Returns
    -------
    float64 (p,); NaN for time and other columns, for scatter unless it is in ``panel.scaled`` or named, and for mass
    channels that are transformed already.

    Raises
    ------
    InputError
        A marker that the panel lacks, or that is no signal.
    """
    signals = np.array([kind in STAINS for kind in panel.signal_types])
    if isinstance(cofactor, int | float):
        chosen = np.where(signals, float(cofactor), np.nan)
    else:
        chosen = estimate_cofactors(events, panel.signal_types)
        if transformed_before(events, panel):
            chosen[:] = np.nan
    for column in panel.scaled:
        chosen[column] = scatter_cofactor(events[:, column])
    measured = signals | np.array([kind == "scatter" for kind in panel.signal_types])
    for name, value in cofactor.items() if isinstance(cofactor, Mapping) else ():
        chosen[_columns(name, measured, panel)] = value
    return chosen


def _columns(name: str, signals: np.ndarray, panel: Panel) -> list[int]:
    for labels in (panel.names, panel.channels, panel.markers):
        found = [column for column in np.flatnonzero(signals).tolist() if labels[column] == name]
        if found:
            return found
    known = [panel.names[column] for column in np.flatnonzero(signals)]
    raise InputError(
        f"The transform.cofactor parameter must name stained markers or scatter ({', '.join(known) or 'none'}). "
        f"Got {name!r} instead.{nearest(name, known)}"
    )
