"""Cuts by hand in the units of the file, on the scale of the events."""

from collections.abc import Mapping

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io import Panel
from cytoclust.positivity._given_cuts import by_marker
from cytoclust.pp import Transform

__all__ = ["cuts_on_scale"]


def cuts_on_scale(given: Mapping[str, float | str], panel: Panel, transform: Transform) -> dict[str, float]:
    """Each cut as a number on the transformed scale, by the name it was given under.

    Parameters
    ----------
    given
        A number on that scale, or a signal as the file has it (after compensation): ``1200 file``.
    panel, transform
        The columns, and how they are transformed.

    Raises
    ------
    InputError
        A name that fits no marker, or a cut in the units of the file where no transform is known.
    """
    found: dict[str, float] = {}
    for name, cut in given.items():
        if not isinstance(cut, str):
            found[name] = float(cut)
            continue
        if transform.method != "none" and transform.parameters is None:
            raise InputError(f"The threshold of {name} is {cut!r}, and how the events were transformed is not known.")
        (marker,) = by_marker({name: 0.0}, panel.names)
        column = panel.names.index(marker)
        events = np.zeros((1, len(panel.names)), dtype=np.float32)
        events[0, column] = float(cut.removesuffix("file"))
        found[name] = float(transform(events, np.array([column], dtype=np.int64))[0, 0])
    return found
