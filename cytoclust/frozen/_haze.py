"""Events that are far from their prototype: how many there are where in the reference, and clumps of new ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from cytoclust.lots import contents, lots

__all__ = ["Haze", "draw_haze", "find_clumps"]

KEPT = 20_000
"""Far events of the reference that are kept, by lot. Chosen: one per cent of two million."""
LOOKED_AT = 6_000
"""Far events of a sample that are compared each with all; others follow the nearest of these. Chosen, for time."""
NEAR = 10
"""Events around one that make a clump. Chosen: fewer are found by chance in the haze of a large cluster."""
ERROR = 1e-3
"""Chance at which an event of the haze is taken for one of a clump. Chosen."""
DENSER = 3.0
"""Times as dense as the haze of the reference. Chosen: patients differ in their haze by less."""
BLOCK = 512
"""Events compared at once. Bears on no result: memory."""


@dataclass(frozen=True, eq=False)
class Haze:
    """Far events of a reference.

    Attributes
    ----------
    events
        On the scale of the clustering, by the columns clustered on (h, p).
    cluster
        Of each (h,).
    weight
        Far events that each stands for (h,).
    near
        Events of each cluster that are not far (k,).
    """

    events: NDArray[np.float32]
    cluster: NDArray[np.int32]
    weight: NDArray[np.float64]
    near: NDArray[np.int64]


def draw_haze(events: NDArray[np.float32], cluster: NDArray[np.int32], near: NDArray[np.int64]) -> Haze:
    """The far events (h, p) as they are kept: at most ``KEPT``, drawn by their values."""
    lot = lots(contents(events), "haze")
    chosen = np.sort(np.argsort(lot, kind="stable")[:KEPT])
    weight = np.full(len(chosen), len(events) / max(1, len(chosen)))
    return Haze(np.ascontiguousarray(events[chosen]), cluster[chosen].astype(np.int32), weight, near)


def find_clumps(
    haze: Haze, events: NDArray[np.float32], near: NDArray[np.int64]
) -> NDArray[np.bool_]:  # fmt: skip
    """Which far events of a sample (f, p) lie closer together than the haze of the reference explains (f,).

    Around each event the ten nearest far ones of the sample are counted against the far ones of the reference in the
    same ball, each of these weighed by how much more or less of its cluster the sample has. Given both counts, the
    sample's is binomial where it is haze (two Poisson rates: Przyborowski and Wilenski 1940).

    Parameters
    ----------
    haze
        Of the reference.
    events
        The far events of the sample.
    near
        Its events of each cluster that are not far (k,).
    """
    if len(events) <= NEAR:
        return np.zeros(len(events), dtype=bool)
    some = np.sort(np.argsort(lots(contents(events), "clumps"), kind="stable")[:LOOKED_AT])
    share = len(some) / len(events)
    looked = events[some].astype(np.float64)
    known = haze.events.astype(np.float64)
    expected = haze.weight * share * (near / np.maximum(haze.near, 1))[haze.cluster]
    found = np.zeros(len(some), dtype=bool)
    follows = np.empty(len(events), dtype=np.int64)
    for start in range(0, len(some), BLOCK):
        block = slice(start, start + BLOCK)
        radius = np.partition(_squared(looked[block], looked), NEAR, axis=1)[:, NEAR]
        inside = _squared(looked[block], known) <= radius[:, None]
        rate = inside @ expected
        count = inside.sum(axis=1)
        mean = np.where(count > 0, rate / np.maximum(count, 1), np.median(expected) if len(expected) else 1.0)
        chance = binom.sf(NEAR - 1, NEAR + count, mean / (1 + mean))
        found[block] = (chance < ERROR) & (rate < NEAR / DENSER)
    if len(some) == len(events):
        return found
    for start in range(0, len(events), BLOCK):
        block = slice(start, start + BLOCK)
        follows[block] = _squared(events[block].astype(np.float64), looked).argmin(axis=1)
    return found[follows]


def _squared(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances (a, b)."""
    product = some @ others.T
    return (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :] - 2 * product
