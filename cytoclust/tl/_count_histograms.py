"""All events of each sample over each marker, in bins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.positivity import Control
from cytoclust.pp import Preparation, pooled_rows
from cytoclust.tl._count_biplots import axis_limits
from cytoclust.tl._one_pass import Block, Mapped

__all__ = ["HISTOGRAM_BINS", "HistogramCounting", "plan_histograms"]

HISTOGRAM_BINS: Final = 96
"""Bins of a marker. Chosen: a pixel and a half of a small picture each; bears on no number."""
SOME: Final = 50_000
"""Events of a sample that the ends of the axes are chosen by. Bears on no result: those beyond are in the last bins."""
TAIL: Final = 0.02
"""Per cent of these on either side that may lie beyond. Chosen; bears on no number."""
ROOM: Final = 0.03
"""Of the span of an axis, left free at either end. Chosen; bears on no number."""


def plan_histograms(
    samples: Mapping[str, Preparation],
    *,
    columns: NDArray[np.int64],
    markers: Sequence[str],
    cuts: pd.DataFrame,
    controls: Sequence[Control] = (),
    mapped: Mapped = map,
) -> "HistogramCounting | None":
    """Events that passed quality control, by sample, marker and bin; None without markers or samples.

    Parameters
    ----------
    samples
        Events, by sample.
    columns
        Of the panel.
    markers
        Their names.
    cuts
        Where each marker turns positive: ``marker, positive``, by batch.
    controls
        Cells that lack a marker, as far as their events are at hand.
    mapped
        The verb of an executor.

    Returns
    -------
    A counting that gathers ``samples`` (s,), ``counts`` (s, markers, bins), ``axes`` (index marker: ``low, high``, on
    the scale of ``X``) and ``controls`` (``marker, batch, source, bin, n_events``). Events beyond an axis are in the
    bin at its end, so that counts add up to the cells of the sample.
    """
    if not len(columns) or not samples:
        return None
    ends = np.array(list(mapped(partial(_ends, columns), list(samples.values()))))
    limits = []
    for place, name in enumerate(markers):
        own = cuts.loc[cuts[keys.MARKER].astype(str) == name, "positive"].to_numpy(dtype=np.float64)
        limits.append(axis_limits(np.append(ends[:, :, place].ravel(), own), ROOM))
    axes = np.array(limits)
    return HistogramCounting(columns, axes, tuple(samples), tuple(markers), _controls(controls, list(markers), axes))


@dataclass(frozen=True, eq=False)
class HistogramCounting:
    """Of some columns, on axes (q, 2) that all samples share; ``controls`` as they are told."""

    columns: NDArray[np.int64]
    axes: NDArray[np.float64]
    samples: tuple[str, ...]
    markers: tuple[str, ...]
    controls: pd.DataFrame

    def tally(self, _: int) -> "_Tally":
        """Of a sample."""
        return _Tally(self.columns, self.axes)

    def gather(self, found: Sequence[NDArray[np.int64]]) -> dict[str, Any]:
        """Of what the tallies found."""
        return {
            "samples": np.array(self.samples, dtype=object),
            "counts": np.stack(found).astype(np.uint32),
            "axes": pd.DataFrame(self.axes, index=list(self.markers), columns=["low", "high"]),
            "controls": self.controls,
        }


class _Tally:
    """Events (q, bins) of one sample."""

    def __init__(self, columns: NDArray[np.int64], axes: NDArray[np.float64]):
        self._columns, self._axes = columns, axes
        self._counts = np.zeros((len(columns), HISTOGRAM_BINS), dtype=np.int64)

    def add(self, block: Block) -> None:
        """Count the next events."""
        events = block.of(self._columns)
        for place, ends in enumerate(self._axes.tolist()):
            self._counts[place] += np.bincount(_bins(events[:, place], *ends), minlength=HISTOGRAM_BINS)

    def found(self) -> NDArray[np.int64]:
        """The counts."""
        return self._counts


def _ends(columns: NDArray[np.int64], sample: Preparation) -> NDArray[np.float64]:
    """Lowest and highest of each marker (2, q) that is to be seen; NaN without events."""
    passed = sample.passed
    if not len(passed):
        return np.full((2, len(columns)), np.nan)
    rows = passed[pooled_rows(len(passed), SOME)]
    events = sample.transform(sample.compensated(rows), columns)
    return np.asarray(np.nanpercentile(events, [TAIL, 100 - TAIL], axis=0))


def _bins(values: NDArray[Any], low: float, high: float) -> NDArray[np.int64]:
    places = np.nan_to_num((values - low) / (high - low) * HISTOGRAM_BINS, nan=0.0)
    return np.clip(places, 0, HISTOGRAM_BINS - 1).astype(np.int64)


def _controls(controls: Sequence[Control], markers: list[str], axes: NDArray[np.float64]) -> pd.DataFrame:
    parts = []
    for control in controls:
        if control.values is None or control.marker not in markers:
            continue
        bins = _bins(control.values, *axes[markers.index(control.marker)].tolist())
        counts = np.bincount(bins, minlength=HISTOGRAM_BINS)
        filled = np.flatnonzero(counts)
        parts.append(
            pd.DataFrame({keys.MARKER: control.marker, keys.BATCH: control.batch or "", "source": control.source,
                          "bin": filled.astype(np.uint16), keys.N_EVENTS: counts[filled].astype(np.uint32)})
        )  # fmt: skip
    empty = pd.DataFrame(columns=[keys.MARKER, keys.BATCH, "source", "bin", keys.N_EVENTS])
    table = pd.concat(parts, ignore_index=True) if parts else empty
    table.index = table.index.astype(str)
    return table
