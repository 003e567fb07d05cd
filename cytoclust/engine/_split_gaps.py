"""Small clusters with a wide gap in one marker are two."""

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._merge import SURE, ValleyTest
from cytoclust.engine._representatives import Representatives
from cytoclust.engine._valley import Group, valley
from cytoclust.normal import BANDWIDTH

__all__ = ["split_gaps"]

APART = 5.0
"""Standard deviations of the wider part between the means of both. Derived: the density midway between two normals of
one size so far apart is 2·exp(-25/8) = 9 % of the peaks', which is a gap. That this is wide enough is chosen:
populations that one marker parts are some eight apart in simulated marrow, humps of ion counts at zero and above it two
or three."""
DEEP = 0.7
"""Density over the chord, at ``SURE`` standard errors: few events show no deeper gap at this certainty. Chosen: see
benchmarks/ENGINE.md."""
FEWEST = 8
"""Representatives in a part. Derived: of fewer none is as deep at this certainty."""
MOST = 300
"""Representatives of a cluster that is looked at: larger ones are many pieces of the fine partition, which parts them
already. Derived: a piece has some hundred nodes of the graph, each with a few representatives."""
BINS = 128
"""Of a marker's density. Chosen: as those of a valley's."""


def split_gaps(
    representatives: Representatives, cluster: NDArray[np.int64], valley_test: ValleyTest
) -> NDArray[np.int64]:
    """The cluster of each representative (r,), where those with a wide gap in one marker are two, and so on.

    A few events of two rare populations, alike in all markers but one, can be one piece of the fine partition, which
    nothing else would take apart.
    """
    cluster = cluster.copy()
    waiting = list(range(cluster.max() + 1))
    while waiting:
        number = waiting.pop()
        upper = _upper_part(representatives, np.flatnonzero(cluster == number), valley_test)
        if upper is not None:
            cluster[upper] = cluster.max() + 1
            waiting += [number, int(cluster.max())]
    return cluster


def _upper_part(
    representatives: Representatives, rows: NDArray[np.int64], valley_test: ValleyTest
) -> NDArray[np.int64] | None:
    """Rows beyond the deepest gap in any marker; none if there is none."""
    if not 2 * FEWEST <= len(rows) <= MOST:
        return None
    events, weight = representatives.events[rows], representatives.weight[rows]
    deepest, upper = DEEP, None
    for marker in range(events.shape[1]):
        values = np.ascontiguousarray(events[:, marker], dtype=np.float64)
        above = values > _lowest_place(values, weight)
        if min(above.sum(), len(above) - above.sum()) < FEWEST:
            continue
        low, high = (Group(events[side], weight[side]) for side in (~above, above))
        spread = np.sqrt(max(low.covariance[marker, marker], high.covariance[marker, marker]))
        if high.mean[marker] - low.mean[marker] < APART * spread or high.mean[marker] < valley_test.negative[marker]:
            continue
        depth = valley(low, high, markers=np.array([marker]), z=SURE)
        if depth < deepest:
            deepest, upper = depth, rows[above]
    return upper


@numba.njit(nogil=True, cache=True)
def _lowest_place(values, weight):  # type: ignore[no-untyped-def]
    """Where the density lies deepest below its peaks on both sides."""
    low, high = values.min(), values.max()
    if not high > low:
        return high
    step = (high - low) / BINS
    counts = np.zeros(BINS)
    mass = mean = square = 0.0
    for i in range(len(values)):
        counts[min(BINS - 1, int((values[i] - low) / step))] += weight[i]
        mass += weight[i]
        mean += weight[i] * values[i]
        square += weight[i] ** 2
    mean /= mass
    variance = 0.0
    for i in range(len(values)):
        variance += weight[i] * (values[i] - mean) ** 2 / mass
    width = max(1.0, BANDWIDTH * np.sqrt(variance) / 2 * (mass**2 / square) ** -0.2 / step)
    reach = int(3 * width) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    density = np.zeros(BINS)
    for i in range(BINS):
        for k in range(max(0, i - reach), min(BINS, i + reach + 1)):
            density[i] += counts[k] * kernel[k - i + reach]
    right = np.empty(BINS)
    right[BINS - 1] = density[BINS - 1]
    for i in range(BINS - 2, -1, -1):
        right[i] = max(right[i + 1], density[i])
    left, least, place = 0.0, np.inf, 0
    for i in range(BINS):
        left = max(left, density[i])
        ratio = density[i] / max(min(left, right[i]), 1e-300)
        if ratio < least:
            least, place = ratio, i
    return low + (place + 0.5) * step
