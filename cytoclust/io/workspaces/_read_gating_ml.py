"""Gating-ML 2.0, with the names that Cytobank puts beside it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io.workspaces._document import Axis, Document, Kind, Matrix, Node, Ratio, Scale, Tree
from cytoclust.io.workspaces._parse_xml import attribute, child, children, local_name, real

__all__ = ["FCS", "read_gating_ml"]

NAMESPACE: Final = "http://www.isac-net.org/std/Gating-ML/v2.0/"
FCS: Final = "FCS"
"""The matrix of the event file itself. Source: Gating-ML 2.0, section 6.2."""
UNCOMPENSATED: Final = "uncompensated"
GATES: Final[dict[str, Kind]] = {
    "RectangleGate": "rectangle",
    "PolygonGate": "polygon",
    "EllipsoidGate": "ellipse",
    "QuadrantGate": "quadrant",
    "BooleanGate": "gate",
}
SCALES: Final = {
    "flin": ("T", "A"),
    "flog": ("T", "M"),
    "fasinh": ("T", "M", "A"),
    "logicle": ("T", "W", "M", "A"),
    "hyperlog": ("T", "W", "M", "A"),
}
"""Parameters of each transformation, in the order of FlowKit's class. Source: Gating-ML 2.0, section 6."""


def read_gating_ml(root: Any, path: Path) -> Document:
    """The gates of a document, which are those of any sample.

    Raises
    ------
    InputError
        The document is of another version, has no gate, or two with one id.
    """
    space = str(root.tag).rpartition("}")[0].removeprefix("{")
    if not space.startswith(NAMESPACE):
        raise InputError(
            f"{path} is Gating-ML of the namespace {space or 'none'!r}; version 2.0 is read ({NAMESPACE})."
        )
    reader = _Reader(root)
    elements = children(root, *GATES)
    if not elements:
        raise InputError(f"{path} is Gating-ML without a gate.")
    nodes = [node for each in elements for node in reader.nodes(each)]
    ids = [identity for identity, *_ in nodes]
    twice = [identity for identity in dict.fromkeys(ids) if ids.count(identity) > 1]
    if twice:
        raise InputError(f"{path} has more than one gate with the id {twice[0]!r}; one is allowed.")
    return Document("Gating-ML", (Tree(_linked(nodes), reader.matrices),))


