"""Place a spillover matrix among the columns of an event matrix."""

from collections.abc import Sequence

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io import Spillover


def embed_spillover(spill: Spillover, channels: Sequence[str]) -> np.ndarray:
    """The spillover among all columns, identity where a column takes no part.

    Parameters
    ----------
    spill
        The matrix and the channels it names.
    channels
        Channel ($PnN) of each column of the events, in order.

    Returns
    -------
    float64 (p, p), row = source, column = detector.

    Raises
    ------
    InputError
        A channel of the matrix that no column has, or that two columns have.
    """
    missing = [name for name in spill.channels if name not in channels]
    if missing:
        raise InputError(
            f"The spillover matrix ({spill.keyword}) names {', '.join(missing)}, which the events lack; "
            f"their channels are {', '.join(channels)}. Give a matrix of these with compensate.matrix."
        )
    repeated = sorted({name for name in spill.channels if list(channels).count(name) > 1})
    if repeated or len(set(spill.channels)) < len(spill.channels):
        raise InputError(f"The spillover matrix ({spill.keyword}) names a channel that occurs twice: {repeated}.")
    where = np.array([list(channels).index(name) for name in spill.channels], dtype=np.intp)
    full = np.eye(len(channels))
    full[np.ix_(where, where)] = spill.matrix
    return full
