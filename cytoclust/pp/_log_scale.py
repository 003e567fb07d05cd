"""Signs that signals stand on a logarithmic scale already, or one that is nearly so."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.io import Channel, measure_of
from cytoclust.pp._density import smooth_density

__all__ = ["log_scale"]

_LOG: Final = re.compile(r"(?<![a-z])(?:H?Log|LOG|log)[AHW]?(?![a-zA-Z])")
_CEILINGS: Final = (255.0, 1023.0, 4095.0)
"""Highest number of a channel, of 8, 10 and 12 bits. Derived: a power of two less one."""
_TOP: Final = 0.999
"""Quantile that is taken for the end of a channel's values. Chosen; bears on no result: on warnings."""
_LOW: Final = 0.1
"""Of the end: values below are low. On a linear scale most cells without a stain are, on one of several decades few.
Chosen: a decade; bears on no result: on warnings."""
_FEW, _HARDLY = 0.35, 0.1
"""Of a channel's values above zero, that may be low: where numbers of channels tell the scale, and where the values
alone do. Chosen with eight files on such scales in view, which had 0.28 and 0.011 at most; some linear ones have as
few, and are told by values below zero, one detector, or no ceiling; bears on no result: on warnings."""
_BELOW: Final = 0.01
"""Of values, that may be below zero. Chosen; bears on no result: on warnings."""
_DETECTORS, _BIMODAL = 4, 2
"""That the values alone are believed of: so many, and so many with negative and positive cells apart. Chosen; bears on
no result: on warnings."""
_APART: Final = 0.5
"""Of the lower mode's density, in the valley between two. Chosen; bears on no result: on warnings."""


def log_scale(values: NDArray[np.float32], channels: Sequence[Channel]) -> str:
    """What tells that stains stand on a logarithmic scale; empty if nothing does.

    On a linear scale, most cells of a stained sample lie within a tenth of the range above zero in some channel. Events
    that pile up at zero tell nothing: both scales have them.

    Parameters
    ----------
    values
        Of the stains, as read (n, k), finite; none is constant.
    channels
        The same k.

    Returns
    -------
    ``name``: they are called Log, and hold the numbers of channels, undecoded. ``ceiling``: the values of several
    detectors end at the number of a last channel. ``spread``: the values alone. Or an empty text.
    """
    detectors = {measure_of(channel.name)[0] for channel in channels}
    if any(channel.decades[0] for channel in channels) or len(detectors) < 2:
        return ""
    tops = np.quantile(values, _TOP, axis=0)
    above = values > 0
    low = (above & (values < _LOW * tops)).sum(axis=0) / np.maximum(above.sum(axis=0), 1)
    if low.max() > _FEW or (values < 0).mean(axis=0).max() > _BELOW:
        return ""
    highest = values.max(axis=0)
    if all(_LOG.search(channel.name) for channel in channels) and highest.max() <= _CEILINGS[-1]:
        return "name"
    ended = {measure_of(channel.name)[0] for channel, at in zip(channels, highest, strict=True) if at == highest.max()}
    if highest.max() in _CEILINGS and len(ended) > 1:
        return "ceiling"
    if len(detectors) < _DETECTORS or low.max() > _HARDLY:
        return ""
    bimodal = sum(_is_bimodal(column[column > 0]) for column in values.T)
    return "spread" if bimodal >= _BIMODAL else ""


def _is_bimodal(values: NDArray[np.float32]) -> bool:
    return len(smooth_density(values.astype(np.float64), deepest=_APART).modes) > 1
