"""Events that are far from their prototype: how many there are where in the reference, and clumps of new ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from cytoclust.engine import nearest
from cytoclust.lots import contents, lots

__all__ = ["BESIDE", "Haze", "draw_haze", "find_clumps"]

KEPT = 20_000
"""Far events of the reference that are kept, by lot. Chosen: one per cent of two million."""
LOOKED_AT = 4_000
"""Far events of a sample that are compared each with all; others follow the nearest of these. Chosen, for time."""
NEAR = 10
"""Events around one that make a clump, at least. Chosen: fewer are found by chance in the haze of a large cluster."""
TOLD = 9.0
"""Times as dense as the haze of the reference, at which a place must be told from it by chance alone. Chosen: the
square of ``DENSER``."""
ERROR = 1e-3
"""Chance at which an event of the haze is taken for one of a clump. Chosen."""
DENSER = 3.0
"""Times as dense as the haze of the reference. Chosen: patients differ in their haze by less."""
BESIDE = 10_000
"""Other events of a sample that stand for all of them. Chosen, for time."""
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
    haze: Haze, events: NDArray[np.float32], near: NDArray[np.int64], beside: NDArray[np.float32]
) -> NDArray[np.bool_]:  # fmt: skip
    """Which far events of a sample (f, p) are a clump of their own (f,).

    Around each event is the ball that holds the ten nearest far ones of the sample, or more where the sample is large
    beside the reference: that none of the reference's lie among ten says little where one would be expected to. They
    are counted against the far events of the reference in it, each of these weighed by how much more or less of its
    cluster the sample has: given both counts, the sample's is binomial where it is haze (two Poisson rates:
    Przyborowski and Wilenski 1940). And no more of the sample's other events lie in it: the haze of a large population
    is never without its body.

    Parameters
    ----------
    haze
        Of the reference.
    events
        The far events of the sample.
    near
        Its events of each cluster that are not far (k,).
    beside
        Some of these (b, p), evenly taken; see ``BESIDE``.
    """
    if len(events) <= NEAR:
        return np.zeros(len(events), dtype=bool)
    some = np.sort(np.argsort(lots(contents(events), "clumps"), kind="stable")[:LOOKED_AT])
    looked, known, body = (each.astype(np.float64) for each in (events[some], haze.events, beside))
    share = len(some) / len(events)
    expected = haze.weight * share * (near / np.maximum(haze.near, 1))[haze.cluster]
    common = float(np.median(expected)) if len(expected) else 1.0
    stands = share * near.sum() / max(1, len(beside))
    n = _ball(common)
    if len(some) <= n:
        return np.zeros(len(events), dtype=bool)
    found = np.zeros(len(some), dtype=bool)
    for start in range(0, len(some), BLOCK):
        block = slice(start, start + BLOCK)
        radius = np.partition(_squared(looked[block], looked), n, axis=1)[:, n][:, None]
        inside = _squared(looked[block], known) <= radius
        rate, count = inside @ expected, inside.sum(axis=1)
        mean = np.where(count > 0, rate / np.maximum(count, 1), common)
        chance = binom.sf(n - 1, n + count, mean / (1 + mean))
        bodies = stands * (_squared(looked[block], body) <= radius).sum(axis=1)
        found[block] = (chance < ERROR) & (rate < n / DENSER) & (bodies < n)
    if len(some) == len(events):
        return found
    follows = nearest(np.ascontiguousarray(events), np.ascontiguousarray(events[some]))[0]
    return found[follows]


def _ball(ratio: float) -> int:
    """Events that a ball must hold, where ``ratio`` times as many are expected of the sample as of the reference."""
    n = NEAR
    while binom.sf(n - 1, n + int(n / (TOLD * ratio)), ratio / (1 + ratio)) >= ERROR:
        n += 1
    return n


def _squared(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances (a, b)."""
    product = some @ others.T
    return (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :] - 2 * product
