"""Manual gates, held against events."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._event_file import EventFile
from cytoclust.io._unique import unique_names
from cytoclust.io.workspaces._apply_scale import apply_scale
from cytoclust.io.workspaces._choose_tree import choose_tree
from cytoclust.io.workspaces._document import Document, Node, Tree
from cytoclust.io.workspaces._gates import Gate, Gates
from cytoclust.io.workspaces._membership import Bound, bind, find_channel, lows, membership
from cytoclust.io.workspaces._open_document import is_labels, open_document
from cytoclust.io.workspaces._read_label_table import LabelTable, read_label_table
from cytoclust.io.workspaces._source import Events, as_events

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["GateFile", "open_gates", "read_gates"]

SHARE: Final = 0.01
EVENTS: Final = 5
"""A gate is reproduced if its count differs by no more than this share, or this many events. Source: CellEngine's
importer of workspaces allows 1 %; five events are what rounding at the edge of a rare gate moves."""
ROUNDING: Final = 1e-4
"""Difference of two matrices' coefficients that is no rounding. Chosen: FlowJo writes them with six digits and more."""

GateFile = Document | LabelTable


def read_gates(
    path: str | Path,
    data: "str | Path | EventFile | AnnData",
    *,
    sample_id: str | None = None,
    dataset: int | None = None,
) -> Gates:
    """Read manual gates, and which events lie in them.

    Parameters
    ----------
    path
        A FlowJo workspace (``.wsp`` of FlowJo 10 or later), Gating-ML 2.0 (``.xml``), or labels as a CSV:
        docs/howto/compare.md says how. XML needs ``pip install 'cytoclust[workspaces]'``.
    data
        The events: a file, or an AnnData of one sample as ``ct.io.read_fcs`` gives it.
    sample_id
        Of labels: the sample; by default the only one.
    dataset
        Which data set of the event file, from 0, where it holds several.

    Returns
    -------
    The gates with names, parents and kinds, and per event whether it lies in them. What the file itself counts is
    counted again, and told: a gate with ``status`` ``not reproduced`` is another set of events than its author saw.

    Raises
    ------
    InputError
        The file is no gate file that is read, or none of its samples is that of the events.
    """
    events = as_events(data, dataset=dataset)
    found = hold(open_gates(path), events, sample_id=sample_id)
    if isinstance(found, Finding):
        raise InputError(f"{path}: {found}")
    return found


def open_gates(path: str | Path) -> GateFile:
    """A gate file, read but not yet held against events.

    Raises
    ------
    InputError
        It is none that is read.
    """
    path = Path(path)
    return read_label_table(path) if is_labels(path) else open_document(path)


def hold(source: GateFile, events: Events, *, sample_id: str | None = None) -> Gates | Finding:
    """Gates held against the events of a sample; a finding that says why there are none."""
    if isinstance(source, LabelTable):
        return source.gates(events, sample_id)
    tree = choose_tree(source, events)
    return tree if isinstance(tree, Finding) else _held(tree, events)


def _held(tree: Tree, events: Events) -> Gates:
    bound = bind(tree, events)
    if events.numbers is not None:  # some events only: there is no count to compare with
        bound = Bound(tuple(replace(node, n_stored=None) for node in bound.nodes), events, bound.solvers)
    inside = membership(bound)
    extended: set[int] = set()
    if short := _short(bound, inside):
        wider = _extended(bound, short)
        counts = membership(wider).sum(axis=0)
        extended = {at for at in short if _fits(int(counts[at]), bound.nodes[at].n_stored)}
        if extended:
            bound = _extended(bound, sorted(extended))
            inside = membership(bound)
    paths = unique_names(["/".join(node.path) for node in bound.nodes])
    gates = tuple(_gate(bound, paths, at, int(inside[:, at].sum()), at in extended) for at in range(len(bound.nodes)))
    return Gates(_unsure(gates), inside, _matrix_note(tree, events))


