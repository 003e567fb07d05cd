"""The peaks of calibration beads in one channel."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

__all__ = ["BeadPeaks", "bead_peaks"]

_BINS: Final = 512
"""Of three decades of the logarithmic scale. Chosen: below a hundredth of a decade, the width of any peak."""
_SMOOTH: Final = 3.0
"""Bins of the Gaussian that smooths them. Chosen: below the distance of any two peaks."""
_PROMINENT: Final = 0.08
"""Of the highest peak, by which a peak must stand out. Chosen: beads of eight kinds are a tenth of the highest."""
_CHANCE: Final = 4.0
"""Standard deviations of counting at a peak, by which it must stand out. Chosen: of 4,000 simulated files of beads of
one kind, of 300 to 20,000 events, none has a second peak."""
_LEAST: Final = 0.02
"""Share of the events that a peak holds at least. Chosen: beads of twelve kinds hold four times as much."""
_DIM: Final = 5e-4
"""Of the brightest signals, below which a logarithm is of noise. Chosen: three decades."""
_ALIKE: Final = 0.3
"""Natural logarithm by which two ways of matching peaks may disagree more: the one nearer to no gain is taken, as peaks
of many beads are evenly spaced. Chosen: of the distance of two peaks a third."""
_SD: Final = (0.1587, 0.8413)
"""Quantiles a standard deviation from the middle. Derived: Φ(∓1)."""


@dataclass(frozen=True, eq=False)
class BeadPeaks:
    """Of each of the k peaks, dimmest first: the median signal, rCV in percent, and the events.

    ``rcv`` is half of what lies between the 15.87 % and 84.13 % quantiles, over the median.
    """

    medians: NDArray[np.float64]
    rcv: NDArray[np.float64]
    n_events: NDArray[np.int64]

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard errors of the logarithms of the medians (k,)."""
        return np.sqrt(np.pi / 2) * self.rcv / 100 / np.sqrt(np.maximum(self.n_events, 1))

    def matched(self, reference: "BeadPeaks") -> list[tuple[int, int]]:
        """Pairs of peaks, of this and of the reference, which are the same beads."""
        a, b = len(self.medians), len(reference.medians)
        if a == b:
            return [(k, k) for k in range(a)]
        shifts = [s for s in range(-b + 1, a) if min(a, b + s) - max(0, s) == min(a, b)]
        ratios = [
            np.log(self.medians[max(0, s) : min(a, b + s)] / reference.medians[max(0, -s) : min(b, a - s)])
            for s in shifts
        ]
        if not min(a, b):
            return []
        disagree = np.array([np.ptp(each) for each in ratios])
        far = np.array([abs(np.median(each)) for each in ratios])
        s = shifts[int(np.argmin(np.where(disagree <= disagree.min() + _ALIKE, far, np.inf)))]
        return [(k, k - s) for k in range(max(0, s), min(a, b + s))]


def bead_peaks(values: NDArray[np.float64] | NDArray[np.float32]) -> BeadPeaks:
    """The peaks among linear signals (n,): modes of the smoothed histogram of logarithms, parted at its valleys."""
    found = np.asarray(values, dtype=np.float64)
    found = found[np.isfinite(found)]
    bright = float(np.quantile(found, 0.999)) if len(found) else 0.0
    if bright <= 0:
        return BeadPeaks(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    logs, low = np.log(np.maximum(found, _DIM * bright)), float(np.log(_DIM * bright))
    counts, edges = np.histogram(logs, bins=_BINS, range=(low, max(low - np.log(_DIM), float(logs.max()))))
    smooth = gaussian_filter1d(counts.astype(np.float64), _SMOOTH, mode="constant")
    peaks, told = find_peaks(np.concatenate([[0.0], smooth, [0.0]]), prominence=_PROMINENT * smooth.max())
    peaks = peaks - 1
    chance = np.sqrt(smooth[peaks] / (2 * np.sqrt(np.pi) * _SMOOTH))  # of Poisson counts under a Gaussian
    peaks = peaks[told["prominences"] > _CHANCE * chance]
    if not len(peaks):
        return BeadPeaks(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    valleys = [edges[a + int(np.argmin(smooth[a : b + 1]))] for a, b in pairwise(peaks)]
    parts = np.split(np.sort(found), np.searchsorted(np.sort(found), np.exp(valleys)))
    parts = [each for each in parts if len(each) >= _LEAST * len(found) and np.median(each) > _DIM * bright * 2]
    medians = np.array([np.median(each) for each in parts])
    widths = np.array([np.diff(np.quantile(each, _SD))[0] / 2 for each in parts])
    return BeadPeaks(medians, 100 * widths / medians, np.array([len(each) for each in parts], dtype=np.int64))
