"""Medians of each cluster in each sample."""

import threading
from collections import Counter
from collections.abc import Sequence

import numpy as np

from cytoclust.positivity._profile import quantile_of

__all__ = ["SampleMedians"]


class SampleMedians:
    """Takes the counts of blocks in any order; those of a sample are kept until its last block has come.

    Attributes
    ----------
    names
        Of the ``s`` samples.
    events, medians
        ``(s, c)`` int64 and ``(s, c, m)`` float32, nan where a sample has no event of a cluster.
    """

    def __init__(self, names: Sequence[str], of: Sequence[int], edges: np.ndarray, n_clusters: int):
        """``names`` of samples or parts of them; ``of`` which of these each block is of; ``edges`` ``(m, b + 1)``."""
        self.names = tuple(dict.fromkeys(names))
        self.events = np.zeros((len(self.names), n_clusters), dtype=np.int64)
        self.medians = np.full((len(self.names), n_clusters, len(edges)), np.nan, dtype=np.float32)
        self._edges = edges
        self._of = [self.names.index(names[part]) for part in of]
        self._left = Counter(self._of)
        self._counts: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()

    def add(self, blocks: Sequence[int], counts: np.ndarray) -> None:
        """Counts ``(c, m, b)`` of some blocks of one sample together."""
        sample = self._of[blocks[0]]
        with self._lock:
            counts = counts + self._counts[sample] if sample in self._counts else counts
            self._counts[sample] = counts
            self._left[sample] -= len(blocks)
            if self._left[sample]:
                return
            del self._counts[sample]
        if len(self._edges):
            cumulated = np.concatenate([np.zeros((*counts.shape[:2], 1)), counts.cumsum(axis=2)], axis=2)
            self.events[sample] = counts[:, 0].sum(axis=1)
            self.medians[sample] = quantile_of(cumulated, self._edges, 0.5)
