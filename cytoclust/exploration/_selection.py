"""What is selected: conditions that all have to be met."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError, nearest
from cytoclust.exploration._count import ASKED, INSIDE, OUTSIDE, classify
from cytoclust.exploration._events import BINS, Events
from cytoclust.io.gates import Gate

__all__ = ["Box", "Clusters", "Condition", "Lasso", "Polygon", "Side", "condition_of", "to_json"]

_MOST_CORNERS: Final = 2000
"""Of a polygon. Chosen: more than a hand draws; bears on no result."""
_BLOCK: Final = 2**20
"""Events that are asked at a time. Bears on memory, on no result."""

Cuts: TypeAlias = NDArray[np.float64]
"""Where each channel turns positive in each sample (p, s), on the scale of its axis; NaN where it does not."""


@dataclass(frozen=True)
class Polygon:
    """On two channels, by corners (k, 2) on the scales of their axes."""

    x: str
    y: str
    vertices: tuple[tuple[float, float], ...]

    def gate(self, events: Events, name: str = "") -> Gate:
        """The same as a gate."""
        axes = (events.axes[events.at(self.x)], events.axes[events.at(self.y)])
        return Gate(name, None, axes, vertices=np.array(self.vertices))

    def holds(self, events: Events, cuts: Cuts) -> NDArray[np.bool_]:  # noqa: ARG002 (as the others)
        """Which events meet it (n,)."""
        return _in_polygon(self, events)


@dataclass(frozen=True)
class Box:
    """Ranges on two channels: low inside, high outside, on the scales of their axes."""

    x: str
    y: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def gate(self, events: Events, name: str = "") -> Gate:
        """The same as a gate."""
        axes = (events.axes[events.at(self.x)], events.axes[events.at(self.y)])
        return Gate(name, None, axes, bounds=(self.x_range, self.y_range))

    def holds(self, events: Events, cuts: Cuts) -> NDArray[np.bool_]:  # noqa: ARG002
        """Which events meet it (n,)."""
        found = np.ones(len(events), dtype=bool)
        for name, (low, high) in ((self.x, self.x_range), (self.y, self.y_range)):
            values = events.values[events.at(name)]
            found &= (values >= low) & (values < high)
        return found


@dataclass(frozen=True)
class Side:
    """Above the cut of a marker in the event's own sample, or below it."""

    marker: str
    positive: bool

    def holds(self, events: Events, cuts: Cuts) -> NDArray[np.bool_]:
        """Which events meet it (n,).

        Raises
        ------
        InputError
            The marker has no cut.
        """
        row = events.at(self.marker)
        if np.isnan(cuts[row]).all():
            raise InputError(f"{self.marker} has no cut: set one first.")
        of_sample = cuts[row]
        low, high = np.nanmin(of_sample), np.nanmax(of_sample)
        above = events.values[row] >= (low if low == high else of_sample[events.sample])
        return np.asarray(above if self.positive else ~above)


@dataclass(frozen=True)
class Clusters:
    """Any of some clusters, by name."""

    clusters: tuple[str, ...]

    def holds(self, events: Events, cuts: Cuts) -> NDArray[np.bool_]:  # noqa: ARG002
        """Which events meet it (n,)."""
        chosen = np.zeros(len(events.clusters) + 1, dtype=bool)
        chosen[[_place(events, name) for name in self.clusters]] = True
        return np.asarray(chosen[events.cluster])


@dataclass(frozen=True)
class Lasso:
    """On the map, by corners (k, 2) in its own coordinates: only events that have a place there can meet it."""

    vertices: tuple[tuple[float, float], ...]

    def holds(self, events: Events, cuts: Cuts) -> NDArray[np.bool_]:  # noqa: ARG002
        """Which events meet it (n,).

        Raises
        ------
        InputError
            There is no map.
        """
        from flowutils.gating import points_in_polygon

        if events.map is None:
            raise InputError("There is no map here: draw on two markers.")
        found = np.zeros(len(events), dtype=bool)
        places = np.ascontiguousarray(events.map.places, dtype=np.float64)
        found[events.map.rows] = np.asarray(points_in_polygon(np.array(self.vertices), places), dtype=bool)
        return found


Condition: TypeAlias = Polygon | Box | Side | Clusters | Lasso
_KINDS: Final = ("polygon", "box", "side", "clusters", "lasso")


