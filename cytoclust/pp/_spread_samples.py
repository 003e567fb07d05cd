"""Samples whose equal values are spread."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cytoclust.executor import Executor
from cytoclust.io import STAINS, Panel
from cytoclust.pp._learn_spreading import learn_spreading
from cytoclust.pp._pool_events import pool_events
from cytoclust.pp._preparation import Preparation

__all__ = ["spread_samples"]


def spread_samples(
    samples: Sequence[Preparation], panel: Panel, *, executor: Executor, pooled: NDArray[np.float32] | None = None
) -> tuple[list[Preparation], NDArray[np.float32]]:
    """The samples with equal values spread, and events pooled evenly over them; as they are, where none need it.

    ``pooled`` are the events of ``pool_events``, where they are known already.
    """
    pooled = pool_events(samples, executor=executor) if pooled is None else pooled
    spreading = learn_spreading(pooled, panel.names, [kind in STAINS for kind in panel.signal_types])
    if not spreading:
        return list(samples), pooled
    spread = [replace(each, spreading=spreading) for each in samples]
    return spread, pool_events(spread, executor=executor)
