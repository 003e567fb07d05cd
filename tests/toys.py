"""A part of each kind, as somebody outside the package would write it: what its row names."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cytoclust.engine import Clustering
from cytoclust.findings import Finding
from cytoclust.io import Channel
from cytoclust.pp import Summary


@dataclass(frozen=True)
class Limit(Summary):
    column: int
    top: float

    def apply(self, events, _rows):
        return events[:, self.column] > self.top


def fit_bright(events, rows, *, panel, viability):
    """Events in the brightest hundredth of CD105."""
    if "CD105" not in panel.names:
        return None, (Finding("bright not made", why="there is no CD105"),)
    column = panel.names.index("CD105")
    return Limit(column, float(np.quantile(events[:, column], 0.99))), ()


class Root:
    @staticmethod
    def fit(_chosen, _pooled, panel):
        return np.where([kind == "fluorescence" for kind in panel.signal_types], 2.0, np.nan)

    @staticmethod
    def apply(events, parameters):
        roots = np.cbrt(events / np.nan_to_num(parameters, nan=1.0))
        return np.ascontiguousarray(np.where(np.isnan(parameters), events, roots), dtype=np.float32)

    @staticmethod
    def describe(parameters):
        return f"cube root of the signal over {parameters:g}"


def cluster_halves(source, chosen, *, seed, executor, tick):
    """Events below and above the median of the first marker."""
    first = np.concatenate([source.block(number)[:, 0] for number in range(len(source.sizes))])
    labels = (first > np.median(first)).astype(np.int32)
    return Clustering(labels, np.ones(len(labels), np.float32), 2, lambda: np.full(2, np.nan), list)


@dataclass(frozen=True, eq=False)
class NumpyFile:
    path: Path
    channels: tuple[Channel, ...]
    events: np.ndarray = field(repr=False)
    version: str = "NPY"
    text: dict[str, Any] = field(default_factory=dict)
    spill: None = None
    time_step: float = 1.0
    notes: tuple = ()

    @property
    def n_events(self):
        return len(self.events)

    def read(self, start=0, stop=None, *, columns=None):
        return self.take(np.arange(len(self.events))[start:stop], columns=columns)

    def take(self, rows, *, columns=None):
        chosen = range(len(self.channels)) if columns is None else columns
        return np.ascontiguousarray(self.events[np.asarray(rows)][:, list(chosen)], dtype=np.float32)


def open_npy(path):
    events = np.load(path, mmap_mode="r")
    return NumpyFile(path, tuple(Channel(f"FL{i + 1}-A", f"CD{i + 1}") for i in range(events.shape[1])), events)


def is_npy(path):
    with path.open("rb") as handle:
        return handle.read(6) == b"\x93NUMPY"
