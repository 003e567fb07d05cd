"""A FlowJo workspace, as FlowJo 10 writes it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io.workspaces._apply_scale import apply_scale
from cytoclust.io.workspaces._document import Axis, Document, Kind, Matrix, Node, Scale, Tree
from cytoclust.io.workspaces._parse_xml import attribute, child, children, local_name, real

__all__ = ["read_flowjo"]

OLDEST: Final = 10
"""Major version of FlowJo that is read. Source: FlowJo 9 and earlier write other XML."""
_DIGITS: Final = 9  # of a version
BINS: Final = 256.0
"""Bins of FlowJo's display, in which it stores ellipses. Source: FlowJo's workspaces, ``gateResolution``."""
ELLIPSE_SIDES: Final = 128
"""Sides of the polygon that stands for an ellipse: 0.04 % of its area less. Source: what FlowKit takes, which gives
FlowJo's counts to the event."""
MATRIX: Final = "sample"
BIEX_LENGTH: Final = 256.0
"""Points of the only biexponential table that is known. Source: cytolib and FlowKit."""
BOOLEANS: Final[dict[str, Kind]] = {"AndNode": "and", "OrNode": "or", "NotNode": "not"}
SHAPES: Final[dict[str, Kind]] = {"RectangleGate": "rectangle", "PolygonGate": "polygon", "EllipsoidGate": "ellipse"}


def read_flowjo(root: Any, path: Path) -> Document:
    """Every sample of a workspace, with its own gates, matrix and scales.

    Raises
    ------
    InputError
        The workspace is of a FlowJo that is not read, or has no sample.
    """
    version = attribute(root, "flowJoVersion") or "?"
    major = version.split(".")[0]
    if not major.isdecimal() or len(major) > _DIGITS or int(major) < OLDEST:
        raise InputError(f"{path} is a workspace of FlowJo {version}; those of FlowJo {OLDEST} and later are read.")
    samples = [tree for each in children(child(root, "SampleList"), "Sample") if (tree := _sample(each)) is not None]
    if not samples:
        raise InputError(f"{path} is a FlowJo workspace without a sample.")
    return Document("FlowJo workspace", tuple(samples))


def _sample(element: Any) -> Tree | None:
    node = child(element, "SampleNode")
    if node is None:
        return None
    matrix, around, fault = _matrix(child(element, "spilloverMatrix"))
    scales = _scales(child(element, "Transformations"))
    nodes: list[Node] = []
    pending: list[tuple[int, list[str]]] = []
    _under(node, None, (), nodes, pending, _Axes(matrix, around, scales, fault))
    places = {"/".join(each.path): i for i, each in reversed(list(enumerate(nodes)))}
    for place, names in pending:
        nodes[place] = _joined(nodes[place], names, places)
    keywords = children(child(element, "Keywords"), "Keyword")
    return Tree(
        tuple(nodes),
        matrices={MATRIX: matrix} if matrix is not None else {},
        name=attribute(node, "name") or "",
        uri=attribute(child(element, "DataSet"), "uri") or "",
        keywords={attribute(each, "name") or "": attribute(each, "value") or "" for each in keywords},
    )


class _Axes:
    """How a sample's channels are called, compensated and scaled."""

    def __init__(
        self, matrix: Matrix | None, around: tuple[str, str], scales: Mapping[str, Scale | str], fault: str
    ):  # fmt: skip
        self.matrix, self.around, self.scales, self.fault = matrix, around, scales, fault

    def of(self, dimension: Any, *, needs_scale: bool) -> Axis:
        """A dimension with its limits, which FlowJo writes on the linear scale, on the scale of its channel.

        Raises
        ------
        ValueError
            What cannot be read, in words.
        """
        called = attribute(child(dimension, "fcs-dimension"), "name")
        if not called:
            raise ValueError("one of its dimensions names no channel")
        bare = self._bare(called)
        compensated = self.matrix is not None and (bare or called) in self.matrix.names and bare is not None
        if bare is not None and not compensated and self.fault:
            raise ValueError(self.fault)
        if bare is not None and self.matrix is None:
            raise ValueError(f"{called} is compensated, and the workspace has no matrix for this sample")
        scale = self.scales.get(called, self.scales.get(bare or called))
        if isinstance(scale, str) and needs_scale:
            raise ValueError(scale)
        known = None if isinstance(scale, str) else scale  # an order is the same on every scale
        low, high = (_scaled(known, real(dimension, name)) for name in ("min", "max"))
        return Axis(bare if bare is not None else called, MATRIX if compensated else None, known, low, high)

    def _bare(self, called: str) -> str | None:
        """The detector of a name that says ``compensated``; None of another."""
        before, after = self.around
        if self.matrix is not None and not (before or after):
            return called if called in self.matrix.names else None
        for start, end in dict.fromkeys([(before, after), ("Comp-", ""), ("<", ">")]):
            if (start or end) and called.startswith(start) and called.endswith(end):
                return called[len(start) : len(called) - len(end)]
        return None


