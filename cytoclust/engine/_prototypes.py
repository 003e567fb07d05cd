"""Prototypes: a few thousand points that stand for all events, with more of them where events are rare."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._nearest import nearest
from cytoclust.engine._source import Source, map_blocks, take
from cytoclust.executor import Executor

__all__ = ["POOL_EVENTS", "choose_far", "find_prototypes"]

POOL_EVENTS = 150_000
"""Events of the even sample on which prototypes are first placed. Chosen: see sensitivity."""
FAR_EVENTS = 50_000
"""Events, of all, drawn in proportion to their squared distance: rare cells come in here. Chosen: sensitivity's data
are too small to need the draw; benchmarks/RESULTS.md has rare cells among a million."""
LANDMARKS = 384
"""Prototypes that the distances of that draw are taken from. Chosen: as FAR_EVENTS."""
ROUNDS = 3
"""Of drawing, each by the distance from what was drawn before. Chosen: see sensitivity."""
LLOYD = 2
"""Steps of Lloyd's that move the prototypes. Chosen: see sensitivity."""
FIRST = 8
"""One in so many prototypes is drawn by weight alone, before the rounds. Chosen: see sensitivity."""
FEWEST, EACH = 16, 10
"""At least so many prototypes, and no more than one for so many events of the pool. Chosen: these bound what a user
asks for, and no default comes near."""


def find_prototypes(
    source: Source, count: int, *, rng: np.random.Generator, executor: Executor, tick: Callable[[int], None]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """At most ``count`` prototypes, K × p, and the pool of events, m × p, that they were found on.

    They are chosen by k-means|| and moved by Lloyd's steps.

    An event becomes a prototype with probability in proportion to its squared distance from those chosen before
    (Bahmani et al. 2012, Scalable k-means++), so that cells far from every large population get prototypes of their
    own. Large data are searched in two stages: an even sample, and a pass over *all* events that draws those far from
    the sample's prototypes; each drawn event weighs the inverse of its chance to be drawn.
    """
    pool, weights = _pool(source, rng=rng, executor=executor, tick=tick)
    chosen = choose_far(pool, weights, min(count, max(FEWEST, len(pool) // EACH)), rng, executor.workers)
    for _ in range(LLOYD):
        chosen = _lloyd(pool, weights, chosen, executor.workers)
    return chosen, pool


def _pool(
    source: Source, *, rng: np.random.Generator, executor: Executor, tick: Callable[[int], None]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    total = int(source.sizes.sum())
    even = np.unique(np.linspace(0, total - 1, min(total, POOL_EVENTS)).astype(np.int64))
    sample = take(source, even, executor=executor)
    if len(even) == total:
        return sample, np.ones(total)
    landmarks = choose_far(sample, np.ones(len(sample)), LANDMARKS, rng, executor.workers)
    time = FAR_EVENTS / (total * _rate(sample, landmarks, executor.workers).mean())
    rows, far = _draw_far(source, landmarks, time, seed=int(rng.integers(2**32)), executor=executor, tick=tick)
    events = np.concatenate([sample, far[~np.isin(rows, even)]])
    missed = np.exp(-time * _rate(events, landmarks, executor.workers)) * (1 - len(even) / total)  # by both draws
    return events, 1 / (1 - missed)


def _draw_far(
    source: Source,
    landmarks: NDArray[np.float32],
    time: float,
    *,
    seed: int,
    executor: Executor,
    tick: Callable[[int], None],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows, and their events, that decay within ``time`` at the rate of their squared distance from the landmarks.

    An event is drawn with the probability 1 - exp(-time × rate), whatever becomes of the others.
    """
    starts = np.concatenate([[0], np.cumsum(source.sizes)])

    def draw(number: int, events: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        lot = np.random.Generator(np.random.PCG64(seed).advance(int(starts[number]))).random(len(events))
        drawn = np.flatnonzero(lot < -np.expm1(-time * _rate(events, landmarks)))
        return starts[number] + drawn, events[drawn]

    blocks = map_blocks(source, draw, executor=executor, tick=tick)
    return np.concatenate([rows for rows, _ in blocks]), np.concatenate([events for _, events in blocks])


def _rate(events: NDArray[np.float32], landmarks: NDArray[np.float32], workers: int = 1) -> NDArray[np.float64]:
    """Squared distance from the nearest landmark."""
    return np.maximum(nearest(events, landmarks, workers=workers)[1].astype(np.float64), 1e-12)


def choose_far(
    pool: NDArray[np.float32], weights: NDArray[np.float64], count: int, rng: np.random.Generator, workers: int
) -> NDArray[np.float32]:
    """Rows of ``pool``, count × p, drawn in rounds in proportion to weight × squared distance from those before."""
    chosen = pool[rng.choice(len(pool), max(count // FIRST, 1), replace=False, p=weights / weights.sum())]
    squared = nearest(pool, chosen, workers=workers)[1]
    for left in range(ROUNDS, 0, -1):
        waiting = rng.exponential(size=len(pool)) / np.maximum(weights * squared, 1e-12)
        wanted = (count - len(chosen)) // left
        drawn = pool[np.argpartition(waiting, min(wanted, len(pool) - 1))[:wanted]]
        chosen = np.concatenate([chosen, drawn])
        squared = np.minimum(squared, nearest(pool, drawn, workers=workers)[1])
    return np.unique(chosen, axis=0)


def _lloyd(
    pool: NDArray[np.float32], weights: NDArray[np.float64], prototypes: NDArray[np.float32], workers: int
) -> NDArray[np.float32]:
    index = nearest(pool, prototypes, workers=workers)[0]
    mass = np.bincount(index, weights, len(prototypes))
    sums = np.stack([np.bincount(index, weights * column, len(prototypes)) for column in pool.T], axis=1)
    return (sums[mass > 0] / mass[mass > 0, None]).astype(np.float32)
