"""A workspace for FlowJo."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from cytoclust.io._unique import unique_names
from cytoclust.io.gates._axis import Axis
from cytoclust.io.gates._gate import Gate
from cytoclust.io.gates._matrix import GateMatrix
from cytoclust.io.gates._xml import NAMESPACES, add, coordinate, write_xml

__all__ = ["WorkspaceChannel", "WorkspaceGate", "WorkspaceSample", "write_workspace"]

_PREFIX: Final = "Comp-"
"""Before the name of a channel after compensation. Convention: FlowJo's."""
_LENGTH: Final = "256"
"""Bins of an axis. Bears on no result: FlowJo draws with them."""
_ADDED: Final = 1.0
"""Decades below zero that an arcsinh axis shows. Bears on no result: FlowJo draws with it."""
_SLASH: Final = "|"
"""For a slash in the name of a gate, which FlowJo takes for a path; the true name is the gate's annotation."""
_GROUP: Final = "All Samples"


@dataclass(frozen=True)
class WorkspaceChannel:
    """A channel of a sample's file by $PnN, its scale, and the upper end of its axis, linear."""

    name: str
    top: float
    axis: Axis | None = None


@dataclass(frozen=True)
class WorkspaceGate:
    """A gate and the events of the sample that lie in it, within its parents; None if they were not counted."""

    gate: Gate
    count: int | None = None


@dataclass(frozen=True, eq=False)
class WorkspaceSample:
    """A sample of a workspace.

    Attributes
    ----------
    name
        As FlowJo lists it.
    path
        Of its FCS file, from the folder of the workspace.
    n_events
        Of the file.
    channels
        Of the file, with the scale of the run where it has one.
    matrix
        The spillover matrix that the sample is compensated with.
    gates
        Parents are among them. Axes name channels as this file does.
    keywords
        TEXT of the file.
    """

    name: str
    path: Path
    n_events: int
    channels: Sequence[WorkspaceChannel]
    matrix: GateMatrix | None = None
    gates: Sequence[WorkspaceGate] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)


