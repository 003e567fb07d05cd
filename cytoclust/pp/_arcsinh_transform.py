"""The arcsinh scale."""

import math

import numba
import numpy as np

from cytoclust.errors import InputError

_LANES = 64
"""Events worked on together, which the compiler puts into vector registers. Bears on no result: speed."""
_LN2 = math.log(2)
"""Derived: the definition."""
_SQRT_HALF = 0x3FE6A09E667F3BCD
"""Bits of the double nearest to √½, between which and √2 the series' argument lies. Derived: the definition."""
_DOUBLED = 1e8
"""From here on sqrt(x² + 1) is x to a double's precision. Derived: 1 / (2x²) is below 2⁻⁵³."""
_CUBIC = 1e-3
"""Below it x - x³/6 is closer than a logarithm. Derived: the next term, 3x⁵/40, is 7.5e-14 of x there."""


def arcsinh_transform(events: np.ndarray, cofactors: np.ndarray) -> np.ndarray:
    """``arcsinh(signal / cofactor)`` of each column; one without a cofactor stays as it is.

    An event's result does not depend, to the bit, on which other events share the array: NumPy's arcsinh may use
    other instructions for the tail of an array or for strided columns. This is a loop of additions, products, divisions
    and roots, which are the same on every machine, in double precision: the logarithm of ``2**e * m`` is
    ``e log 2 + 2 atanh((m - 1) / (m + 1))``, by its series to 1e-13.

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
    x, log = np.zeros(_LANES), np.empty(_LANES)
    grown = np.ones(_LANES)
    bits = grown.view(np.int64)
    for start in range(0, n, _LANES):
        width = min(_LANES, n - start)
        for j in range(p):
            if np.isnan(cofactors[j]):
                out[start : start + width, j] = events[start : start + width, j]
                continue
            for k in range(width):
                x[k] = events[start + k, j]
            for k in range(_LANES):
                x[k] /= cofactors[j]
                size = abs(x[k])
                grown[k] = size + math.sqrt(size * size + 1.0) if size < _DOUBLED else 2.0 * size
            for k in range(_LANES):  # to a mantissa between sqrt(1/2) and sqrt(2)
                exponent = (bits[k] - _SQRT_HALF) >> 52
                bits[k] -= exponent << 52
                log[k] = exponent
            for k in range(_LANES):
                s = (grown[k] - 1.0) / (grown[k] + 1.0)
                z = s * s
                series = 1 / 7 + z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + z / 15)))
                value = log[k] * _LN2 + 2.0 * s * (1.0 + z * (1 / 3 + z * (1 / 5 + z * series)))
                size = abs(x[k])
                if size < _CUBIC:
                    value = size - size * size * size / 6.0
                if not size < np.inf:
                    value = size
                log[k] = value
            for k in range(width):
                out[start + k, j] = np.float32(math.copysign(log[k], x[k]))
