"""Mass channels that may be empty."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp import transformed_before

__all__ = ["find_empty"]

_IONS: Final = 1.0
"""Ion counts that are none, with the noise that software adds to it. Convention: one ion."""
_SHARE: Final = 0.9
"""Share of events without an ion from which a channel may be empty. Chosen."""
_TOP: Final = 10.0
"""Ions below which the highest 1 % of an empty channel stay. Chosen: rare cells with a marker have more."""


def find_empty(events: NDArray[np.float32], panel: Panel, clustered: Sequence[int]) -> list[Finding]:
    """Channels to cluster on that nobody named and that hold hardly an ion; ``events`` are as read, (n, p)."""
    doubtful = [i for i in clustered if panel.signal_types[i] == "mass" and panel.roles[i] == "signal"]
    if not doubtful or not len(events) or transformed_before(events, panel):
        return []
    values = np.nan_to_num(events[:, doubtful])
    few = ((values <= _IONS).mean(axis=0) >= _SHARE) & (np.quantile(values, 0.99, axis=0) < _TOP)
    names = [panel.channels[i] for i, empty in zip(doubtful, few, strict=True) if empty]
    return [Finding("channels without ions", channels=names)] if names else []
