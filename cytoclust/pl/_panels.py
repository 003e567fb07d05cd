"""Several panels of one size in a figure."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cytoclust.errors import InputError

__all__ = ["alone", "panels"]


def panels(
    number: int, size: tuple[float, float], *, margins: tuple[float, float, float, float], ncols: int = 4
) -> list[Axes]:
    """Axes row by row, at most ``ncols`` side by side.

    ``size`` is the width and height of each, ``margins`` the space left, right, below and above each; all in inches.

    Raises
    ------
    InputError
        ``ncols`` below 1.
    """
    if ncols < 1:
        raise InputError(f"ncols must be at least 1. Got {ncols!r} instead.")
    left, right, below, above = margins
    columns = max(min(ncols, number), 1)
    rows = math.ceil(number / columns)
    wide, high = size[0] + left + right, size[1] + below + above
    width, height = columns * wide, rows * high
    whole = Figure(figsize=(width, height))
    corners = [(column * wide + left, height - (row + 1) * high + below) for row, column in
               (divmod(i, columns) for i in range(number))]  # fmt: skip
    return [whole.add_axes((x / width, y / height, size[0] / width, size[1] / height)) for x, y in corners]


def alone(ax: Axes | None, number: int, what: str) -> None:
    """Refuse axes where several panels are asked for.

    Raises
    ------
    InputError
        So it is.
    """
    if ax is not None and number != 1:
        raise InputError(f"With ax, {what} must give one panel. Got {number} instead.")
