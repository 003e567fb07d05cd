"""Which events lie in which gates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from flowutils.gating import points_in_polygon
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io._bare_channel import fold_channel
from cytoclust.io.workspaces._apply_scale import apply_scale, display_range
from cytoclust.io.workspaces._choose_tree import file_name
from cytoclust.io.workspaces._document import Axis, Matrix, Node, Tree
from cytoclust.io.workspaces._read_gating_ml import FCS
from cytoclust.io.workspaces._source import Events

__all__ = ["Bound", "bind", "find_channel", "lows", "membership"]

BLOCK: Final = 131_072
"""Events that are held against the gates at once. Bears on no result: gates look at one event at a time."""
DEEPEST: Final = 200
"""Gates that one may rest on, one above another. Bears on no result: no tree that people draw has a tenth of it."""

Column: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Solver:
    """A matrix held against a file: its detectors by column, and what turns them into compensated values."""

    columns: tuple[int, ...]
    names: tuple[str, ...]
    solve: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bound:
    """The gates of a tree held against a file: those that cannot be told have a fault."""

    nodes: tuple[Node, ...]
    events: Events
    solvers: dict[str, _Solver]

    def channels(self, at: int) -> tuple[str, ...]:
        """Channels that a gate is drawn on, as the file calls them."""
        names = [
            name
            for axis in self.nodes[at].axes
            for name in ([axis.ratio.over, axis.ratio.under] if axis.ratio else [axis.name])
        ]
        return tuple(self.events.channels[i] if (i := self._place(name)) is not None else name for name in names)

    def _place(self, name: str) -> int | None:
        """The column of a channel, also by the name that a matrix has for it."""
        at = find_channel(name, self.events)
        square = (each for each in self.solvers.values() if len(each.columns) == len(each.names) and name in each.names)
        return at if at is not None else next((each.columns[each.names.index(name)] for each in square), None)


def bind(tree: Tree, events: Events) -> Bound:
    """Find the channels and matrices of every gate in a file; gates that need what is not there have a fault."""
    matrices = dict(tree.matrices)
    if events.spill is not None:
        channels = tuple(events.spill.channels)
        matrices.setdefault(FCS, Matrix(channels, channels, events.spill.matrix))
    solvers: dict[str, _Solver] = {}
    faults: dict[str, Finding] = {}
    for key, matrix in matrices.items():
        columns = [find_channel(name, events) for name in matrix.detectors]
        lacking = [name for name, at in zip(matrix.detectors, columns, strict=True) if at is None]
        if lacking:
            faults[key] = Finding("gate channel absent", names=lacking)
            continue
        try:
            if not matrix.inverted and np.linalg.matrix_rank(matrix.coefficients) < len(matrix.coefficients):
                raise np.linalg.LinAlgError  # a pseudo-inverse would make signals of nothing
            solved = matrix.coefficients if matrix.inverted else np.linalg.pinv(matrix.coefficients)
        except np.linalg.LinAlgError:
            faults[key] = Finding("gate not read", why="its matrix cannot be solved")
            continue
        solvers[key] = _Solver(tuple(at for at in columns if at is not None), matrix.names, solved)
    nodes = [node if node.fault else _held(node, events, solvers, faults) for node in tree.nodes]
    return Bound(_settled(nodes), events, solvers)


def find_channel(name: str, events: Events) -> int | None:
    """The channel ($PnN) of a name, also with ``_`` for ``/`` as FlowJo writes it; else by label, or other case."""
    ways = [
        (list(events.channels), name),
        ([channel.replace("/", "_") for channel in events.channels], name),
        *([[label[i] for label in events.labels], name] for i in range(len(events.labels[0]) if events.labels else 0)),
        ([fold_channel(channel) for channel in events.channels], fold_channel(name)),
    ]
    for known, wanted in ways:
        places = [i for i, each in enumerate(known) if each == wanted and each]
        if len(places) == 1:
            return places[0]
    return None


def _held(node: Node, events: Events, solvers: dict[str, _Solver], faults: dict[str, Finding]) -> Node:
    mine = {name.casefold() for name in (*events.names, file_name(str(getattr(events.file, "path", "")))) if name}
    if node.file and node.file.casefold() not in mine:
        return node.failed(Finding("gate of another file", file=node.file))
    lacking: list[str] = []
    for axis in node.axes:
        if axis.matrix in faults:
            return replace(node, fault=faults[axis.matrix])
        solved = solvers[axis.matrix].names if axis.matrix in solvers else ()
        wanted = [axis.ratio.over, axis.ratio.under] if axis.ratio else [axis.name]
        lacking += [name for name in wanted if name not in solved and find_channel(name, events) is None]
    return node.failed(Finding("gate channel absent", names=list(dict.fromkeys(lacking)))) if lacking else node


def _settled(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """With the fault of whatever lies above a gate, or is joined by it."""
    found = list(nodes)
    state = [0] * len(found)  # 1: being looked at, 2: known

    def visit(at: int, depth: int) -> None:
        state[at] = 1
        node = found[at]
        if depth > DEEPEST:
            found[at] = node.failed(Finding("gate not read", why=f"it rests on more than {DEEPEST} others"))
            state[at] = 2
            return
        needs = [*(() if node.parent is None else (node.parent,)), *(ref for ref, _ in node.refs)]
        for each in needs:
            if state[each] == 1:
                found[at] = node.failed(Finding("gate circular"))
                break
            if state[each] == 0:
                visit(each, depth + 1)
            if found[each].fault and not found[at].fault:
                found[at] = node.failed(Finding("gate rests on another", gate="/".join(found[each].path)))
        state[at] = 2

    for at in range(len(found)):
        if state[at] == 0:
            visit(at, 0)
    return tuple(found)


def membership(bound: Bound) -> NDArray[np.bool_]:
    """Which events lie in which gates: (n, g), with no event in a gate that has a fault.

    An event lies in a gate if it lies in it and in every gate above. Limits are from (inclusive) and to (exclusive),
    the edge of a polygon belongs to it, as Gating-ML 2.0 has it. A value that is no number lies in no shape.
    """
    inside = np.zeros((bound.events.n_events, len(bound.nodes)), dtype=bool)
    for start, block in _blocks(bound):
        stop = start + len(block)
        known: dict[int, NDArray[np.bool_]] = {}
        for at, node in enumerate(bound.nodes):
            if not node.fault:
                inside[start:stop, at] = _inside(bound, block, at, known)
    return inside


def lows(bound: Bound, places: Sequence[int]) -> dict[tuple[int, int], float]:
    """The lowest value of each axis of some gates, by gate and axis, over all events."""
    found: dict[tuple[int, int], float] = {}
    for _, block in _blocks(bound):
        for at in places:
            for i, axis in enumerate(bound.nodes[at].axes):
                values = block.axis(axis)
                least = float(np.nanmin(values)) if np.isfinite(values).any() else np.inf
                found[at, i] = min(found.get((at, i), np.inf), least)
    return found


class _Block:
    """Some events, with the values of axes as far as they were asked for."""

    def __init__(self, bound: Bound, start: int):
        every = list(range(len(bound.events.channels)))
        self.bound = bound
        self.values = bound.events.read(start, start + BLOCK, every)
        self._solved: dict[str, NDArray[np.float64]] = {}
        self._axes: dict[object, Column] = {}

    def __len__(self) -> int:
        return len(self.values)

    def axis(self, axis: Axis) -> Column:
        """Values on an axis, on its scale."""
        key = (axis.name, axis.matrix, axis.scale, axis.ratio)
        if key not in self._axes:
            if axis.ratio:
                over, under = (self._channel(name, axis.matrix) for name in (axis.ratio.over, axis.ratio.under))
                with np.errstate(divide="ignore", invalid="ignore"):
                    linear = axis.ratio.a * (over - axis.ratio.b) / (under - axis.ratio.c)
            else:
                linear = self._channel(axis.name, axis.matrix)
            self._axes[key] = linear if axis.scale is None else apply_scale(axis.scale, linear)
        return self._axes[key]

    def _channel(self, name: str, matrix: str | None) -> Column:
        solver = self.bound.solvers.get(matrix or "")
        at = find_channel(name, self.bound.events)
        if solver is not None:
            place = solver.names.index(name) if name in solver.names else None
            if place is None and at in solver.columns and len(solver.columns) == len(solver.names):
                place = solver.columns.index(at)
            if place is not None:
                if matrix not in self._solved:
                    self._solved[matrix or ""] = self.values[:, list(solver.columns)] @ solver.solve
                return self._solved[matrix or ""][:, place]
        if at is None:
            return np.full(len(self.values), np.nan)
        return self.values[:, at]


def _blocks(bound: Bound) -> Iterator[tuple[int, _Block]]:
    for start in range(0, bound.events.n_events, BLOCK):
        yield start, _Block(bound, start)


def _inside(bound: Bound, block: _Block, at: int, known: dict[int, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    if at in known:
        return known[at]
    node = bound.nodes[at]
    if node.refs:
        joined = [
            _inside(bound, block, ref, known) ^ complement for ref, complement in node.refs
        ]  # fmt: skip
        own = np.logical_or.reduce(joined) if node.kind == "or" else np.logical_and.reduce(joined)
        own = ~own if node.kind == "not" else own
    else:
        own = _shape(node, block)
    own = own ^ node.outside
    known[at] = own if node.parent is None else own & _inside(bound, block, node.parent, known)
    return known[at]


def _shape(node: Node, block: _Block) -> NDArray[np.bool_]:
    values = [block.axis(axis) for axis in node.axes]
    if node.vertices is not None:
        ends = [display_range(axis.scale) if node.on_display and axis.scale else 1.0 for axis in node.axes]
        points = np.column_stack(values)
        finite = np.isfinite(points).all(axis=1)
        inside = np.zeros(len(points), dtype=bool)
        inside[finite] = points_in_polygon(node.vertices * np.array(ends), np.ascontiguousarray(points[finite]))
        return inside
    if node.centre is not None and node.covariance is not None:
        away = np.column_stack(values) - node.centre
        with np.errstate(invalid="ignore", over="ignore"):
            square = (away * np.linalg.solve(node.covariance, away.T).T).sum(axis=1)
            return square <= node.distance
    inside = np.ones(len(block), dtype=bool)
    with np.errstate(invalid="ignore"):
        for axis, column in zip(node.axes, values, strict=True):
            inside &= column >= axis.low if axis.low is not None else ~np.isnan(column)
            inside &= column < axis.high if axis.high is not None else True
    return inside