class _Reader:
    """Scales and matrices of a document, and its gates by them."""

    def __init__(self, root: Any):
        self.matrices: dict[str, Matrix] = {}
        self.faults: dict[str, str] = {}
        self.scales: dict[str, Scale | Ratio] = {}
        for each in children(root, "spectrumMatrix", "spilloverMatrix"):
            self._keep(self.matrices, attribute(each, "id") or "", lambda each=each: _matrix(each))
        for each in children(root, "transformation"):
            self._keep(self.scales, attribute(each, "id") or "", lambda each=each: _scale(each))

    def _keep(self, into: dict[str, Any], key: str, read: Any) -> None:
        try:
            into[key] = read()
        except ValueError as error:
            self.faults[key] = f"{key}: {error}"

    def nodes(self, element: Any) -> list[tuple[str, str, Node, list[tuple[str, bool]]]]:
        """Id, id of the parent, gate (its path is its name yet) and what it joins; of a quadrant gate all quadrants."""
        identity = attribute(element, "id") or ""
        parent = attribute(element, "parent_id") or ""
        told = child(child(element, "custom_info"), "cytobank")
        name = (_text(child(told, "name")) or identity).strip()
        blank = Node((name,), GATES[local_name(element)], file=_text(child(told, "fcs_file_filename")))
        try:
            if local_name(element) == "QuadrantGate":
                return [(each, parent, node, []) for each, node in self._quadrants(element, blank)]
            if local_name(element) == "BooleanGate":
                node, joins = _boolean(element, blank)
                return [(identity, parent, node, joins)]
            return [(identity, parent, self._shape(element, blank), [])]
        except ValueError as error:
            return [(identity, parent, blank.failed(Finding("gate not read", why=str(error))), [])]

    def _shape(self, element: Any, node: Node) -> Node:
        axes = tuple(self._axis(each) for each in children(element, "dimension"))
        if not axes:
            raise ValueError("it has no dimension")
        if node.kind == "rectangle":
            if all(axis.low is None and axis.high is None for axis in axes):
                raise ValueError("it has no limit")
            return replace(node, axes=axes, kind="range" if len(axes) == 1 else "rectangle")
        if node.kind == "polygon":
            points = [_values(each, "coordinate") for each in children(element, "vertex")]
            if len(axes) != 2 or len(points) < 3 or any(len(point) != 2 for point in points):
                raise ValueError("a polygon has two dimensions, and at least three vertices of two coordinates")
            return replace(node, axes=axes, vertices=np.array(points))
        centre = np.array(_values(child(element, "mean"), "coordinate"))
        rows = [_values(row, "entry") for row in children(child(element, "covarianceMatrix"), "row")]
        square = real(child(element, "distanceSquare"), "value")
        if square is None or len(centre) != len(axes) or [len(row) for row in rows] != [len(axes)] * len(axes):
            raise ValueError("its mean, covariance matrix and distance do not fit its dimensions")
        covariance = np.array(rows)
        if not np.isfinite(np.linalg.cond(covariance)):
            raise ValueError("its covariance matrix is singular")
        return replace(node, axes=axes, centre=centre, covariance=covariance, distance=square)

    def _quadrants(self, element: Any, node: Node) -> list[tuple[str, Node]]:
        """Each quadrant as the rectangle between the dividers' values around its location."""
        dividers = {
            attribute(each, "id") or "": (
                self._axis(each),
                sorted(float(_text(one)) for one in children(each, "value")),
            )
            for each in children(element, "divider")
        }
        found = []
        for each in children(element, "Quadrant"):
            axes = []
            for position in children(each, "position"):
                divider, at = attribute(position, "divider_ref") or "", real(position, "location")
                if divider not in dividers or at is None:
                    raise ValueError(f"a quadrant lies beside the divider {divider!r}, which it has not")
                axis, cuts = dividers[divider]
                edges: list[float | None] = [None, *cuts, None]
                low, high = next(
                    (low, high)
                    for low, high in pairwise(edges)
                    if (low is None or low <= at) and (high is None or at < high)
                )
                axes.append(replace(axis, low=low, high=high))
            identity = attribute(each, "id") or ""
            found.append((identity, replace(node, path=(identity,), axes=tuple(axes))))
        return found

    def _axis(self, dimension: Any) -> Axis:
        compensation = attribute(dimension, "compensation-ref") or UNCOMPENSATED
        reference = attribute(dimension, "transformation-ref")
        if compensation not in (UNCOMPENSATED, FCS, *self.matrices):
            raise ValueError(self.faults.get(compensation, f"the document has no matrix {compensation!r}"))
        scale = self.scales.get(reference) if reference else None
        if reference and not isinstance(scale, Scale):
            raise ValueError(self.faults.get(reference, f"the document has no scale {reference!r}"))
        axis = Axis(
            attribute(child(dimension, "fcs-dimension"), "name") or "",
            matrix=None if compensation == UNCOMPENSATED else compensation,
            scale=scale if isinstance(scale, Scale) else None,
            low=real(dimension, "min"),
            high=real(dimension, "max"),
        )
        if axis.name:
            return axis
        made = attribute(child(dimension, "new-dimension"), "transformation-ref") or ""
        ratio = self.scales.get(made)
        if not isinstance(ratio, Ratio):
            raise ValueError(self.faults.get(made, f"one of its dimensions is no channel, and {made!r} is no ratio"))
        return replace(axis, name=f"{ratio.over}/{ratio.under}", ratio=ratio)


