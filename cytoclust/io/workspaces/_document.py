"""What a file of gates says, before it is held against a file of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from cytoclust.findings import Finding

__all__ = ["Axis", "Document", "Kind", "Matrix", "Node", "Ratio", "Scale", "Tree"]

Kind = Literal["range", "rectangle", "polygon", "ellipse", "quadrant", "and", "or", "not", "label", "gate"]
"""``label`` is of a table, ``gate`` one of which not even the kind could be read."""


@dataclass(frozen=True)
class Scale:
    """A scale: its name, and its parameters in the order of FlowKit's class."""

    name: str
    parameters: tuple[float, ...]
    low: float = -np.inf
    high: float = np.inf
    """What its values are cut to (``boundMin``, ``boundMax``)."""


@dataclass(frozen=True)
class Ratio:
    """``a · (x − b) / (y − c)`` of two channels."""

    over: str
    under: str
    a: float
    b: float
    c: float


@dataclass(frozen=True)
class Axis:
    """One dimension of a gate.

    Attributes
    ----------
    name
        Channel, as the document has it, without what it puts around compensated ones.
    matrix
        Key of the matrix that it is compensated by; None of values as they were measured.
    scale
        On which the gate lies; None of a linear one.
    low, high
        From (inclusive) and to (exclusive), on that scale.
    ratio
        Where the axis is a ratio of two channels.
    """

    name: str
    matrix: str | None = None
    scale: Scale | None = None
    low: float | None = None
    high: float | None = None
    ratio: Ratio | None = None


@dataclass(frozen=True, eq=False)
class Matrix:
    """Spillover: row i is what fluorochrome i sends to each detector.

    ``names`` are what gates call the compensated channels; ``inverted`` says that the coefficients solve already.
    """

    names: tuple[str, ...]
    detectors: tuple[str, ...]
    coefficients: np.ndarray
    inverted: bool = False


@dataclass(frozen=True, eq=False)
class Node:
    """One gate.

    Attributes
    ----------
    path
        Names from the top gate down to it.
    parent
        Place in the tree of the gate that it lies in; None at the top.
    vertices
        (v, 2) of a polygon, on the scales of its axes.
    centre, covariance, distance
        Of an ellipsoid: within this squared Mahalanobis distance.
    on_display
        The vertices are shares of the display, from 0 to 1, on each axis.
    refs
        Places of the gates that a Boolean one joins, and whether their complement is meant.
    outside
        The events outside are meant.
    n_stored
        Events that the program which wrote the file counted; None where it says none.
    file
        The one FCS file that it was made for.
    fault
        Why it cannot be read.
    """

    path: tuple[str, ...]
    kind: Kind
    parent: int | None = None
    axes: tuple[Axis, ...] = ()
    vertices: np.ndarray | None = None
    centre: np.ndarray | None = None
    covariance: np.ndarray | None = None
    distance: float = 1.0
    on_display: bool = False
    refs: tuple[tuple[int, bool], ...] = ()
    outside: bool = False
    n_stored: int | None = None
    file: str = ""
    fault: Finding | None = None

    def failed(self, fault: Finding) -> "Node":
        """The same, which cannot be read."""
        return replace(self, fault=fault)


@dataclass(frozen=True, eq=False)
class Tree:
    """The gates of one sample, or of any (``name`` is empty), with its matrices by key.

    ``keywords`` are those of the FCS file, as the program kept them.
    """

    nodes: tuple[Node, ...]
    matrices: Mapping[str, Matrix] = field(default_factory=dict)
    name: str = ""
    uri: str = ""
    keywords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Document:
    """A file of gates: what wrote it, in words, and its trees."""

    kind: Literal["FlowJo workspace", "Gating-ML"]
    trees: tuple[Tree, ...]
