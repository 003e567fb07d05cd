"""Place a spillover matrix among the columns of an event matrix."""

from collections.abc import Sequence

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io import Spillover, spills_nothing


def embed_spillover(spill: Spillover, channels: Sequence[str]) -> np.ndarray:
    """The spillover among all columns, identity where a column takes no part.

    A detector that no column has is left out where its dye spills into none that there is.

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
    kept = [i for i, name in enumerate(spill.channels) if name in channels]
    absent = [i for i in range(len(spill.channels)) if i not in kept]
    missing = [spill.channels[i] for i in absent if not kept or not spills_nothing(spill.matrix[i, kept])]
    if missing:
        raise InputError(
            f"The spillover matrix ({spill.keyword}) names {', '.join(missing)}, which the events lack; "
            f"their channels are {', '.join(channels)}. Give a matrix of these with compensate.matrix, or, if the data "
            "are compensated already, say so with compensate.enabled=false."
        )
    repeated = sorted({name for name in spill.channels if list(channels).count(name) > 1})
    if repeated or len(set(spill.channels)) < len(spill.channels):
        raise InputError(f"The spillover matrix ({spill.keyword}) names a channel that occurs twice: {repeated}.")
    where = np.array([list(channels).index(spill.channels[i]) for i in kept], dtype=np.intp)
    full = np.eye(len(channels))
    full[np.ix_(where, where)] = spill.matrix[np.ix_(kept, kept)]
    return full
