"""The axes of gates: the columns of a panel, on the scales of its transform."""

from collections.abc import Iterable

import numpy as np

from cytoclust.io import Panel
from cytoclust.io.gates import Axis
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._estimate_logicle import DECADES
from cytoclust.pp._transform import Transform

__all__ = ["gate_axes"]


def gate_axes(panel: Panel, transform: Transform, sources: Iterable[Compensated]) -> tuple[Axis, ...]:
    """An axis for each column of the panel, with the scale on which the run shows it.

    A column counts as compensated where the matrix of some sample spills into it or out of it. The scale of a transform
    that Gating-ML does not know is linear.
    """
    mixed = np.zeros(len(panel.names), dtype=bool)
    for source in sources:
        if source.matrix is not None:
            off = (source.matrix != 0) & ~np.eye(len(source.matrix), dtype=bool)
            mixed |= (off.any(axis=0) | off.any(axis=1))[: len(mixed)]
    return tuple(_axis(panel, transform, i, compensated=bool(mixed[i])) for i in range(len(panel.names)))


def _axis(panel: Panel, transform: Transform, i: int, *, compensated: bool) -> Axis:
    own = np.full(1, np.nan) if transform.parameters is None else np.atleast_1d(transform.parameters[i])
    named = Axis(panel.channels[i], panel.markers[i], compensated)
    if np.isnan(own).any():
        return named
    if transform.method == "logicle":
        top, width = own.tolist()
        return Axis(named.channel, named.marker, compensated, "logicle", (top, width, DECADES, 0.0))
    if transform.method in ("arcsinh", "none"):  # the latter knows cofactor and factor of scatter
        cofactor, factor = [*own.tolist(), 1.0][:2]
        return Axis(named.channel, named.marker, compensated, "arcsinh", (cofactor, factor))
    return named