def write_workspace(path: str | Path, samples: Sequence[WorkspaceSample]) -> None:
    """Write a workspace of FlowJo 10; atomically.

    Each sample has its matrix, its scales and its gates. FlowJo keeps the coordinates of gates as linear signals, and
    draws lines between them on the scale of the axis.

    Raises
    ------
    ValueError
        Gates of one name, or a parent that is absent.
    """
    head = {"version": "20.0", "flowJoVersion": "10.8.1", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    root = ET.Element("Workspace", head | NAMESPACES)
    _write_group(root, len(samples))
    listed = add(root, "SampleList")
    for number, sample in enumerate(samples, start=1):
        _write_sample(listed, sample, str(number))
    write_xml(root, Path(path))


def _write_group(root: ET.Element, n_samples: int) -> None:
    node = add(add(root, "Groups"), "GroupNode", name=_GROUP, annotation="", owningGroup=_GROUP)
    references = add(add(node, "Group", name=_GROUP), "SampleRefs")
    for number in range(1, n_samples + 1):
        add(references, "SampleRef", sampleID=str(number))


def _write_sample(listed: ET.Element, sample: WorkspaceSample, number: str) -> None:
    element = add(listed, "Sample")
    add(element, "DataSet", uri=quote(sample.path.as_posix()), sampleID=number)
    if sample.matrix is not None:
        _write_matrix(element, sample.matrix)
    mixed = set() if sample.matrix is None else set(sample.matrix.channels)
    scales = add(element, "Transformations")
    for channel in sample.channels:
        for prefix in ("", _PREFIX) if channel.name in mixed else ("",):
            _write_scale(scales, channel, prefix + channel.name)
    keywords = add(element, "Keywords")
    for key, value in sample.keywords.items():
        add(keywords, "Keyword", name=key, value=value)
    node = add(
        element, "SampleNode", name=sample.name, annotation="", owningGroup="", count=str(sample.n_events),
        sampleID=number,
    )  # fmt: skip
    _write_populations(node, sample, mixed)


def _write_matrix(element: ET.Element, matrix: GateMatrix) -> None:
    top = add(
        element, "transforms:spilloverMatrix", spectral="0", prefix=_PREFIX, name="cytoclust", editable="0",
        status="FINALIZED", transforms__id="cytoclust", suffix="",
    )  # fmt: skip
    parameters = add(top, "data-type:parameters")
    for name in matrix.channels:
        add(parameters, "data-type:parameter", data_type__name=name, userProvidedCompInfix=_PREFIX + name)
    for name, row in zip(matrix.channels, matrix.values, strict=True):
        source = add(top, "transforms:spillover", data_type__parameter=name, userProvidedCompInfix=_PREFIX + name)
        for other, value in zip(matrix.channels, row, strict=True):
            add(source, "transforms:coefficient", data_type__parameter=other, transforms__value=coordinate(value))


def _write_scale(scales: ET.Element, channel: WorkspaceChannel, name: str) -> None:
    """The scale of a channel; FlowJo's arcsinh is that of Gating-ML, from A decades below zero to T."""
    top, axis = channel.top, channel.axis
    if axis is not None and axis.scale == "arcsinh":
        decades = math.asinh(top / axis.parameters[0]) / math.log(10)
        told = {"T": top, "A": _ADDED, "M": decades, "W": -top}
        element = add(
            scales, "transforms:fasinh", transforms__length=_LENGTH, transforms__maxRange=coordinate(top),
            **_of_transform(told),
        )  # fmt: skip
    elif axis is not None and axis.scale == "logicle":
        element = add(scales, "transforms:logicle", transforms__length=_LENGTH, **_of_transform(axis.in_gating_ml))
    else:
        element = add(
            scales, "transforms:linear", transforms__minRange="0.0", transforms__maxRange=coordinate(top), gain="1"
        )  # fmt: skip
    add(element, "data-type:parameter", data_type__name=name)


def _of_transform(told: Mapping[str, float]) -> dict[str, str]:
    return {f"transforms__{key}": coordinate(value) for key, value in told.items()}


def _write_populations(node: ET.Element, sample: WorkspaceSample, mixed: set[str]) -> None:
    Gate.ordered([each.gate for each in sample.gates])  # refuses what hangs nowhere
    counts = {each.gate.name: each.count for each in sample.gates}

    def write(parent: ET.Element, within: str | None) -> None:
        children = [each.gate for each in sample.gates if each.gate.parent == within]
        listed = add(parent, "Subpopulations") if children else parent
        shown = unique_names([gate.name.replace("/", _SLASH) for gate in children])
        for gate, name in zip(children, shown, strict=True):
            found, true_name = counts[gate.name], "" if name == gate.name else gate.name
            told = "-1" if found is None else str(found)
            element = add(listed, "Population", name=name, annotation=true_name, owningGroup="", count=told)
            _write_gate(add(element, "Gate"), gate, mixed)
            write(element, gate.name)

    write(node, None)


def _write_gate(element: ET.Element, gate: Gate, mixed: set[str]) -> None:
    kind = "gating:RectangleGate" if gate.vertices is None else "gating:PolygonGate"
    shape = add(element, kind, eventsInside="1", annoOffsetX="0", annoOffsetY="0", isTinted="0")
    for i, axis in enumerate(gate.axes):
        bounds = {}
        for key, bound in zip(("gating__min", "gating__max"), gate.bounds[i] if gate.bounds else (), strict=False):
            if math.isfinite(bound):
                bounds[key] = coordinate(axis.signal(bound).item())
        prefix = _PREFIX if axis.compensated and axis.channel in mixed else ""
        dimension = add(shape, "gating:dimension", **bounds)
        add(dimension, "data-type:fcs-dimension", data_type__name=prefix + axis.channel)
    for vertex in () if gate.vertices is None else gate.vertices:
        point = add(shape, "gating:vertex")
        for axis, value in zip(gate.axes, vertex, strict=True):
            add(point, "gating:coordinate", data_type__value=coordinate(axis.signal(value).item()))