def _scaled(scale: Scale | None, value: float | None) -> float | None:
    return value if scale is None or value is None else float(apply_scale(scale, np.array([value]))[0])


def _matrix(element: Any) -> tuple[Matrix | None, tuple[str, str], str]:
    """The matrix, what its channels are written between, and why it cannot be used."""
    if element is None:
        return None, ("", ""), ""
    around = (attribute(element, "prefix") or "", attribute(element, "suffix") or "")
    if attribute(element, "spectral") == "1":
        return None, around, "it is compensated by a spectral matrix, which is not read"
    detectors = tuple(
        attribute(each, "name") or "" for each in children(child(element, "parameters"), "parameter")
    )  # fmt: skip
    rows: dict[str, dict[str, float]] = {}
    try:
        for number, row in enumerate(children(element, "spillover")):
            source = attribute(row, "parameter") or (detectors[number] if number < len(detectors) else "")
            cells = children(row, "coefficient")
            rows[source] = {
                attribute(each, "parameter") or (detectors[i] if i < len(detectors) else ""): real(each, "value") or 0.0
                for i, each in enumerate(cells)
            }
    except ValueError as error:
        return None, around, f"the matrix of the workspace cannot be read: {error}"
    if set(rows) != set(detectors) or any(set(row) != set(detectors) for row in rows.values()):
        return None, around, "the matrix of the workspace is not square"
    table = np.array([[rows[source][detector] for detector in detectors] for source in detectors])
    return Matrix(detectors, detectors, table), around, ""


def _scales(element: Any) -> dict[str, Scale | str]:
    """The scale of each channel; in words, why one cannot be read."""
    found: dict[str, Scale | str] = {}
    for each in children(element):
        name = attribute(child(each, "parameter"), "name")
        if name:
            found[name] = _scale(each)
    return found


def _scale(element: Any) -> Scale | str:
    kind = local_name(element)
    wanted = {
        "linear": ("minRange", "maxRange"),
        "log": ("offset", "decades"),
        "biex": ("neg", "width", "pos", "maxRange"),
        "logicle": ("T", "W", "M", "A"),
        "fasinh": ("T", "M", "A"),
    }.get(kind)
    if wanted is None:
        return f"the scale {kind} of FlowJo is not documented and not read"
    try:
        values = [real(element, name) for name in wanted]
        length = real(element, "length")
    except ValueError as error:
        return f"the scale {kind}: {error}"
    if any(value is None for value in values):
        return f"the scale {kind} lacks one of {', '.join(wanted)}"
    if kind == "biex" and length != BIEX_LENGTH:
        return f"the scale biex of length {length} is not documented and not read"
    return Scale({"log": "log of FlowJo"}.get(kind, kind), tuple(value for value in values if value is not None))


def _under(
    element: Any,
    parent: int | None,
    path: tuple[str, ...],
    nodes: list[Node],
    pending: list[tuple[int, list[str]]],
    axes: _Axes,
) -> None:
    """Add the gates under an element, each before what lies in it."""
    for group in children(element, "Subpopulations"):
        for each in children(group, "Population", *BOOLEANS):
            mine = (*path, attribute(each, "name") or "")
            place = len(nodes)
            if local_name(each) == "Population":
                node = _population(child(each, "Gate"), mine, parent, axes)
            else:
                node = Node(mine, BOOLEANS[local_name(each)], parent)
                pending.append(
                    (place, [attribute(one, "name") or "" for one in children(child(each, "Dependents"), "Dependent")])
                )
            stored = attribute(each, "count") or ""
            count = int(stored) if stored.isdigit() else None
            nodes.append(replace(node, n_stored=count))
            _under(each, place, mine, nodes, pending, axes)


