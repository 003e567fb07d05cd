"""The logicle scale."""

import numpy as np

from cytoclust.errors import InputError
from cytoclust.pp._estimate_logicle import DECADES


def logicle_transform(events: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """The logicle scale (0 to 1, T is 1) of each column; one without parameters stays as it is.

    Moore and Parks, Cytometry A 2012, 81:273, as in Gating-ML 2.0; computed value by value (flowutils), so that an
    event's result does not depend on which other events share the array.

    Parameters
    ----------
    events
        Signals on the linear scale, (n, p).
    parameters
        T and W of each column, (p, 2), as ``estimate_logicle`` gives; NaN leaves a column untouched.

    Returns
    -------
    float32 (n, p), C-contiguous.

    Raises
    ------
    InputError
        Not one row of parameters for each column.
    """
    from flowutils.transforms import logicle

    if parameters.shape != (events.shape[1], 2):
        raise InputError(f"There must be T and W for each of {events.shape[1]} columns. Got {parameters.shape}.")
    out = np.array(events, dtype=np.float32, order="C")
    for column, (top, linear) in enumerate(parameters.tolist()):
        if top == top:  # not NaN
            values = np.ascontiguousarray(events[:, column], dtype=np.float64)
            out[:, column] = logicle(values, None, t=top, m=DECADES, w=linear, a=0.0)
    return out
