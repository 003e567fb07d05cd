"""Remove spectral overlap from events."""

import numba
import numpy as np

from cytoclust.errors import InputError

_WORST_CONDITION = 1e4
"""Largest condition number of a matrix. Derived: of a float32's seven digits it leaves three, and noise is larger than
that."""


def solve_spillover(events: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Compensate events: solve ``true @ matrix = observed`` for each event.

    The matrix is factored once and never inverted; an event's result does not depend, to the bit, on which
    other events share the array.

    Parameters
    ----------
    events
        Observed signals on the linear scale, (n, p).
    matrix
        Spillover, (p, p): a row is a source (fluorochrome), a column a detector (FCS 3.1, section 3.2.18).

    Returns
    -------
    Compensated signals, float32 (n, p), C-contiguous.

    Raises
    ------
    InputError
        The matrix does not fit the events, is singular, or is badly conditioned.
    """
    return solve_factored(events, *factor_spillover(matrix, events.shape[1]))


def solve_factored(events: np.ndarray, lower_upper: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The same with what :func:`factor_spillover` gives, for many blocks of events."""
    out = np.empty(events.shape, dtype=np.float32)
    _substitute(np.ascontiguousarray(events, dtype=np.float32), lower_upper, order, out)
    return out


def factor_spillover(matrix: np.ndarray, n_columns: int) -> tuple[np.ndarray, np.ndarray]:
    """LU factors of the transposed matrix, (p, p), and the order its rows are taken in, (p,)."""
    matrix = np.ascontiguousarray(matrix, dtype=np.float64)
    if matrix.shape != (n_columns, n_columns):
        raise InputError(
            f"The spillover matrix must be square with a row for each of {n_columns} channels. "
            f"Got shape {matrix.shape} instead."
        )
    if not np.isfinite(matrix).all():
        raise InputError("The spillover matrix must hold finite numbers. Got NaN or infinity instead.")
    condition = float(np.linalg.cond(matrix)) if n_columns else 1.0
    if not condition <= _WORST_CONDITION:
        raise InputError(
            f"The spillover matrix must have a condition number of at most {_WORST_CONDITION:g}: "
            f"two channels may have the same row. Got {condition:.3g} instead."
        )
    lower_upper, order = matrix.T.copy(), np.arange(n_columns)
    for k in range(n_columns):
        swap = [k, k + int(np.argmax(np.abs(lower_upper[k:, k])))]
        lower_upper[swap], order[swap] = lower_upper[swap[::-1]], order[swap[::-1]]
        lower_upper[k + 1 :, k] /= lower_upper[k, k]
        lower_upper[k + 1 :, k + 1 :] -= np.outer(lower_upper[k + 1 :, k], lower_upper[k, k + 1 :])
    return lower_upper, order


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _substitute(events: np.ndarray, lower_upper: np.ndarray, order: np.ndarray, out: np.ndarray) -> None:
    # Lanes of a batch are events: each runs the same operations in the same order, wherever it stands.
    n, p = events.shape
    lanes = 64
    batch = np.zeros((p, lanes))
    for start in range(0, n, lanes):
        width = min(lanes, n - start)
        for i in range(p):
            for k in range(width):
                batch[i, k] = events[start + k, order[i]]
        for i in range(p):
            for j in range(i):
                factor = lower_upper[i, j]
                if factor != 0.0:
                    for k in range(lanes):
                        batch[i, k] -= factor * batch[j, k]
        for i in range(p - 1, -1, -1):
            for j in range(i + 1, p):
                factor = lower_upper[i, j]
                if factor != 0.0:
                    for k in range(lanes):
                        batch[i, k] -= factor * batch[j, k]
            pivot = lower_upper[i, i]
            for k in range(lanes):
                batch[i, k] /= pivot
        for k in range(width):
            for i in range(p):
                out[start + k, i] = np.float32(batch[i, k])
