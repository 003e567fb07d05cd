"""Prototypes: a few thousand points that stand for all events, with more of them where events are rare."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._far import choose_far
from cytoclust.engine._nearest import nearest
from cytoclust.engine._pool import Pool

__all__ = ["find_prototypes"]

LLOYD = 2
"""Steps of Lloyd's that move the prototypes. Chosen: see sensitivity."""
FEWEST, EACH = 16, 10
"""At least so many prototypes, and no more than one for so many events of the pool. Chosen: these bound what a user
asks for, and no default comes near."""


def find_prototypes(pool: Pool, count: int, *, salt: int, workers: int) -> NDArray[np.float32]:
    """At most ``count`` prototypes, K × p, chosen by k-means|| and moved by Lloyd's steps.

    An event becomes a prototype with probability in proportion to its squared distance from those chosen before
    (Bahmani et al. 2012, Scalable k-means++), so that cells far from every large population get prototypes of their
    own. Large data are searched in two stages, as the pool is drawn with regard to the distance, too.
    """
    events = max(len(pool.events), len(pool.even))
    count = min(count, max(FEWEST, events // EACH))
    chosen, near = choose_far(pool.events, pool.content, pool.weight, count, "prototype", salt, workers)
    for step in range(LLOYD):
        near = nearest(pool.events, chosen, workers=workers)[0] if step else near
        chosen = _means(pool.events, pool.weight, near)
    return chosen


def _means(events: NDArray[np.float32], weights: NDArray[np.float64], near: NDArray) -> NDArray[np.float32]:
    """Weighted mean of the events nearest to each prototype that has any."""
    mass = np.bincount(near, weights)
    sums = np.stack([np.bincount(near, weights * column) for column in events.T], axis=1)
    return (sums[mass > 0] / mass[mass > 0, None]).astype(np.float32)
