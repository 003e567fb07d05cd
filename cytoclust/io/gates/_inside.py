"""Which events lie in a gate."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust.io.gates._axis import Axis
from cytoclust.io.gates._gate import Gate

__all__ = ["chain", "inside"]


def inside(
    gate: Gate, signal: Callable[[Axis], NDArray[np.floating]], gates: Sequence[Gate] = ()
) -> NDArray[np.bool_]:  # fmt: skip
    """Which of n events lie in a gate, and in those within which it counts.

    Parameters
    ----------
    gate
        The gate.
    signal
        Linear values (n,) of an axis: after compensation where ``axis.compensated`` says so.
    gates
        Where its parents are; by default it counts by itself.
    """
    masks = (
        each.holds(np.column_stack([axis.coordinates(signal(axis)) for axis in each.axes]))
        for each in (chain(gate, gates) if gates else [gate])
    )
    return np.asarray(functools.reduce(np.logical_and, masks))


def chain(gate: Gate, gates: Sequence[Gate]) -> list[Gate]:
    """A gate with its parents, the outermost first.

    Raises
    ------
    ValueError
        A parent that is not among ``gates``, or a gate within itself.
    """
    known = {each.name: each for each in gates}
    found = [gate]
    while (parent := found[0].parent) is not None:
        if parent not in known or any(each.name == parent for each in found):
            raise ValueError(f"The gate {found[0].name!r} has no parent {parent!r}.")
        found.insert(0, known[parent])
    return found
