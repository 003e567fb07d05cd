"""The arcsinh scale."""

import math

import numba
import numpy as np

from cytoclust.errors import InputError


def arcsinh_transform(events: np.ndarray, cofactors: np.ndarray) -> np.ndarray:
    """``arcsinh(signal / cofactor)`` of each column; one without a cofactor stays as it is.

    An event's result does not depend, to the bit, on which other events share the array: NumPy's arcsinh may use
    other instructions for the tail of an array or for strided columns, so this is a plain loop.

    Parameters
    ----------
    events
        Signals on the linear scale, (n, p).
    cofactors
        Positive divisors in the unit of the signal, (p,); NaN leaves a column untouched.

    Returns
    -------
    float32 (n, p), C-contiguous.

    Raises
    ------
    InputError
        A cofactor that is not positive, or not one cofactor for each column.
    """
    cofactors = np.ascontiguousarray(cofactors, dtype=np.float64)
    if cofactors.shape != (events.shape[1],):
        raise InputError(f"There must be one cofactor for each of {events.shape[1]} columns. Got {cofactors.shape}.")
    given = cofactors[~np.isnan(cofactors)]
    if not (np.isfinite(given) & (given > 0)).all():
        raise InputError(f"A cofactor must be a positive number. Got {given[~(given > 0)].tolist()} instead.")
    out = np.empty(events.shape, dtype=np.float32)
    _transform(np.ascontiguousarray(events, dtype=np.float32), cofactors, out)
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _transform(events: np.ndarray, cofactors: np.ndarray, out: np.ndarray) -> None:
    n, p = events.shape
    untouched = np.isnan(cofactors)
    for i in range(n):
        for j in range(p):
            if untouched[j]:
                out[i, j] = events[i, j]
            else:
                out[i, j] = np.float32(math.asinh(events[i, j] / cofactors[j]))
