"""Looking at events: filter, cuts and selection, and what follows from them. No page, no widget, no server."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.exploration._count import SELECTED, count_lines, count_pairs, count_quadrants, flag, tally
from cytoclust.exploration._described import Described
from cytoclust.exploration._events import BINS, Events
from cytoclust.exploration._selection import Condition, Side, condition_of, to_json
from cytoclust.rules import Naming
from cytoclust.words import listed

__all__ = ["DIGITS", "Explorer", "Pair"]

DIGITS: Final = 4
"""Significant ones of a cut in the unit of the file: a cut is where it is written to be. Chosen: far finer than cells
are measured."""
_PART: Final = 2**21
"""Events that are counted by one thread at a time. Bears on no result."""
_MOST_PICTURES: Final = 8
"""Pairs of markers whose counts are kept while no flag changes. Chosen, for memory; bears on no result."""
_THREADS: Final = ThreadPoolExecutor(2)
_NONE: Final = np.empty(0, dtype=np.bool_)
_IN_SHEET: Final = (*keys.SHEET_COLUMNS, keys.SAMPLE)
_FILTERS: Final = (*_IN_SHEET, keys.CLUSTER, keys.POPULATION, keys.QC_COLUMN)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two markers over all events that are shown.

    Attributes
    ----------
    shown, selected
        Events in each cell (side, side): rows are bins of x.
    quadrants
        Events (2, 4) on the sides of both cuts, shown and selected: neither, x only, y only, both; None without cuts.
    """

    shown: NDArray[np.float64]
    selected: NDArray[np.float64]
    quadrants: NDArray[np.float64] | None


