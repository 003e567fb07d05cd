"""Signs that a file's values were transformed or compensated before it was written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.io import STAINS, Channel, Spillover

__all__ = ["ScaleHints", "find_scale_hints"]

LOG_LIKE = 20.0
"""arcsinh, logicle and logarithm bring any detector's range below this; linear signals of stained cells exceed it."""
STRONG, PAIRS, MOST = 0.1, 3, 2 / 3
"""Spillover that shows in the data; pairs of detectors that have it; and how many must contradict it."""
FEWEST = 200
"""Events below which nothing is concluded."""


@dataclass(frozen=True)
class ScaleHints:
    """What the values look like.

    Attributes
    ----------
    transformed
        Whether the values of all stains look transformed.
    constant
        Channels in which every event has the same value.
    compensated
        Whether signals overlap less than the file's own matrix says that they must.
    alike
        Whether every event has the same values in all columns that would be clustered on.
    """

    transformed: bool = False
    constant: tuple[str, ...] = ()
    compensated: bool = False
    alike: bool = False


def find_scale_hints(events: NDArray[np.float32], channels: Sequence[Channel], spill: Spillover | None) -> ScaleHints:
    """Look at values as read, (n, p); ``spill`` is the matrix that they would be compensated with."""
    stains = [i for i, channel in enumerate(channels) if channel.signal_type in STAINS]
    dyes = [i for i in stains if channels[i].role in ("marker", "signal", "viability")] or stains
    usable = events[np.isfinite(events).all(axis=1)]
    if len(usable) < FEWEST or not dyes:
        return ScaleHints()
    constant = {i for i in dyes if np.ptp(usable[:, i]) == 0}
    used = [i for i in dyes if i not in constant]
    top = np.quantile(np.abs(usable[:, used]), 0.999, axis=0)
    small = [
        0 < value < LOG_LIKE < channels[i].limit and channels[i].decades[0] == 0
        for i, value in zip(used, top.tolist(), strict=True)
    ]
    return ScaleHints(
        transformed=bool(small) and all(small),
        constant=tuple(channels[i].name for i in sorted(constant)),
        compensated=spill is not None and _overlap_too_little(usable, channels, spill),
    )


def _overlap_too_little(events: NDArray[np.float32], channels: Sequence[Channel], spill: Spillover) -> bool:
    """Whether most strong coefficients are contradicted by the data.

    Where the source is brightest, a detector shows at least the coefficient times the source, or more if the cells have
    the detector's own marker too. Once compensated, it shows nothing of it.
    """
    at = {channel.name: i for i, channel in enumerate(channels)}
    against = []
    for source, target in np.argwhere((spill.matrix >= STRONG) & ~np.eye(len(spill.channels), dtype=bool)).tolist():
        x, y = (events[:, at[spill.channels[i]]].astype(np.float64) for i in (source, target))
        bright = x >= np.quantile(x, 0.98)
        rise = np.median(x[bright]) - np.median(x)
        if rise > 0:
            against.append((np.median(y[bright]) - np.median(y)) / rise < spill.matrix[source, target] / 3)
    return len(against) >= PAIRS and float(np.mean(against)) >= MOST
