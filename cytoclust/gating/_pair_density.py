"""Densities of the population and of all other events over two axes."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

__all__ = ["CELLS", "PairDensity", "pair_density"]

CELLS = 80
"""Cells of the grid a side. Chosen: an eighth of a standard deviation each, finer than what a hand can draw."""
REACH = 5.0
"""Standard deviations of the population on each side of its middle that the grid shows. Chosen."""
OUTLYING = 0.005
"""Share of the population at each end of an axis that does not bear on its spread. Chosen."""
LEAST_SPREAD = 1e-9
"""Of the variance across a pair of columns that are one. Chosen, for the algebra alone."""
PSEUDO = 0.5
"""Events that may be where none were seen. Convention: Jeffreys' prior of a count."""


@dataclass(frozen=True, eq=False)
class PairDensity:
    """Events in cells of a grid in which the population has unit spread in every direction.

    Attributes
    ----------
    centre, whiten
        A point p is at ``whiten @ (p - centre)`` of the grid's axes.
    target, others
        (CELLS, CELLS), smoothed events in each cell.
    floor
        Events of others in a cell where none was seen.
    """

    centre: NDArray[np.float64]
    whiten: NDArray[np.float64]
    target: NDArray[np.float64]
    others: NDArray[np.float64]
    floor: float

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Likelihood ratio of the population to the others in each cell."""
        return self.target / (self.others + self.floor)

    def to_axes(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) of the grid, as cells from 0 to CELLS, on the two axes."""
        on_grid = points * (2 * REACH / CELLS) - REACH
        return on_grid @ np.linalg.inv(self.whiten).T + self.centre


def pair_density(
    target: NDArray[np.float32],
    others: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    weight: NDArray[np.float64],
    other_weight: NDArray[np.float64],
    patient: NDArray[np.intp],
) -> PairDensity:
    """Smoothed histograms of the population's events (n, 2) and of other ones, two of (m,).

    The kernel is Scott's (n^(−1/6) standard deviations in two dimensions; Scott 1992, Multivariate Density Estimation,
    6.41), widened by what m patients do not show of the spread between patients. Their means have the variance b²; a
    new one has b²(1 + 1/m) about the mean of m, and events pooled over the m have b²(1 − 1/m): 2b²/m is missing.

    Parameters
    ----------
    target, others
        Places on the two axes.
    weight, other_weight
        Of each event.
    patient
        (n,) index of the patient of each event of the population.
    """
    low, high = np.quantile(target, [OUTLYING, 1 - OUTLYING], axis=0)
    usual = np.clip(target, low, high).astype(np.float64)
    total = weight.sum()
    centre = weight @ usual / total
    whiten = _whitening(usual, weight)
    effective = total**2 / (weight @ weight)
    width = np.sqrt(effective ** (-1 / 3) + _between((usual - centre) @ whiten.T, weight, patient))
    sigma = width * CELLS / (2 * REACH)
    smooth_target = gaussian_filter(_count(target[:, 0], target[:, 1], weight, centre, whiten), sigma, mode="constant")
    smooth_others = gaussian_filter(_count(others[0], others[1], other_weight, centre, whiten), sigma, mode="constant")
    floor = PSEUDO / (2 * np.pi * float(np.prod(sigma)))
    return PairDensity(centre, whiten, smooth_target, smooth_others, floor)


def _whitening(places: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """What gives places (n, 2) unit spread in every direction, by the axes of their correlation: units have no say."""
    covariance = np.cov(places, rowvar=False, aweights=weight)
    unit = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    return np.asarray((vectors / np.sqrt(np.maximum(values, LEAST_SPREAD))).T / unit)


def _between(
    places: NDArray[np.float64], weight: NDArray[np.float64], patient: NDArray[np.intp]
) -> NDArray[np.float64]:
    """(2,): variance that pooled patients do not show of a new one's place; 0 of a single patient."""
    count = np.bincount(patient, weight)
    shown = np.flatnonzero(np.bincount(patient) >= LEAST_OF_PATIENT)
    if len(shown) < 2:
        return np.zeros(2)
    means = np.column_stack([np.bincount(patient, weight * place) for place in places.T])[shown] / count[shown, None]
    own = np.array([np.bincount(patient, weight * place**2)[shown] / count[shown] for place in places.T]).T - means**2
    noise = (own / count[shown, None]).mean(axis=0)
    return np.asarray(2 / len(shown) * np.maximum(means.var(axis=0, ddof=1) - noise, 0))


LEAST_OF_PATIENT = 10
"""Events of a patient whose mean counts. Chosen."""


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _count(
    first: np.ndarray, second: np.ndarray, weight: np.ndarray, centre: np.ndarray, whiten: np.ndarray
) -> np.ndarray:
    """Weight in each cell; events beyond the grid are in none."""
    grid = np.zeros((CELLS, CELLS))
    scale = CELLS / (2 * REACH)
    for i in range(len(first)):
        x, y = first[i] - centre[0], second[i] - centre[1]
        u = (whiten[0, 0] * x + whiten[0, 1] * y + REACH) * scale
        v = (whiten[1, 0] * x + whiten[1, 1] * y + REACH) * scale
        if 0 <= u < CELLS and 0 <= v < CELLS:
            grid[int(u), int(v)] += weight[i]
    return grid
