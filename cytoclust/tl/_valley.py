"""Is there a valley between two groups of events?"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Group", "valley"]

BINS = 128


class Group:
    """Weighted events, with the sums that make their mean and covariance; groups add up."""

    def __init__(self, events: NDArray[np.float64], weight: NDArray[np.float64]):
        self.events, self.weight = events, weight
        self.mass = weight.sum()
        self.mass2 = (weight**2).sum()
        self.sum = weight @ events
        self.outer = (events * weight[:, None]).T @ events

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

    def thinned(self, at_most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Evenly chosen events, and weights that keep the mass."""
        step = -(-len(self.events) // at_most)
        weight = self.weight[::step]
        return self.events[::step], weight * (self.mass / weight.sum())


def valley(a: Group, b: Group, *, at_most: int = 1500, z: float = 1.0) -> float:
    """How deep the joint density dips between two groups, along the discriminant axis: 1 where it does not.

    The least ratio of the density to the log-linear chord between the peaks of the two groups. A log-concave density,
    such as one Gaussian however it was cut, never falls below a chord; where the peaks are equally high the ratio is
    that of saddle to peak; and a small group on the shoulder of a large one shows although the sum has one peak only.

    The axis is Fisher's, with covariances of equal say, shrunk towards a sphere where events are few. ``z`` standard
    errors of the counts are added to the density and taken from the peaks, so that few events dip but little by chance.
    """
    axis = _discriminant(a, b)
    events_a, weight_a = a.thinned(at_most)
    events_b, weight_b = b.thinned(at_most)
    x, y = events_a @ axis, events_b @ axis
    if _quantiles(x, weight_a)[1] > _quantiles(y, weight_b)[1]:  # in skewed groups medians may oppose the means
        x, y = -x, -y
    low_a, _, high_a = _quantiles(x, weight_a)
    low_b, _, high_b = _quantiles(y, weight_b)
    start, stop = min(low_a[1], low_b[0]), max(high_b[0], high_a[1])
    spread = min(high_a[0] - low_a[1], high_b[0] - low_b[1]) / 2
    if not (stop > start and spread > 0):
        return 1.0
    width = (stop - start) / BINS
    few = min(_effective(weight_a), _effective(weight_b))
    kernel = _kernel(max(1.0, 1.06 * spread * few**-0.2 / width))
    density_a = _smooth(x, weight_a, start, width, kernel)
    density_b = _smooth(y, weight_b, start, width, kernel)
    variance = _smooth(x, weight_a**2, start, width, kernel**2) + _smooth(y, weight_b**2, start, width, kernel**2)
    return _depth(density_a, density_b, variance, z)


def _discriminant(a: Group, b: Group) -> NDArray[np.float64]:
    pooled = (a.covariance + b.covariance) / 2
    p = len(pooled)
    shrink = p / (p + min(a.effective, b.effective))
    sphere = np.trace(pooled) / p * np.eye(p)
    axis = np.linalg.solve((1 - shrink) * pooled + shrink * sphere + 1e-9 * np.eye(p), b.mean - a.mean)
    length = np.linalg.norm(axis)
    return axis / length if length > 0 else axis


def _quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[tuple[float, float], float, tuple[float, float]]:
    """(2 %, 16 %), 50 %, (84 %, 98 %)."""
    order = np.argsort(values)
    rank = np.cumsum(weight[order])
    q2, q16, q50, q84, q98 = np.interp(np.array([0.02, 0.16, 0.5, 0.84, 0.98]) * rank[-1], rank, values[order])
    return (q2, q16), q50, (q84, q98)


def _effective(weight: NDArray[np.float64]) -> float:
    return float(weight.sum() ** 2 / (weight**2).sum())


def _kernel(width: float) -> NDArray[np.float64]:
    steps = np.arange(-int(3 * width) - 1, int(3 * width) + 2)
    kernel = np.exp(-0.5 * (steps / width) ** 2)
    return kernel / kernel.sum()


def _smooth(
    values: NDArray[np.float64], weight: NDArray[np.float64], start: float, width: float, kernel: NDArray[np.float64]
) -> NDArray[np.float64]:
    pad = len(kernel) // 2
    bins = np.floor((values - start) / width).astype(np.int64) + pad
    inside = (bins >= 0) & (bins < BINS + 2 * pad)
    counts = np.bincount(bins[inside], weight[inside], minlength=BINS + 2 * pad)
    return np.convolve(counts, kernel, "valid")


def _depth(
    density_a: NDArray[np.float64], density_b: NDArray[np.float64], variance: NDArray[np.float64], z: float
) -> float:
    """Least ratio of the joint density to the log-linear chord between the peaks of the two groups."""
    left, right = int(np.argmax(density_a)), int(np.argmax(density_b))
    if right <= left + 1 or density_a[right] >= density_b[right] or density_b[left] >= density_a[left]:
        return 1.0
    between = slice(left, right + 1)
    density, error = (density_a + density_b)[between], z * np.sqrt(variance[between])
    peaks = density[[0, -1]] - error[[0, -1]]
    if peaks.min() <= 0:
        return 1.0
    chord = np.geomspace(peaks[0], peaks[1], len(density))
    return float(min(1.0, np.min((density + error) / chord)))