def _gate(bound: Bound, paths: list[str], at: int, n_events: int, extended: bool) -> Gate:
    node = bound.nodes[at]
    parent = "" if node.parent is None else paths[node.parent]
    reason = tuple(filter(None, [node.fault, Finding("gate extended") if extended else None]))
    status: keys.GateStatus
    if node.fault:
        status = "not supported"
    elif node.n_stored is None:
        status = "not counted"
    elif _fits(n_events, node.n_stored):
        status = "reproduced"
    else:
        status = "not reproduced"
        reason += (Finding("gate counts differ", here=n_events, there=node.n_stored),)
    return Gate(
        node.path[-1], paths[at], parent, node.kind, n_events, node.n_stored, status, reason, bound.channels(at)
    )  # fmt: skip


def _unsure(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Rare gates in one that is not reproduced are not either: so few events fit by the tolerance alone."""
    found = {gate.path: gate for gate in gates}
    for gate in sorted(gates, key=lambda gate: gate.path.count("/")):
        above = found.get(gate.parent)
        tells = gate.n_stored is not None and gate.n_stored * SHARE >= EVENTS
        if above and above.status == "not reproduced" and gate.usable and not tells:
            reason = (*gate.reason, Finding("gate in another not reproduced", gate=above.path))
            found[gate.path] = replace(gate, status="not reproduced", reason=reason)
    return tuple(found[gate.path] for gate in gates)


def _fits(n_events: int, n_stored: int | None) -> bool:
    return n_stored is None or abs(n_events - n_stored) <= max(SHARE * n_stored, EVENTS)


def _short(bound: Bound, inside: np.ndarray) -> list[int]:
    """Gates that miss events, and reach the axis, where FlowJo piles up what lies below its scale."""
    counts = inside.sum(axis=0)
    return [
        at
        for at, node in enumerate(bound.nodes)
        if node.n_stored is not None
        and not node.fault
        and counts[at] < node.n_stored
        and not _fits(int(counts[at]), node.n_stored)
        and any(_reaches(node, i) for i in range(len(node.axes)))
    ]


def _zero(node: Node, i: int) -> float:
    scale = node.axes[i].scale
    return 0.0 if scale is None else float(apply_scale(scale, np.zeros(1))[0])


def _reaches(node: Node, i: int) -> bool:
    if node.on_display or (node.vertices is None and node.axes[i].low is None):
        return False
    lowest = node.axes[i].low if node.vertices is None else float(node.vertices[:, i].min())
    return lowest is not None and lowest <= _zero(node, i)


def _extended(bound: Bound, places: list[int]) -> Bound:
    """With the sides at or below zero moved to the lowest event, as cytolib does (``extend_val = 0``)."""
    nodes, lowest = list(bound.nodes), lows(bound, places)
    for at in places:
        node = nodes[at]
        reaching = [i for i in range(len(node.axes)) if _reaches(node, i)]
        if node.vertices is None:
            axes = tuple(replace(axis, low=None) if i in reaching else axis for i, axis in enumerate(node.axes))
            nodes[at] = replace(node, axes=axes)
            continue
        vertices = node.vertices.copy()
        for i in reaching:
            low = vertices[:, i] <= _zero(node, i)
            vertices[low, i] = np.minimum(vertices[low, i], lowest[at, i])
        nodes[at] = replace(node, vertices=vertices)
    return Bound(tuple(nodes), bound.events, bound.solvers)


def _matrix_note(tree: Tree, events: Events) -> tuple[Finding, ...]:
    """Where the gates are compensated by another matrix than the file's own."""
    if events.spill is None:
        return ()
    own = _by_column(events.spill.channels, events.spill.matrix, events)
    for matrix in tree.matrices.values():
        theirs = _by_column(matrix.detectors, matrix.coefficients, events)
        if not matrix.inverted and matrix.coefficients.shape[0] == len(matrix.detectors) and set(theirs) == set(own):
            most = max(abs(theirs[pair] - own[pair]) for pair in own)
            if most > ROUNDING:
                return (Finding("gates compensated otherwise", most=most),)
    return ()


def _by_column(names: Sequence[str], table: np.ndarray, events: Events) -> dict[tuple[int | None, int | None], float]:
    """Coefficients by the columns of source and detector in the file."""
    columns = [find_channel(name, events) for name in names]
    return {
        (row, column): float(table[i, j])
        for i, row in enumerate(columns)
        for j, column in enumerate(columns)
        if i < len(table)
    }
