"""The pool: events in memory from which prototypes are made."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._draw import Census, Drawn, draw
from cytoclust.engine._far import choose_far
from cytoclust.engine._nearest import nearest
from cytoclust.engine._source import Source
from cytoclust.executor import Executor
from cytoclust.lots import lots

__all__ = ["POOL_EVENTS", "Pool", "draw_pool"]

POOL_EVENTS = 150_000
"""Events of the even sample on which prototypes are first placed. Chosen: see sensitivity."""
FAR_EVENTS = 50_000
"""Events, of all, drawn in proportion to their squared distance: rare cells come in here. Chosen: sensitivity's data
are too small to need the draw; benchmarks/RESULTS.md has rare cells among a million."""
LANDMARKS = 384
"""Events of the even sample that the distances of that draw are taken from. Chosen: as FAR_EVENTS."""


@dataclass(frozen=True)
class Pool:
    """Different events with the number that each stands for."""

    content: NDArray[np.uint64]
    """Ascending (m,)."""
    events: NDArray[np.float32]
    """m × p."""
    weight: NDArray[np.float64]
    """Events that each stands for (m,)."""
    even: NDArray[np.float32]
    """Events as they are spread, n' × p: equal ones again and again."""
    census: Census


def draw_pool(source: Source, *, salt: int, executor: Executor, tick: Callable[[int], None]) -> Pool:
    """All events, or an even sample and, from a pass over *all* events, those far from it.

    Each weighs the inverse of its chance to be drawn.
    """
    total = int(source.sizes.sum())
    census = Census(total)
    even, chance = _draw_even(source, census, salt=salt, executor=executor)
    spread = np.repeat(even.events, np.maximum(1, np.rint(even.copies * min(1, POOL_EVENTS / total))).astype(int), 0)
    if chance == 1:
        return Pool(even.content, even.events, even.copies.astype(np.float64), spread, census)
    of = census.lots_of(even)
    drawn_by = np.minimum(1, chance * of)
    landmarks, _ = choose_far(
        even.events, even.content, even.copies / drawn_by, LANDMARKS, "landmark", salt, executor.workers
    )
    mean = np.average(_rate(even.events, landmarks, executor.workers), weights=even.copies / drawn_by)
    time = FAR_EVENTS / (total * mean)
    far = _draw_far(source, landmarks, time, census, salt=salt, executor=executor, tick=tick)
    further = far.take(~np.isin(far.content, even.content))
    order = np.argsort(np.concatenate([even.content, further.content]))
    content, events, copies = (
        np.concatenate([getattr(even, field), getattr(further, field)])[order]
        for field in ("content", "events", "copies")
    )
    of = np.concatenate([of, census.lots_of(further)])[order]
    missed = np.exp(-time * _rate(events, landmarks, executor.workers) * of) * (1 - np.minimum(1, chance * of))
    return Pool(content, events, copies / (1 - missed), spread, census)  # missed by both draws


def _draw_even(source: Source, census: Census, *, salt: int, executor: Executor) -> tuple[Drawn, float]:
    """An even sample, and the chance of an event to be in it; contents are counted by the way.

    Where many events have copies, the chance is so much higher that different ones are enough.
    """

    def choose(_number: int, _events: NDArray[np.float32], content: NDArray[np.uint64]) -> NDArray[np.int64]:
        if counted:
            return np.flatnonzero(lots(content, "even", salt) < chance * census.bound(content))
        return np.flatnonzero(lots(content, "even", salt) < chance)

    counted, chance = False, min(1.0, POOL_EVENTS / source.sizes.sum())
    drawn = draw(source, choose, executor=executor, census=census)
    counted = True
    if chance < 1 and census.crowded:
        drawn = draw(source, choose, executor=executor)
    while chance < 1 and len(drawn.content) < POOL_EVENTS / 2:
        chance = min(1.0, chance * POOL_EVENTS / max(len(drawn.content), 1))
        drawn = draw(source, choose, executor=executor)
    return drawn.take(lots(drawn.content, "even", salt) < chance * census.lots_of(drawn)), chance


def _draw_far(
    source: Source,
    landmarks: NDArray[np.float32],
    time: float,
    census: Census,
    *,
    salt: int,
    executor: Executor,
    tick: Callable[[int], None],
) -> Drawn:
    """Events that decay within ``time`` at the rate of their squared distance from the landmarks.

    An event is drawn with the probability 1 - exp(-time × rate), whatever becomes of the others.
    """

    def drawn(
        events: NDArray[np.float32], content: NDArray[np.uint64], of: NDArray[np.int64]
    ) -> NDArray[np.bool_]:  # fmt: skip
        return np.asarray(lots(content, "far", salt) < -np.expm1(-time * _rate(events, landmarks) * of))

    def choose(_number: int, events: NDArray[np.float32], content: NDArray[np.uint64]) -> NDArray[np.int64]:
        return np.flatnonzero(drawn(events, content, census.bound(content)))

    far = draw(source, choose, executor=executor, tick=tick)
    return far.take(drawn(far.events, far.content, census.lots_of(far)))


def _rate(events: NDArray[np.float32], landmarks: NDArray[np.float32], workers: int = 1) -> NDArray[np.float64]:
    """Squared distance from the nearest landmark."""
    return np.maximum(nearest(events, landmarks, workers=workers)[1].astype(np.float64), 1e-12)
