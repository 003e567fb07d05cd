"""A workspace for FlowJo, and labels as FlowJo imports them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io import atomic_path, channel_names, open_fcs
from cytoclust.io.gates import (
    Axis,
    Gate,
    WorkspaceChannel,
    WorkspaceGate,
    WorkspaceSample,
    inside,
    write_workspace,
)
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline.export._codes import Codes
from cytoclust.pipeline.export._fcs import column_names, fcs_name
from cytoclust.pipeline.export._gate_files import called_here, matrix_of, read_gates
from cytoclust.pipeline.export._work import Work

__all__ = ["export_flowjo", "write_flowjo"]

WORKSPACE: Final = "cohort.wsp"
_LEAST_TOP: Final = 10.0
"""Upper end of an axis, of a channel whose file says none. Bears on no result: FlowJo draws with it."""


def export_flowjo(context: Context, *, labelled: LabelledCohort) -> None:
    """Write ``flowjo``; it shows the files in ``fcs``, and the gates of a sorter where this run made some."""
    context.begin(sum(sample.n_events for sample in labelled.samples))
    output = context.output
    gates = read_gates(output.path("gates")) if context.config.export.gates else {}
    write_flowjo(context, labelled, output.path("flowjo"), fcs=output.path("fcs"), gates=gates)


def write_flowjo(
    work: Work, cohort: LabelledCohort, folder: Path, *, fcs: Path, gates: Mapping[str, Sequence[Gate]]
) -> None:  # fmt: skip
    """Write ``<sample_id>.csv`` of each sample, ``legend.csv``, and ``cohort.wsp`` over the files in ``fcs``.

    Each population is a range of the column that holds its code; ``gates`` of a sorter are beside them, counted.
    """
    codes = Codes(cohort.counts, positive=True)
    ours = column_names(cohort)[1]
    tree, tick = _tree(gates), work.advance
    folder, fcs = folder.absolute(), fcs.absolute()

    def one(sample: LabelledSample) -> WorkspaceSample:
        counted = _counts(tick, cohort, sample, codes, folder / f"{sample.sample_id}.csv", tree)
        return _sample(cohort, sample, fcs / fcs_name(sample), ours, counted, tree)

    codes.write(folder)
    samples = work.executor.map(one, cohort.samples)
    write_workspace(folder / WORKSPACE, samples)


def _tree(gates: Mapping[str, Sequence[Gate]]) -> list[Gate]:
    """The gates of all populations with names of their own."""
    names = [gate.name for mine in gates.values() for gate in mine]
    repeated = {name for name in names if names.count(name) > 1}

    def own(name: str | None, population: str) -> str | None:
        return f"{name} ({population})" if name in repeated else name

    return [
        replace(gate, name=own(gate.name, population) or "", parent=own(gate.parent, population))
        for population, mine in gates.items()
        for gate in mine
    ]


def _counts(
    tick: Callable[[int], None],
    cohort: LabelledCohort,
    sample: LabelledSample,
    codes: Codes,
    path: Path,
    tree: Sequence[Gate],
) -> dict[str, int]:
    """Events of each population, and in each gate; on the way labels are written as FlowJo imports them.

    Populations are under ``population <name>``, gates under ``gate <name>``.
    """
    counts = dict.fromkeys([f"population {name}" for name in codes.populations], 0)
    counts |= dict.fromkeys([f"gate {gate.name}" for gate in tree], 0)
    with atomic_path(path) as temporary, temporary.open("wb") as handle:
        handle.write(f"{keys.CLUSTER},{keys.POPULATION}\n".encode())
        for block in sample.labels():
            population = codes.population(block)
            np.savetxt(handle, np.column_stack([codes.cluster(block), population]), fmt="%d", delimiter=",")
            found = np.bincount(population, minlength=len(codes.populations) + 2)
            for code, name in enumerate(codes.populations, start=1):
                counts[f"population {name}"] += int(found[code])
            if tree:
                signals = _signals(cohort, sample, block.start, block.stop)
                for gate in tree:
                    counts[f"gate {gate.name}"] += int(inside(gate, signals.__getitem__, tree).sum())
            tick(len(population))
    return counts


def _signals(cohort: LabelledCohort, sample: LabelledSample, start: int, stop: int) -> dict[Axis, NDArray[np.float32]]:
    events = sample.source.read(start, stop)
    return {axis: events[:, i] for i, axis in enumerate(cohort.axes)}


def _sample(
    cohort: LabelledCohort,
    sample: LabelledSample,
    path: Path,
    ours: str,
    counts: Mapping[str, int],
    tree: Sequence[Gate],
) -> WorkspaceSample:
    called, written = called_here(cohort, sample), open_fcs(path)
    axis = Axis(ours)
    gates = [
        WorkspaceGate(Gate(name, None, (axis,), bounds=((code - 0.5, code + 0.5),)), counts[f"population {name}"])
        for code, name in enumerate(cohort.populations, start=1)
    ]
    taken = {each.gate.name for each in gates}
    for gate in tree:
        own = replace(
            gate,
            name=_sort_name(gate.name, taken),
            parent=gate.parent and _sort_name(gate.parent, taken),
            axes=tuple(replace(each, channel=called[each.channel]) for each in gate.axes),
        )
        gates.append(WorkspaceGate(own, counts[f"gate {gate.name}"]))
    scales = {called[each.channel]: each for each in cohort.axes}
    tops = [max(channel.limit, _LEAST_TOP) for channel in sample.source.file.channels]
    further = written.channels[len(tops) :]
    channels = [
        WorkspaceChannel(name, top, scales.get(name))
        for name, top in zip(channel_names(sample.source.file), tops, strict=True)
    ]
    return WorkspaceSample(
        name=path.name,
        path=Path("..") / "fcs" / path.name,
        n_events=sample.n_events,
        channels=[*channels, *(WorkspaceChannel(each.name, each.limit) for each in further)],
        matrix=matrix_of(sample),
        gates=gates,
        keywords=written.text,
    )


def _sort_name(name: str, taken: set[str]) -> str:
    """The name of a gate beside those of populations."""
    return f"{name} (sort gate)" if name in taken else name
