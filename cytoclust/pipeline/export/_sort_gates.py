"""Gates for a sorter, for populations of a run."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.gating import (
    LEAST_OF_PATIENT,
    Sorter,
    SortStep,
    StepCounts,
    gate_rows,
    learn_sort_gates,
    sort_plan,
    split_patients,
)
from cytoclust.io.gates import Axis, Gate
from cytoclust.pipeline._labelled import LabelledCohort
from cytoclust.pipeline.export._gate_pairs import GatePairs, gate_pairs
from cytoclust.pipeline.export._gate_sample import GateSample, count_targets, read_gate_sample
from cytoclust.pipeline.export._gate_targets import GateTarget, gate_targets

__all__ = ["LEAST_EVENTS", "SortGates", "sort_gates"]

LEAST_EVENTS: Final = 50
"""Events of a population that gates can be learned from and measured on. Chosen: 25 to draw around, 25 to judge by."""


@dataclass(frozen=True, eq=False)
class SortGates:
    """What a sort of some populations takes.

    Attributes
    ----------
    gates
        Of each population: its gates, the outermost first; the last one bears its name.
    tables
        ``gates`` and ``sort_plan``.
    notes
        What could not be done or told.
    """

    gates: dict[str, list[Gate]]
    tables: dict[str, pd.DataFrame]
    notes: tuple[Finding, ...]


def sort_gates(
    cohort: LabelledCohort,
    names: Sequence[str],
    *,
    parents: Iterable[tuple[str, str]] = (),
    sorter: Sorter | None = None,
    min_yield: float = 0.8,
) -> SortGates:
    """Gates of some populations, learned on half of the patients and measured on the other half.

    Parameters
    ----------
    cohort
        Files with a label for each event.
    names
        Populations, or clusters as ``cluster 12``.
    parents
        Each population of the rules with the one above it: a population's events are its own and those of all under it.
    sorter
        How the sorter runs.
    min_yield
        Least share of a population that all gates together keep.

    Raises
    ------
    InputError
        A name that the run does not have, or populations all of which have too few events.
    """
    counts = cohort.counts
    targets = gate_targets(names, populations=cohort.populations, clusters=counts.clusters, parents=parents)
    by_sample = count_targets(cohort, targets)
    enough = by_sample.sum(axis=1) >= LEAST_EVENTS
    few = [_too_few(target, n) for target, n, ok in zip(targets, by_sample.sum(axis=1), enough, strict=True) if not ok]
    if targets and not enough.any():
        raise InputError(few[0].sentence)
    chosen = [(target, by_sample[at]) for at, target in enumerate(targets) if enough[at]]
    sizes = np.array([own.sum() for _, own in chosen])
    pairs = gate_pairs(cohort.panel, viability=cohort.config.panel.viability)
    sample = read_gate_sample(cohort, [target for target, _ in chosen], pairs.columns, sizes)
    made = [_of_population(sample, target, own, pairs, sorter or Sorter(), min_yield) for target, own in chosen]
    return SortGates(
        {target.name: each.gates for (target, _), each in zip(chosen, made, strict=True)},
        {
            "gates": pd.DataFrame([row for each in made for row in each.rows]),
            "sort_plan": pd.DataFrame([row for each in made for row in each.plan]),
        },
        (*few, *(note for each in made for note in each.notes)),
    )


@dataclass(frozen=True, eq=False)
class _Made:
    gates: list[Gate]
    rows: list[dict[str, Any]]
    plan: list[dict[str, Any]]
    notes: list[Finding]


def _of_population(
    sample: GateSample,
    target: GateTarget,
    own: NDArray[np.int64],
    pairs: GatePairs,
    sorter: Sorter,
    min_yield: float,
) -> _Made:
    """Gates, rows of both tables and notes of one population; ``own`` are its events in each sample."""
    samples = sample.cohort.samples
    patients = {each.sample_id: each.sample.patient_id or each.sample_id for each in samples}
    events: dict[str, int] = {}
    for each, n in zip(samples, own.tolist(), strict=True):
        events[patients[each.sample_id]] = events.get(patients[each.sample_id], 0) + n
    learned, held_out = split_patients(events)
    given = sample.learned_from(target.name, np.array([patients[each.sample_id] in learned for each in samples]))
    steps = learn_sort_gates(given, pre_gates=pairs.pre_gates, pairs=pairs.pairs, min_yield=min_yield)
    on = [at for at, each in enumerate(samples) if patients[each.sample_id] in (held_out or learned)]
    counted = sample.count(target, steps, on)
    panel, axes = sample.cohort.panel, sample.cohort.axes
    gates = _gates(target.name, steps, [axes[column] for column in pairs.columns])
    on_axes = [[panel.names[pairs.columns[at]] for at in (step.x, step.y)] for step in steps]
    told = gate_rows(counted, patients, sample.kinds, held_out=bool(held_out))
    shares = _of_parent(list(counted.values()))
    rows = [
        {keys.POPULATION: target.name, "x": x, "y": y} | _described(gate) | row | {"share_of_parent": share}
        for gate, (x, y), row, share in zip(gates, on_axes, told, shares, strict=True)
    ]
    plan = [
        {keys.POPULATION: target.name, keys.SAMPLE: each.sample_id}
        | sort_plan(
            n_target=int(n), n_events=each.n_events, gate_yield=told[-1]["yield"], gate_purity=told[-1]["purity"],
            sorter=sorter,
        )
        for each, n in zip(samples, own, strict=True)
        if each.n_events
    ]  # fmt: skip
    return _Made(gates, rows, plan, _notes(target, events, held_out, steps))


def _gates(name: str, steps: Sequence[SortStep], axes: Sequence[Axis]) -> list[Gate]:
    """As exporters take them; each within the one before it."""
    found: list[Gate] = []
    for number, step in enumerate(steps, start=1):
        x, y = axes[step.x], axes[step.y]
        title = name if number == len(steps) else step.name or f"{x.name} {y.name}"
        found.append(Gate(title, found[-1].name if found else None, (x, y), step.vertices))
    return found


def _described(gate: Gate) -> dict[str, Any]:
    """What ``tables/gates.csv`` says of a gate itself: its vertices in the unit of the file, as ``x y; x y``."""
    x, y = gate.axes
    corners = np.zeros((0, 2)) if gate.vertices is None else gate.vertices
    signals = np.column_stack([axis.signal(corners[:, at]) for at, axis in enumerate((x, y))])
    return {
        "name": gate.name, "x_scale": _scale(x), "y_scale": _scale(y),
        "n_vertices": len(corners), "vertices": "; ".join(f"{a:.8g} {b:.8g}" for a, b in signals),
    }  # fmt: skip


def _scale(axis: Axis) -> str:
    return " ".join([axis.scale, *(f"{each:.8g}" for each in axis.parameters)])


def _of_parent(counts: Sequence[StepCounts]) -> list[float]:
    """Share of what passed the step before, whatever it is, that passes each step."""
    total = StepCounts.total(counts)
    passed = (total.target + total.others).astype(float)
    return [float(after / before) if before else np.nan for before, after in itertools.pairwise(passed)]


def _too_few(target: GateTarget, n: int) -> Finding:
    return Finding("too few for gates", population=target.name, n=int(n), least=LEAST_EVENTS)


def _notes(
    target: GateTarget, events: Mapping[str, int], held_out: frozenset[str], steps: Sequence[SortStep]
) -> list[Finding]:
    """What the reader of the gates has to know."""
    have = sum(n >= LEAST_OF_PATIENT for n in events.values())
    measured = sum(events[name] > 0 for name in held_out)
    notes = []
    if not held_out:
        notes.append(Finding("gates not measured", population=target.name, patients=have, least=LEAST_OF_PATIENT))
    elif measured < 2:
        notes.append(Finding("gates measured on one", population=target.name))
    lacking = [name for name in ("singlets", "viable") if name not in {step.name for step in steps}]
    if lacking:
        notes.append(Finding("gates lack", population=target.name, gates=lacking))
    return notes
