"""The cuts that a control gives."""

import numpy as np

from cytoclust.positivity._control import Control
from cytoclust.positivity._upper_end import upper_end
from cytoclust.pp import ControlEvents, pooled_rows

__all__ = ["cuts_of_control"]

DRAWN = 20_000
"""Cells of a control that are drawn. Bears on no result: its cut is that of all."""


def cuts_of_control(control: ControlEvents, names: tuple[str, ...]) -> list[Control]:
    """A cut for each column that the control speaks of; ``names`` are those of the panel.

    An FMO control gives the cut of its marker, an unstained one a lower bound for every marker of fluorescence: see
    :func:`upper_end`.
    """
    file = control.file
    source = f"{file.kind} ({file.path.name})"
    cuts = []
    for column, values in zip(control.columns, control.events.T, strict=True):
        cut, error = upper_end(values.astype(np.float64))
        drawn = values[pooled_rows(len(values), DRAWN)]
        cuts.append(Control(names[column], control.batch, cut, error, source, file.marker is None, drawn))
    return cuts
