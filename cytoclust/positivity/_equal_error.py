"""Where two groups of clusters err equally."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from cytoclust.normal import ERROR_OF_MEDIAN

__all__ = ["Group", "equal_error"]

_HALF = 300.0
"""Events with which a cluster has half the say of a large one. Chosen: see sensitivity."""
_STEPS = 50
"""Of the bisection. Derived: 2⁻⁵⁰ of the range is the last bit of what matters."""


def cluster_weight(n_events: np.ndarray) -> np.ndarray:
    """Weight ``(c,)`` of clusters: near 1 whatever their size, less for those of few events."""
    return n_events / (n_events + _HALF)


@dataclass(frozen=True)
class Group:
    """Clusters on one side of a border: median, spread towards the border, events; each ``(c,)``."""

    x: np.ndarray
    spread: np.ndarray
    n_events: np.ndarray

    @cached_property
    def weight(self) -> np.ndarray:
        """``(c,)``, sums to 1."""
        weight = cluster_weight(self.n_events)
        return np.asarray(weight / weight.sum())


def equal_error(low: Group, high: Group) -> tuple[float, float]:
    """The value that as large a share of the lower group's cells lies above as of the upper group's cells below.

    The share of a group is the mean over its clusters, each taken as normal on the side of the border, so that the
    value is defined where no cell of either lies. Clusters of few events weigh less.

    Returns
    -------
    The value, and its standard deviation: to first order that of the difference of the two shares, over clusters
    (each as if drawn from many such) and over the events in each, divided by the slope of the difference.
    """
    below = min(low.x.min(), high.x.min()) - low.spread.max()
    above = max(low.x.max(), high.x.max()) + high.spread.max()
    for _ in range(_STEPS):
        middle = (below + above) / 2
        if _log_share(low, middle, 1) > _log_share(high, middle, -1):
            below = middle
        else:
            above = middle
    return float(middle), _deviation(low, high, middle)


def _log_share(group: Group, cut: float, sign: int) -> float:
    """Logarithm of the share of a group beyond a cut: above it (1) or below (-1). No gap is too wide for logarithms."""
    each = log_ndtr(sign * (group.x - cut) / group.spread)
    most = each.max()
    return float(most + np.log(np.exp(each - most) @ group.weight))


def _deviation(low: Group, high: Group, cut: float) -> float:
    unit = _log_share(low, cut, 1)  # of the shares, which may be tiny
    variance, slope = 0.0, 0.0
    for group, sign in ((low, 1), (high, -1)):
        z, weight = sign * (group.x - cut) / group.spread, group.weight
        share, density = np.exp(log_ndtr(z) - unit), np.exp(-0.5 * z**2 - unit) / np.sqrt(2 * np.pi)
        squares = float(weight @ weight)
        between = (share - share @ weight) ** 2 / (1 - squares if squares < 1 else 1)
        within = (ERROR_OF_MEDIAN * density) ** 2 / group.n_events
        variance += float(weight**2 @ (between + within))
        slope += float(weight @ (density / group.spread))
    return float(np.sqrt(variance) / slope)