def _linked(nodes: list[tuple[str, str, Node, list[tuple[str, bool]]]]) -> tuple[Node, ...]:
    """The gates with the places of their parents and of what they join, and with their paths."""
    places = {identity: i for i, (identity, *_) in enumerate(nodes)}
    above = {identity: parent for identity, parent, *_ in nodes}
    names = {identity: node.path[0] for identity, _, node, _ in nodes}
    found = []
    for identity, parent, node, joins in nodes:
        path, lineage = [names[identity]], [identity]
        while (upper := above[lineage[-1]]) in places and upper not in lineage:
            path.insert(0, names[upper])
            lineage.append(upper)
        missing = [name for name in (parent, *(name for name, _ in joins)) if name and name not in places]
        node = replace(
            node,
            path=tuple(path),
            parent=places.get(parent),
            refs=tuple((places[name], inverse) for name, inverse in joins if name in places),
        )
        circular = upper in lineage
        if missing and not node.fault:
            node = node.failed(Finding("gate joins unknown", names=missing))
        found.append(node.failed(Finding("gate circular")) if circular else node)
    return tuple(found)


def _boolean(element: Any, node: Node) -> tuple[Node, list[tuple[str, bool]]]:
    kinds: dict[str, Kind] = {"and": "and", "or": "or", "not": "not"}
    joined = child(element, *kinds)
    if joined is None:
        raise ValueError("a Boolean gate says and, or, or not")
    references = [
        (attribute(each, "ref") or "", (attribute(each, "use-as-complement") or "").casefold() in ("true", "1"))
        for each in children(joined, "gateReference")
    ]
    kind = kinds[local_name(joined)]
    if len(references) != 1 if kind == "not" else not references:
        raise ValueError(f"a gate of the kind {kind} joins {len(references)} gates")
    return replace(node, kind=kind), references


def _scale(element: Any) -> Scale | Ratio:
    made = child(element, *SCALES, "fratio")
    if made is None:
        told = ", ".join(local_name(each) for each in children(element)) or "nothing"
        raise ValueError(f"the scale {told} is not read")
    name = local_name(made)
    wanted = ("A", "B", "C") if name == "fratio" else SCALES[name]
    values = [real(made, each) for each in wanted]
    known = tuple(value for value in values if value is not None)
    if len(known) < len(wanted):
        raise ValueError(f"the scale {name} lacks one of {', '.join(wanted)}")
    if name == "fratio":
        channels = [attribute(each, "name") or "" for each in children(made, "fcs-dimension")]
        if len(channels) != 2:
            raise ValueError("a ratio has two channels")
        return Ratio(channels[0], channels[1], *known)
    low, high = real(element, "boundMin"), real(element, "boundMax")
    return Scale(name, known, -np.inf if low is None else low, np.inf if high is None else high)


def _matrix(element: Any) -> Matrix:
    def listed(tag: str) -> tuple[str, ...]:
        return tuple(attribute(each, "name") or "" for each in children(child(element, tag), "fcs-dimension"))

    rows = [_values(row, "coefficient") for row in children(element, "spectrum")]
    names, detectors = listed("fluorochromes"), listed("detectors")
    names = names or detectors
    if not detectors or [len(row) for row in rows] != [len(detectors)] * len(names):
        raise ValueError("the matrix has not a row for each fluorochrome and a column for each detector")
    inverted = (attribute(element, "matrix-inverted-already") or "").casefold() in ("true", "1")
    return Matrix(names, detectors, np.array(rows), inverted)


def _values(element: Any, tag: str) -> list[float]:
    found = [real(each, "value") for each in children(element, tag)]
    if any(value is None for value in found):
        raise ValueError(f"a {tag} has no value")
    return [value for value in found if value is not None]


def _text(element: Any) -> str:
    return "" if element is None or element.text is None else str(element.text)