class Explorer:
    """Events with a filter, a selection, and cuts that can be moved.

    Counts are of the events that the filter shows; where each stands for several (``weight``), of those.
    """

    def __init__(self, events: Events, described: Described, *, pairs: Sequence[tuple[str, str]] = ()):
        """``pairs`` are markers to begin with."""
        self.events, self.described = events, described
        self.naming: Naming = described.name({})
        self.learnt: Naming = self.naming
        chosen = [pair for pair in pairs if set(pair) <= set(events.names)]
        more = [pair for pair in _first_pairs(self) if {*pair} not in [{*each} for each in chosen]]
        self.pairs = chosen if len(chosen) > 1 else chosen + more
        self._moved: dict[str, float] = {}
        self._filters: dict[str, tuple[str, ...]] = {keys.QC_COLUMN: (keys.QC[keys.QC_OK],)}
        self._selection: tuple[Condition, ...] = ()
        self._cuts = self._cuts_now()
        self._inside: NDArray[np.bool_] | None = None
        self.flags: NDArray[np.uint8]
        self._pictures: dict[tuple[int, int, int], NDArray[np.float64]]
        self._shown = self._shown_now()
        self._flag()

    # --- cuts -------------------------------------------------------------------------------------
    @property
    def cuts(self) -> NDArray[np.float64]:
        """Where each channel turns positive in each sample (p, s), on the scale of its axis; NaN without a cut."""
        return self._cuts

    @property
    def thresholds(self) -> dict[str, float]:
        """Cuts that were moved, in the unit of the file (after compensation)."""
        return {name: self.signal(name, cut) for name, cut in self._moved.items()}

    @thresholds.setter
    def thresholds(self, signals: Mapping[str, float]) -> None:
        moved = {name: self._on_scale(name, signal) for name, signal in dict(signals).items()}
        self._rename(moved)

    @property
    def moved(self) -> dict[str, float]:
        """The same on the scales of their axes."""
        return dict(self._moved)

    def move_cut(self, marker: str, place: float | None) -> None:
        """Put the cut of a marker to a place on the scale of its axis, in every sample; None: where it was learnt.

        Clusters are named again.

        Raises
        ------
        InputError
            No such marker, none that names clusters, or no number.
        """
        moved = {name: cut for name, cut in self._moved.items() if name != marker}
        if place is not None:
            moved[marker] = self._on_scale(marker, self.signal(marker, place))
        self._rename(moved)

    def signal(self, marker: str, place: float) -> float:
        """A place on the scale of a channel as a signal in the unit of the file, with as many digits as are kept."""
        return _rounded(float(self.events.axes[self.events.at(marker)].signal(place)))

    def _on_scale(self, marker: str, signal: float) -> float:
        row = self.events.at(marker)
        if marker not in self.described.profile.stained().markers:
            raise InputError(f"{marker} names no cluster, so that a cut of it means nothing: it is no stained marker.")
        if not isinstance(signal, int | float) or not math.isfinite(signal):
            raise InputError(f"The cut of {marker} must be a number. Got {signal!r} instead.")
        return float(self.events.axes[row].coordinates(_rounded(signal)))

    def _rename(self, moved: dict[str, float]) -> None:
        naming = self.described.name(moved) if moved else self.learnt
        self.naming, self._moved = naming, moved
        self._cuts = self._cuts_now()
        by_cut = any(isinstance(each, Side) for each in self._selection)
        if by_cut:
            self._inside = None
        if keys.POPULATION in self._filters:
            self._shown = self._shown_now()
        if by_cut or keys.POPULATION in self._filters:
            self._flag()

    def _cuts_now(self) -> NDArray[np.float64]:
        thresholds = self.naming.thresholds
        found = np.full((len(self.events.names), len(self.events.sheet)), np.nan)
        rows = [self.events.names.index(name) for name in thresholds.markers]
        batches = (
            self.events.sheet[keys.BATCH].fillna("").astype(str)
            if keys.BATCH in self.events.sheet
            else [""] * len(self.events.sheet)
        )
        for sample, batch in enumerate(batches):
            found[rows, sample] = thresholds.of_batch(batch)[:, 0]
        return found

    # --- filter -----------------------------------------------------------------------------------
    @property
    def filters(self) -> dict[str, list[str]]:
        """Values that are shown of each column that is filtered by; none are as all."""
        return {name: list(values) for name, values in self._filters.items()}

    @filters.setter
    def filters(self, wanted: Mapping[str, Sequence[str]]) -> None:
        self._filters = {name: self._checked(name, values) for name, values in dict(wanted).items() if len(values)}
        self._shown = self._shown_now()
        self._flag()

    def _checked(self, column: str, values: Sequence[str]) -> tuple[str, ...]:
        if column not in _FILTERS:
            raise InputError(
                f"There is no filter {column!r}.{nearest(str(column), _FILTERS)} There are {listed(_FILTERS)}."
            )
        allowed = self.options(column)
        for value in values:
            if value not in allowed:
                raise InputError(f"There is no {column} {value!r}.{nearest(str(value), allowed)}")
        return tuple(values)

    def options(self, column: str) -> Sequence[str]:
        """Values that a filter can have."""
        if column == keys.CLUSTER:
            return self.events.clusters
        if column == keys.POPULATION:
            return list(dict.fromkeys([*self.populations, *self.learnt.table[keys.POPULATION].astype(str)]))
        return list(keys.QC) if column == keys.QC_COLUMN else self.events.options(column)

    def _shown_now(self) -> NDArray[np.bool_]:
        events, wanted = self.events, self._filters
        samples = np.ones(len(events.sheet), dtype=bool)
        for column in (name for name in _IN_SHEET if name in wanted):
            said = events.sheet.index if column == keys.SAMPLE else events.sheet[column]
            samples &= pd.Series(said).astype(str).isin(wanted[column]).to_numpy()
        shown = samples[events.sample] if not samples.all() else np.ones(len(events), dtype=bool)
        if keys.QC_COLUMN in wanted:
            good = np.zeros(256, dtype=bool)
            good[[keys.QC.index(name) for name in wanted[keys.QC_COLUMN]]] = True
            shown &= good[events.qc]
        for name, names in ((keys.CLUSTER, events.clusters), (keys.POPULATION, self.populations)):
            if name in wanted:
                shown &= np.append(np.isin(names, wanted[name]), False)[events.cluster]
        return np.asarray(shown)

    # --- selection --------------------------------------------------------------------------------
    @property
    def selection(self) -> list[dict[str, Any]]:
        """Conditions that all have to be met, as :func:`condition_of` reads them; none select nothing."""
        return [to_json(each) for each in self._selection]

    @selection.setter
    def selection(self, told: Sequence[Mapping[str, Any]]) -> None:
        conditions = tuple(condition_of(each, self.events) for each in told)
        for each in conditions:
            if isinstance(each, Side):
                each.holds(self.events, self.cuts)
        self._selection, self._inside = conditions, None
        self._flag()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of the selection."""
        return self._selection

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Events (n,) that are shown and selected."""
        return np.asarray(self.flags == SELECTED)

    def _flag(self) -> None:
        """Flags of the events, and what is counted of them whatever is drawn."""
        events = self.events
        if self._selection and self._inside is None:
            self._inside = np.logical_and.reduce([each.holds(events, self.cuts) for each in self._selection])
        inside = self._inside if self._inside is not None else _NONE
        flags = np.empty(len(events), dtype=np.uint8)

        def count(part: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            flag(self._shown[part], inside[part], flags[part])
            return (
                tally(events.sample[part], flags[part], events.weight[part], len(events.sheet)),
                tally(events.cluster[part], flags[part], events.weight[part], len(events.clusters)),
            )

        counted = list(_THREADS.map(count, [slice(i, i + _PART) for i in range(0, max(len(events), 1), _PART)]))
        self._by_sample, self._by_cluster = (np.sum(each, axis=0) for each in zip(*counted, strict=True))
        self.flags, self._pictures = flags, {}

    # --- what is seen -----------------------------------------------------------------------------
    @property
    def populations(self) -> list[str]:
        """Name of each cluster, by the cuts as they are."""
        table = self.naming.table[keys.POPULATION].astype(str)
        return [str(name) for name in table.reindex(list(self.events.clusters), fill_value=keys.UNASSIGNED)]

    def pair(self, x: str, y: str, *, side: int = 256) -> Pair:
        """Two markers, on ``side`` × ``side`` cells between their ends; ``side`` is a power of two up to ``BINS``."""
        at, to = self.events.at(x), self.events.at(y)
        bins, values, weight = self.events.bins, self.events.values, self.events.weight
        shift = (BINS // side).bit_length() - 1
        counted = self._pictures.get((at, to, side))  # a moved cut changes none
        if counted is None:
            counted = count_pairs(bins[at], bins[to], self.flags, weight, side, shift)
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            self._pictures[at, to, side] = counted
        shown, selected = counted
        quadrants = None
        if np.isfinite(self.cuts[[at, to]]).all():
            quadrants = count_quadrants(
                values[at], values[to], self.cuts[at], self.cuts[to], self.events.sample, self.flags, weight
            )
        return Pair(shown, selected, quadrants)

    def histogram(self, marker: str, *, side: int = 128) -> NDArray[np.float64]:
        """Events (2, side) in bins of a marker: shown, and selected."""
        shift = (BINS // side).bit_length() - 1
        found = count_lines(self.events.bins[self.events.at(marker)], self.flags, self.events.weight, side, shift)
        return np.asarray(found)

    @property
    def totals(self) -> tuple[float, float]:
        """Events that are shown, and selected."""
        shown, selected = self._by_sample.sum(axis=1).tolist()
        return shown, selected

    def samples(self) -> pd.DataFrame:
        """Index ``sample_id``: ``n_events`` that are shown, ``n_selected``, and ``fraction`` of these."""
        return _table(self._by_sample, self.events.sheet.index)

    def clusters(self) -> pd.DataFrame:
        """Index ``cluster``: ``n_events`` shown, ``n_selected``, ``fraction`` of all shown, ``population``,
        ``phenotype``, ``probability`` and ``before``, the population by the cuts that were learnt.
        """
        table = _table(self._by_cluster, pd.Index(self.events.clusters, name=keys.CLUSTER))
        total, _ = self.totals
        table[keys.FRACTION] = table[keys.N_EVENTS] / total if total else np.nan
        known = self.naming.table.reindex(table.index)
        table[keys.POPULATION] = self.populations
        table[keys.PHENOTYPE] = known[keys.PHENOTYPE].fillna("").astype(str)
        table[keys.PROBABILITY] = known[keys.PROBABILITY]
        table["before"] = self.learnt.table[keys.POPULATION].reindex(table.index).fillna(keys.UNASSIGNED).astype(str)
        return table


def _table(found: NDArray[np.float64], index: pd.Index) -> pd.DataFrame:
    shown, selected = found
    with np.errstate(invalid="ignore"):
        fraction = selected / shown
    return pd.DataFrame({keys.N_EVENTS: shown, "n_selected": selected, keys.FRACTION: fraction}, index=index)


def _rounded(signal: float) -> float:
    return float(f"{signal:.{DIGITS}g}")


def _first_pairs(explorer: Explorer) -> list[tuple[str, str]]:
    """The first two markers that have a cut, else the first two channels; and the next two."""
    thresholds, names = explorer.naming.thresholds, explorer.events.names
    cut = [name for name, at in zip(thresholds.markers, thresholds.positive, strict=True) if np.isfinite(at)]
    found = [*cut, *(name for name in names if name not in cut)]
    if len(found) < 2:
        raise InputError(f"Two channels are needed to draw. There is {listed(names) or 'none'}.")
    return [(found[0], found[1]), *([(found[2], found[3])] if len(found) > 3 else [])]
