"""Gates as Gating-ML 2.0."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from cytoclust.io.gates._axis import Axis
from cytoclust.io.gates._gate import Gate
from cytoclust.io.gates._matrix import GateMatrix
from cytoclust.io.gates._xml import NAMESPACES, add, coordinate, safe_ids, words, write_xml

__all__ = ["write_gating_ml"]

_MATRIX: Final = "spillover"
_OWN: Final = "FCS"
"""The matrix in the file of events. Source: Gating-ML 2.0, 5.4."""
_TRANSFORMS: Final = {"arcsinh": "transforms:fasinh", "logicle": "transforms:logicle"}


def write_gating_ml(
    path: str | Path,
    gates: Sequence[Gate],
    *,
    matrix: GateMatrix | None = None,
    own_matrix: bool = False,
    channels: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> None:
    """Write gates as Gating-ML 2.0 (Spidlen et al. 2015); atomically.

    Only ranges and polygons are written, none of them a complement. ``arcsinh`` axes are ``fasinh`` with A = 0, so that
    coordinates are ``asinh(signal / cofactor)`` itself. The compensation is in the file; an axis whose channel the
    matrix lacks is uncompensated.

    Parameters
    ----------
    path
        File to write.
    gates
        Each with its parents; their names stand in ``custom_info``, since an id of XML holds few characters.
    matrix
        The spillover matrix of the files that the gates are for.
    own_matrix
        The gates are for files that hold a matrix each: compensated axes are so by the file's own (``FCS``).
    channels
        $PnN in these files of the channels of axes that are called otherwise there.
    about
        Further words, which stand in ``custom_info`` of the document.

    Raises
    ------
    ValueError
        Gates of one name, or a parent that is absent.
    """
    ordered = Gate.ordered(gates)
    ids, called = safe_ids(gate.name for gate in ordered), dict(channels or {})
    root = ET.Element("gating:Gating-ML", NAMESPACES)
    _custom_info(root, {"program": "cytoclust"} | dict(about or {}))
    if matrix is not None:
        _write_matrix(root, matrix)
    transforms = _write_transforms(root, [axis for gate in ordered for axis in gate.axes])
    for gate in ordered:
        _write_gate(root, gate, ids, transforms, called, matrix, own_matrix)
    write_xml(root, Path(path))


def _custom_info(parent: ET.Element, told: Mapping[str, str]) -> None:
    info = add(parent, "data-type:custom_info")
    for key, text in told.items():
        add(info, key).text = words(text)


def _write_matrix(root: ET.Element, matrix: GateMatrix) -> None:
    element = add(root, "transforms:spectrumMatrix", transforms__id=_MATRIX)
    for kind in ("transforms:fluorochromes", "transforms:detectors"):
        listed = add(element, kind)
        for name in matrix.channels:
            add(listed, "data-type:fcs-dimension", data_type__name=name)
    for row in matrix.values:
        spectrum = add(element, "transforms:spectrum")
        for value in row:
            add(spectrum, "transforms:coefficient", transforms__value=coordinate(value))


def _write_transforms(root: ET.Element, axes: Sequence[Axis]) -> dict[tuple[str, tuple[float, ...]], str]:
    """The id of each scale that is not linear."""
    scales = dict.fromkeys((axis.scale, axis.parameters) for axis in axes if axis.scale != "linear")
    ids: dict[tuple[str, tuple[float, ...]], str] = {}
    for number, scale in enumerate(scales, start=1):
        kind, parameters = scale
        ids[scale] = f"{kind}_{number}"
        element = add(root, "transforms:transformation", transforms__id=ids[scale])
        told = Axis("", scale=kind, parameters=parameters).in_gating_ml
        add(element, _TRANSFORMS[kind], **{f"transforms__{key}": coordinate(value) for key, value in told.items()})
    return ids


def _write_gate(
    root: ET.Element,
    gate: Gate,
    ids: Mapping[str, str],
    transforms: Mapping[tuple[str, tuple[float, ...]], str],
    called: Mapping[str, str],
    matrix: GateMatrix | None,
    own_matrix: bool,
) -> None:
    parent = {} if gate.parent is None else {"gating__parent_id": ids[gate.parent]}
    kind = "gating:RectangleGate" if gate.vertices is None else "gating:PolygonGate"
    element = add(root, kind, gating__id=ids[gate.name], **parent)
    _custom_info(element, {"name": gate.name})
    for i, axis in enumerate(gate.axes):
        name = called.get(axis.channel, axis.channel)
        mixed = axis.compensated and matrix is not None and name in matrix.channels
        by_file = axis.compensated and own_matrix
        attributes = {"gating__compensation-ref": _OWN if by_file else _MATRIX if mixed else "uncompensated"}
        if axis.scale != "linear":
            attributes["gating__transformation-ref"] = transforms[axis.scale, axis.parameters]
        for key, bound in zip(("gating__min", "gating__max"), gate.bounds[i] if gate.bounds else (), strict=False):
            if abs(bound) < float("inf"):
                attributes[key] = coordinate(bound)
        dimension = add(element, "gating:dimension", **attributes)
        add(dimension, "data-type:fcs-dimension", data_type__name=name)
    for vertex in () if gate.vertices is None else gate.vertices:
        point = add(element, "gating:vertex")
        for value in vertex:
            add(point, "gating:coordinate", data_type__value=coordinate(value))
