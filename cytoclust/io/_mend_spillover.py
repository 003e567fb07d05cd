"""Whether numbers make a spillover matrix."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.findings import Finding

__all__ = ["is_identity", "mend_spillover", "spills_nothing"]

_NOTHING: Final = 1e-4
"""Coefficient below which nothing spills. Derived: of 262,144, the top of most scales, it is 26, less than noise."""
_ONE: Final = 1e-3
"""How far from 1 a diagonal may be. Convention: matrices are written with three decimals or more."""
_PERCENT: Final = 100.0
"""Derived: the definition."""
_MOST: Final = 10.0
"""Largest coefficient. Chosen: a dye may be brighter in another detector than in its own, of measured matrices up to
about three times."""
_LEAST: Final = -0.1
"""Least coefficient. Chosen: light is never negative, and estimates of none err by less."""
_WORST_CONDITION: Final = 1e4
"""Largest condition number. Derived: as in pp/_solve_spillover.py."""


def is_identity(matrix: NDArray[np.float64]) -> bool:
    """Whether a matrix changes nothing: all coefficients but the diagonal are nothing."""
    return bool(np.allclose(matrix, np.eye(len(matrix)), rtol=0, atol=_NOTHING))


def spills_nothing(coefficients: NDArray[np.float64]) -> bool:
    """Whether none of a dye's coefficients in other detectors is anything."""
    return float(np.abs(coefficients).max(initial=0.0)) <= _NOTHING


def mend_spillover(
    matrix: NDArray[np.float64], channels: Sequence[str], keyword: str
) -> tuple[NDArray[np.float64], list[Finding]]:
    """The matrix with 1 on its diagonal, and notes on what was mended to have it so.

    In percent it is divided by 100; a diagonal of 0 is 1, as some programs leave it out; a compensation matrix is
    inverted where its inverse is a spillover matrix with 1 on the diagonal.

    Parameters
    ----------
    matrix
        (k, k), finite; a row is a source.
    channels
        The k detectors, for the message.
    keyword
        The keyword or file it came from, for notes.

    Raises
    ------
    InputError
        What is no spillover matrix; the message goes on from the name of the matrix: "must have 1 on its diagonal, …".
    """
    matrix, notes = _scaled(matrix, keyword)
    if (inverse := _inverted(matrix)) is not None:
        matrix, notes = inverse, [*notes, Finding("inverse matrix", keyword=keyword)]
    _check(matrix, channels)
    return matrix, notes


def _scaled(matrix: NDArray[np.float64], keyword: str) -> tuple[NDArray[np.float64], list[Finding]]:
    """A matrix in percent as shares, and zeros on the diagonal as ones."""
    notes = []
    diagonal = np.diag(matrix)
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    empty = diagonal == 0
    filled = diagonal[~empty]
    top = float(np.abs(off).max(initial=0.0))
    percent = np.allclose(filled, _PERCENT, rtol=_ONE) if len(filled) else _MOST < top < _PERCENT
    if percent:
        matrix = matrix / _PERCENT
        notes.append(Finding("matrix in percent", keyword=keyword))
    if empty.any() and (not len(filled) or np.allclose(np.diag(matrix)[~empty], 1.0, atol=_ONE)):
        matrix = matrix.copy()
        matrix[empty, empty] = 1.0
        notes.append(Finding("zero diagonal", keyword=keyword))
    return matrix, notes


def _inverted(matrix: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The inverse of a matrix that takes away more than it adds, where that has 1 on its diagonal and adds.

    Raises
    ------
    InputError
        It takes away more than it adds, and its inverse is none.
    """
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    less, more = -float(off[off < -_NOTHING].sum()), float(off[off > _NOTHING].sum())
    if less <= more:
        return None
    solvable = np.linalg.cond(matrix) <= _WORST_CONDITION
    inverse = np.asarray(np.linalg.inv(matrix) if solvable else np.zeros_like(matrix), dtype=np.float64)
    if np.allclose(np.diag(inverse), 1.0, rtol=0, atol=_ONE) and inverse.min() >= _LEAST:
        return inverse
    raise InputError("must be a spillover matrix, and most of its coefficients are negative, as a compensation's are")


def _check(matrix: NDArray[np.float64], channels: Sequence[str]) -> None:
    diagonal = np.diag(matrix)
    odd = int(np.argmax(np.abs(diagonal - 1.0)))
    if not abs(diagonal[odd] - 1.0) <= _ONE:
        raise InputError(
            f"must have 1 on its diagonal (or 100, in percent), and has {diagonal[odd]:g} for {channels[odd]}"
        )
    for wrong, what in ((matrix > _MOST, f"at most {_MOST:g}"), (matrix < _LEAST, f"at least {_LEAST:g}")):
        if wrong.any():
            source, detector = np.argwhere(wrong)[0]
            raise InputError(
                f"must have coefficients of {what}, and has {matrix[source, detector]:g} from {channels[source]} "
                f"to {channels[detector]}"
            )
    condition = float(np.linalg.cond(matrix))
    if not condition <= _WORST_CONDITION:
        raise InputError(
            f"must have a condition number of at most {_WORST_CONDITION:g}, and has {condition:.3g}: "
            "two channels may have the same row"
        )
