"""Is there a valley between two groups of events?

Of the program's four tests of a valley the one that knows the groups: it looks along the axis that parts them best,
in many markers, at weighted events, and asks what their counts allow. ``engine/_negatives.py`` sees one marker of all
events, ``positivity/_levels.py`` medians of clusters, and ``pp/_density.py`` one channel of one sample.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.normal import BANDWIDTH

__all__ = ["CERTAINTY", "SURE", "Group", "certainty", "discriminant", "valley"]

BINS = 128
"""Bins of the density along the axis; no kernel is narrower than one. Chosen: see sensitivity."""
CERTAINTY = 3.0
"""Standard errors by which the density must lie below the chord: 0.13 % by chance at any one place. Chosen: see
sensitivity."""
SURE = 5.0
"""Standard errors by which it must, so that no valley is a matter of chance in any of the markers and pairs that are
looked at. Chosen: see sensitivity."""
AT_MOST = 20_000
"""Events of a group that a density is estimated from. Chosen: see sensitivity."""
FEW = 10
"""Events of a marker, below which it counts that an event draws the axis to itself: with ten, √(p / n) is 0.3 standard
deviations. Derived: so little moves no valley."""
FOR_QUANTILES = 2_000
"""Events of these that the window is found from: 2 % of so many are known to ±0.3 %. Chosen: see sensitivity."""


class Group:
    """Weighted events, with the sums that make their mean and covariance; groups add up."""

    def __init__(self, events: NDArray[np.float32], weight: NDArray[np.float64]):
        self.events, self.weight = events, weight
        wide = events.astype(np.float64)
        self.mass = weight.sum()
        self.mass2 = (weight**2).sum()
        self.sum = weight @ wide
        self.outer = (wide * weight[:, None]).T @ wide

    def __add__(self, other: "Group") -> "Group":
        total = Group.__new__(Group)
        total.events = np.concatenate([self.events, other.events])
        total.weight = np.concatenate([self.weight, other.weight])
        for name in ("mass", "mass2", "sum", "outer"):
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total

    @property
    def effective(self) -> float:
        """Number of events of equal weight that would be as precise (Kish)."""
        return float(self.mass**2 / self.mass2)

    @property
    def mean(self) -> NDArray[np.float64]:
        return self.sum / self.mass

    @property
    def covariance(self) -> NDArray[np.float64]:
        return self.outer / self.mass - np.outer(self.mean, self.mean)

    def thinned(self, at_most: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Evenly chosen events, and weights that keep the mass."""
        step = -(-len(self.events) // at_most)
        weight = self.weight[::step]
        return self.events[::step], weight * (self.mass / weight.sum())


def valley(
    a: Group,
    b: Group,
    *,
    markers: NDArray[np.int64] | None = None,
    at_most: int = AT_MOST,
    z: float = CERTAINTY,
) -> float:
    """How deep the joint density dips between two groups, along the discriminant axis: 1 where it does not.

    The least ratio of the density to the log-linear chord between the peaks of the two groups. A log-concave density,
    such as one Gaussian however it was cut, never falls below a chord; where the peaks are equally high the ratio is
    that of saddle to peak; and a small group on the shoulder of a large one shows although the sum has one peak only.
    Two Gaussians of one covariance and size dip when their means are more than two standard deviations apart, as the
    second derivative of the logarithm of their sum is d²/4 - 1 where each is half of it; of sizes 100 : 1, when they
    are some three apart, for the place where each is half must lie between the peaks.

    It is the largest ratio that the counts allow at ``z`` standard errors (Fieller's bound, on square roots, as these
    have nearly the same variance for few events as for many; Anscombe 1948), so that few events dip but little by
    chance. The axis is Fisher's, in the space of ``markers`` (all by default).
    """
    x, weight_a, y, weight_b = _along(a, b, markers, at_most)
    return float(_dip(x, weight_a, y, weight_b, z))


def certainty(a: Group, b: Group, *, at_most: int = AT_MOST) -> float:
    """By how many standard errors of the counts the joint density lies below the chord, where it is most sure."""
    x, weight_a, y, weight_b = _along(a, b, None, at_most)
    return float(_surest(x, weight_a, y, weight_b))


def _along(a: Group, b: Group, markers: NDArray[np.int64] | None, at_most: int) -> tuple[NDArray[np.float64], ...]:
    """Places of the events of both groups along their axis, and weights: (n,), (n,), (m,), (m,)."""
    axis = discriminant(a, b, markers)
    events_a, weight_a = a.thinned(at_most)
    events_b, weight_b = b.thinned(at_most)
    x, y = _project(events_a, axis), _project(events_b, axis)
    for own, other, place in ((a, b, x), (b, a, y)):
        if own.effective < FEW * np.count_nonzero(axis):
            place -= _drawn(own, other, markers)
    return x, weight_a, y, weight_b


def discriminant(a: Group, b: Group, markers: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """Fisher's axis (p,) of unit length, 0 for other markers; covariances have equal say, and are shrunk towards a
    sphere where events are few.
    """
    chosen = np.arange(len(a.sum)) if markers is None else markers
    axis = np.zeros(len(a.sum))
    axis[chosen] = np.linalg.solve(_within(a, b, chosen), (b.mean - a.mean)[chosen])
    length = np.linalg.norm(axis)
    return axis / length if length > 0 else axis


def _within(a: Group, b: Group, markers: NDArray[np.int64]) -> NDArray[np.float64]:
    pooled = ((a.covariance + b.covariance) / 2)[np.ix_(markers, markers)]
    p = len(pooled)
    shrink = p / (p + min(a.effective, b.effective))
    sphere = np.trace(pooled) / p * np.eye(p)
    return np.asarray((1 - shrink) * pooled + shrink * sphere + 1e-9 * np.eye(p))


def _drawn(own: Group, other: Group, markers: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """By how much each event of a group has drawn the axis to itself, and so away from the other group (n,).

    The mean of n events in p markers lies some √(p / n) standard deviations off by chance, and the axis points there,
    so that a few events of noise in many markers seem to lie apart. An event's place is therefore that along the axis
    to the mean of the *other* events of its group.
    """
    chosen = np.arange(len(own.sum)) if markers is None else markers
    precision = np.linalg.inv(_within(own, other, chosen))
    length = np.linalg.norm(precision @ (own.mean - other.mean)[chosen])
    share = (own.weight / np.maximum(own.mass - own.weight, own.weight))[:, None]
    wide = own.events[:, chosen].astype(np.float64)
    moved = (wide - own.mean[chosen]) * share
    along = np.einsum("ij,jk,ik->i", wide - other.mean[chosen], precision, moved) / max(length, 1e-300)
    return np.asarray(along)


@numba.njit(nogil=True, cache=True)
def _dip(x, weight_a, y, weight_b, z):  # type: ignore[no-untyped-def]
    """How deep the density dips between the peaks of two groups."""
    density, variance = _between(x, weight_a, y, weight_b)
    return _least_ratio(density, variance, z) if len(density) else 1.0


@numba.njit(nogil=True, cache=True)
def _surest(x, weight_a, y, weight_b):  # type: ignore[no-untyped-def]
    """Most standard errors by which the square root of the density lies below that of the chord."""
    density, variance = _between(x, weight_a, y, weight_b)
    last, most = len(density) - 1, 0.0
    for i in range(1, last):
        chord, of_chord, event = _chord(density, variance, i)
        most = max(most, (np.sqrt(chord) - np.sqrt(density[i])) / np.sqrt(of_chord + event / 4))
    return most


@numba.njit(nogil=True, cache=True)
def _between(x, weight_a, y, weight_b):  # type: ignore[no-untyped-def]
    """Smoothed density from peak to peak of two groups' places, and its variance; empty where there are no two."""
    nothing = np.zeros(0)
    place_x, place_y = _quantiles(x, weight_a), _quantiles(y, weight_b)
    if place_x[2] > place_y[2]:  # in skewed groups medians may oppose the means
        x, y = -x, -y
        place_x, place_y = -place_x[::-1], -place_y[::-1]
    start, stop = min(place_x[1], place_y[0]), max(place_y[3], place_x[4])
    spread = min(place_x[3] - place_x[1], place_y[3] - place_y[1]) / 2
    if not (stop > start and spread > 0):
        return nothing, nothing
    width = (stop - start) / BINS
    few = min(weight_a.sum() ** 2 / (weight_a**2).sum(), weight_b.sum() ** 2 / (weight_b**2).sum())
    kernel = _kernel(max(1.0, BANDWIDTH * spread * few**-0.2 / width))
    density_a, variance_a = _smooth(x, weight_a, start, width, kernel)
    density_b, variance_b = _smooth(y, weight_b, start, width, kernel)
    left, right = np.argmax(density_a), np.argmax(density_b)
    if right <= left + 1 or density_a[right] >= density_b[right] or density_b[left] >= density_a[left]:
        return nothing, nothing
    between = slice(left, right + 1)
    return (density_a + density_b)[between], (variance_a + variance_b)[between]


@numba.njit(nogil=True, cache=True)
def _least_ratio(density, variance, z):  # type: ignore[no-untyped-def]
    """Least upper bound of density / chord: (r·chord)^½ - density^½ is z of its standard errors, solved for r."""
    last = len(density) - 1
    least = 1.0
    for i in range(1, last):
        chord, of_chord, event = _chord(density, variance, i)
        square = chord - z * z * of_chord
        if square <= 0:
            continue
        half = np.sqrt(chord * density[i])
        root = half * half - square * (density[i] - z * z * event / 4)
        least = min(least, ((half + np.sqrt(max(root, 0.0))) / square) ** 2)
    return least


@numba.njit(nogil=True, cache=True)
def _chord(density, variance, i):  # type: ignore[no-untyped-def]
    """The chord at a place, the variance of its square root, and what one event adds there."""
    last = len(density) - 1
    first_event, last_event = variance[0] / density[0], variance[last] / density[last]
    t = i / last
    chord = density[0] ** (1 - t) * density[last] ** t
    event = first_event ** (1 - t) * last_event**t  # where there may be none
    if density[i] > event:
        event = variance[i] / density[i]
    of_chord = chord / 4 * ((1 - t) ** 2 * first_event / density[0] + t**2 * last_event / density[last])
    return chord, of_chord, event


@numba.njit(nogil=True, cache=True)
def _project(events, axis):  # type: ignore[no-untyped-def]
    values = np.zeros(len(events))
    for i in range(len(events)):
        for j in range(len(axis)):
            values[i] += events[i, j] * axis[j]
    return values


@numba.njit(nogil=True, cache=True)
def _quantiles(values, weight):  # type: ignore[no-untyped-def]
    """2 %, 16 %, 50 %, 84 %, 98 %, of evenly chosen values."""
    step = (len(values) + FOR_QUANTILES - 1) // FOR_QUANTILES
    some, its_weight = values[::step].copy(), weight[::step]
    order = np.argsort(some)
    rank = np.cumsum(its_weight[order])
    return np.interp(np.array([0.02, 0.16, 0.5, 0.84, 0.98]) * rank[-1], rank, some[order])


@numba.njit(nogil=True, cache=True)
def _kernel(width):  # type: ignore[no-untyped-def]
    reach = int(3 * width) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return kernel / kernel.sum()


@numba.njit(nogil=True, cache=True)
def _smooth(values, weight, start, width, kernel):  # type: ignore[no-untyped-def]
    """Smoothed counts in BINS bins, and their variances, with what lies beyond the window within reach."""
    pad = len(kernel) // 2
    counts, squares = np.zeros(BINS + 2 * pad), np.zeros(BINS + 2 * pad)
    for i in range(len(values)):
        bin_ = np.floor((values[i] - start) / width) + pad
        if 0 <= bin_ < len(counts):
            counts[int(bin_)] += weight[i]
            squares[int(bin_)] += weight[i] ** 2
    density, variance = np.zeros(BINS), np.zeros(BINS)
    for i in range(BINS):
        for k in range(len(kernel)):
            density[i] += counts[i + k] * kernel[k]
            variance[i] += squares[i + k] * kernel[k] ** 2
    return density, variance
