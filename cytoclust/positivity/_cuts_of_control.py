"""The cuts that a control gives."""

import numpy as np

from cytoclust.positivity._control import Control
from cytoclust.positivity._upper_end import upper_end
from cytoclust.pp import ControlEvents

__all__ = ["cuts_of_control"]


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
        cuts.append(Control(names[column], control.batch, cut, error, source, bound=file.marker is None))
    return cuts