def condition_of(told: Mapping[str, Any], events: Events) -> Condition:
    """A condition from what a page or a person writes: ``{"kind": "polygon", "x": …, "y": …, "vertices": …}``.

    ``box`` has ``x, y, x_range, y_range``; ``side`` ``marker, positive``; ``clusters`` ``clusters``; ``lasso``
    ``vertices``.

    Raises
    ------
    InputError
        Another kind, a key that is absent, a marker or cluster that there is not, or a number that is none.
    """
    kind = told.get("kind") if isinstance(told, Mapping) else None
    if kind not in _KINDS:
        raise InputError(f"A condition must be a {' or '.join(_KINDS)}. Got {kind!r} instead.")
    try:
        if kind == "polygon":
            return Polygon(*_pair(told, events), _corners(told["vertices"]))
        if kind == "box":
            return Box(*_pair(told, events), _range(told["x_range"]), _range(told["y_range"]))
        if kind == "side":
            return Side(events.names[events.at(told["marker"])], bool(told["positive"]))
        if kind == "lasso":
            return Lasso(_corners(told["vertices"]))
        return Clusters(tuple(events.clusters[_place(events, str(name))] for name in told["clusters"]))
    except KeyError as error:
        raise InputError(f"A {kind} must have {error.args[0]!r}.") from None
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"A {kind} is not as it must be: {' '.join(str(error).split())}.") from None


def to_json(condition: Condition) -> dict[str, Any]:
    """What :func:`condition_of` reads."""
    told = {name: _listed(value) for name, value in vars(condition).items()}
    return {"kind": type(condition).__name__.lower()} | told


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


def _place(events: Events, name: str) -> int:
    if name not in events.clusters:
        raise InputError(f"There is no cluster {name!r}.{nearest(name, events.clusters)}")
    return events.clusters.index(name)


def _pair(told: Mapping[str, Any], events: Events) -> tuple[str, str]:
    x, y = (events.names[events.at(told[key])] for key in ("x", "y"))
    if x == y:
        raise InputError(f"Two markers are needed. Both are {x}.")
    return x, y


def _corners(told: Sequence[Any]) -> tuple[tuple[float, float], ...]:
    if not 3 <= len(told) <= _MOST_CORNERS:
        raise ValueError(f"3 to {_MOST_CORNERS} corners are needed, got {len(told)}")
    found = tuple((float(x), float(y)) for x, y in told)
    if not all(math.isfinite(value) for corner in found for value in corner):
        raise ValueError("corners must be numbers")
    return found


def _range(told: Sequence[Any]) -> tuple[float, float]:
    low, high = (float(value) for value in told)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"a range must rise from one number to another, got {low:g} to {high:g}")
    return low, high


def _in_polygon(polygon: Polygon, events: Events) -> NDArray[np.bool_]:
    """Events in a polygon: cells that no edge comes near are decided whole, and events of the others are asked."""
    gate = polygon.gate(events)
    rows = (events.at(polygon.x), events.at(polygon.y))
    cells = _cells(gate, events.ends[list(rows)])
    found, open_ = classify(events.bins[rows[0]], events.bins[rows[1]], cells)
    for start in range(0, len(open_), _BLOCK):
        some = open_[start : start + _BLOCK]
        found[some] = gate.holds(np.column_stack([events.values[row][some] for row in rows]))
    return np.asarray(found)


def _cells(gate: Gate, ends: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Of each cell (BINS, BINS): ``OUTSIDE``, ``INSIDE`` or ``ASKED``, as those at the ends are."""
    width = (ends[:, 1] - ends[:, 0]) / BINS
    middles = [low + (np.arange(BINS) + 0.5) * step for (low, _), step in zip(ends, width, strict=True)]
    grid = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1).reshape(-1, 2)
    cells = np.where(gate.holds(grid), INSIDE, OUTSIDE).astype(np.uint8).reshape(BINS, BINS)
    corners = (np.asarray(gate.vertices) - ends[:, 0]) / width
    near = np.zeros((BINS, BINS), dtype=bool)
    for first, second in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        start, stop = _within_plot(first, second - first)
        if start > stop:
            continue
        steps = int(2 * (stop - start) * np.abs(second - first).max()) + 2
        at = np.floor(first + np.linspace(start, stop, steps)[:, None] * (second - first)).astype(np.int64)
        for dx, dy in np.ndindex(3, 3):
            x, y = at[:, 0] + dx - 1, at[:, 1] + dy - 1
            inside = (x >= 0) & (x < BINS) & (y >= 0) & (y < BINS)
            near[x[inside], y[inside]] = True
    near[[0, -1]] = near[:, [0, -1]] = True
    cells[near] = ASKED
    return cells


def _within_plot(start: NDArray[np.float64], way: NDArray[np.float64]) -> tuple[float, float]:
    """Shares of an edge between which it is in the plot or beside it; the first is larger where it never is."""
    first, last = 0.0, 1.0
    for at, step in zip(start.tolist(), way.tolist(), strict=True):
        if step == 0:
            first = first if -1 <= at <= BINS + 1 else 2.0
            continue
        ends = sorted(((-1 - at) / step, (BINS + 1 - at) / step))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first, last