def _joined(node: Node, names: list[str], places: Mapping[str, int]) -> Node:
    """A Boolean gate with the places of what it joins, which FlowJo names by their paths."""
    unknown = [name for name in names if name not in places]
    if not names or unknown:
        return node.failed(Finding("gate joins unknown", names=unknown))
    if node.kind == "not" and len(names) != 1:
        return node.failed(Finding("gate not read", why=f"it negates {len(names)} gates; one is allowed"))
    return replace(node, refs=tuple((places[name], False) for name in names))


def _population(gate: Any, path: tuple[str, ...], parent: int | None, axes: _Axes) -> Node:
    shape = child(gate)
    kind = SHAPES.get(local_name(shape)) if shape is not None else None
    blank = Node(path, kind or "gate", parent, outside=attribute(shape, "eventsInside") == "0")
    if kind is None:
        told = local_name(shape) if shape is not None else "nothing"
        return blank.failed(Finding("gate not read", why=f"gates of the kind {told} are not read"))
    try:
        return _shaped(blank, shape, axes)
    except ValueError as error:
        return blank.failed(Finding("gate not read", why=str(error)))


def _shaped(node: Node, shape: Any, axes: _Axes) -> Node:
    dimensions = children(shape, "dimension")
    read = tuple(axes.of(each, needs_scale=node.kind != "rectangle") for each in dimensions)
    if node.kind == "rectangle":
        if not read or all(axis.low is None and axis.high is None for axis in read):
            raise ValueError("it has no limit")
        return replace(node, axes=read, kind="range" if len(read) == 1 else "rectangle")
    if len(read) != 2:
        raise ValueError(f"it has {len(read)} dimensions; two are allowed")
    if node.kind == "polygon":
        points = [_point(each) for each in children(shape, "vertex")]
        if len(points) < 3:
            raise ValueError(f"it has {len(points)} vertices; three are the least")
        placed = [
            side if axis.scale is None else apply_scale(axis.scale, side)
            for axis, side in zip(read, np.array(points).T, strict=True)
        ]
        return replace(node, axes=read, vertices=np.column_stack(placed))
    foci = np.array([_point(each) for each in children(child(shape, "foci"), "vertex")])
    edge = np.array([_point(each) for each in children(child(shape, "edge"), "vertex")])
    if len(foci) != 2 or len(edge) < 2:
        raise ValueError("its ellipse has not two foci and the ends of its axes")
    if any(axis.scale is None for axis in read):
        raise ValueError("its ellipse lies on channels without a scale")
    return replace(node, axes=read, vertices=_ellipse(foci, edge) / BINS, on_display=True)


def _point(vertex: Any) -> list[float]:
    found = [real(each, "value") for each in children(vertex, "coordinate")]
    known = [value for value in found if value is not None]
    if len(known) != 2:
        raise ValueError(f"a vertex has {len(known)} coordinates; two are allowed")
    return known


def _ellipse(foci: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """The ellipse as a polygon (s, 2), in bins of FlowJo's display.

    Of the points on its edge the ends of the long axis are exact, so they give its half length a; the short one has
    √(a² − c²), with c from the foci to the centre.
    """
    centre = foci.mean(axis=0)
    towards = foci[1] - foci[0]
    c = float(np.hypot(*towards)) / 2
    spread = np.hypot(*(edge - centre).T)
    a = float(spread.max())
    if a <= 0 or a < c:
        raise ValueError("its ellipse has no area")
    long = towards / (2 * c) if c > 0 else np.array([1.0, 0.0])
    b = float(np.sqrt(a**2 - c**2))
    angle = 2 * np.pi * np.arange(ELLIPSE_SIDES) / ELLIPSE_SIDES
    across = np.array([-long[1], long[0]])
    return centre + a * np.cos(angle)[:, None] * long + b * np.sin(angle)[:, None] * across
