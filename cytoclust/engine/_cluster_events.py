"""The clusters of a source of events, by whichever method was chosen."""

from collections.abc import Callable

from cytoclust import params
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._draw import silent
from cytoclust.engine._pool import POOL_EVENTS
from cytoclust.engine._source import Source
from cytoclust.errors import InputError
from cytoclust.executor import Executor
from cytoclust.registry import METHODS

__all__ = ["MIN_EVENTS", "cluster_events", "passes"]

MIN_EVENTS = 50
"""Events below which there is nothing to cluster. Chosen: see sensitivity."""


def cluster_events(
    source: Source, chosen: params.Cluster, *, seed: int, executor: Executor, tick: Callable[[int], None] = silent
) -> Clustering:
    """Cluster the events of a source; ``tick`` hears of :func:`passes` times as many events as there are."""
    total = int(source.sizes.sum())
    if total < MIN_EVENTS:
        raise InputError(
            f"Clustering needs at least {MIN_EVENTS} events that passed quality control. Got {total}: acquire more, or "
            "switch off the check that sets them aside, such as quality.debris=false."
        )
    found: Clustering = METHODS[chosen.method].load()(source, chosen, seed=seed, executor=executor, tick=tick)
    return found


def passes(total: int) -> int:
    """How often the engine goes over ``total`` events."""
    return 3 if total > POOL_EVENTS else 2
