"""Events of all files for gates: all of a rare population, and some that stand for the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.gating import GateEvents, SortStep, StepCounts, lots
from cytoclust.io import LabelBlock
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline.export._gate_targets import GateTarget

__all__ = ["GateSample", "count_targets", "read_gate_sample"]

MOST_OTHERS: Final = 2_000_000
"""Events that gates are learned against. Chosen, for memory: 130 MB of sixteen axes."""
MOST_TARGETS: Final = 300_000
"""Events of a population that are kept at least where others are left out. Chosen, for memory."""
MOST_LEARNED: Final = 50_000
"""Events of a population that a gate is drawn around. Chosen, for speed: more make its edges no sharper."""
UNJUDGED: Final = ("time",)
"""What was set aside for when it came and not for what it is: nothing is known of these events. Chosen."""


@dataclass(frozen=True, eq=False)
class GateSample:
    """Events on the axes of gates; n of them, of s samples.

    Attributes
    ----------
    cohort
        Where they are from.
    columns
        Of the panel: the axes.
    events
        The events; ``target`` is that of nothing yet.
    members
        Of each population that is sought: which events are of it, (n,).
    kinds
        Names of what events are: categories of quality control, then populations.
    lot
        Of each event, evenly from 0 to 1, by which it is among fewer.
    """

    cohort: LabelledCohort
    columns: tuple[int, ...]
    events: GateEvents
    members: dict[str, NDArray[np.bool_]]
    kinds: tuple[str, ...]
    lot: NDArray[np.float64]

    def learned_from(self, name: str, samples: NDArray[np.bool_]) -> GateEvents:
        """Events of some samples (s,), with those of a population marked, and thinned out where they are very many."""
        target, mine = self.members[name], samples[self.events.sample]
        share = min(1.0, MOST_LEARNED / max(float(self.events.weight[target & mine].sum()), 1.0))
        kept = mine & (~target | (self.lot < share * self.events.weight))
        events = replace(self.events, target=target).take(kept)
        weight = np.where(events.target, np.maximum(events.weight, 1 / share), events.weight)
        return replace(events, weight=weight)

    @property
    def complete(self) -> bool:
        """Whether every event of the files is there that is judged."""
        return bool((self.events.weight == 1).all())

    def count(self, target: GateTarget, steps: Sequence[SortStep], samples: Sequence[int]) -> dict[str, StepCounts]:
        """Events of some samples that pass each step: of every event, which are read again where only some are here."""
        found = {}
        for number in samples:
            sample = self.cohort.samples[number]
            if self.complete:
                rows = np.flatnonzero(self.events.sample == number)
                parts = [(self.events.values[rows], self.members[target.name][rows], self.events.kind[rows])]
            else:
                parts = [
                    (values, target.among(block)[judged], kind)
                    for block, judged, values, kind in _blocks(self.cohort, sample, self.columns, self.kinds)
                ]
            counted = [
                StepCounts.of(steps, values, target=own, kind=kind, n_kinds=len(self.kinds))
                for values, own, kind in parts
            ]
            found[sample.sample_id] = StepCounts.total(counted)
        return found


def count_targets(cohort: LabelledCohort, targets: Sequence[GateTarget]) -> NDArray[np.int64]:
    """Events of each population in each sample, (populations, samples), by the labels alone."""
    found = np.zeros((len(targets), len(cohort.samples)), dtype=np.int64)
    for number, sample in enumerate(cohort.samples):
        for block in sample.labels():
            found[:, number] += [np.count_nonzero(target.among(block)) for target in targets]
    return found


def read_gate_sample(
    cohort: LabelledCohort, targets: Sequence[GateTarget], columns: Sequence[int], sizes: NDArray[np.int64]
) -> GateSample:
    """One pass over all files.

    Parameters
    ----------
    cohort
        Files with a label for each event.
    targets
        Populations that are sought.
    columns
        Of the panel: the axes.
    sizes
        Events of each population in all samples.
    """
    kinds = (*keys.QC, *cohort.populations, keys.UNASSIGNED)
    total = sum(sample.n_events for sample in cohort.samples)
    share_of_others = min(1.0, MOST_OTHERS / max(total, 1))
    shares = np.minimum(1.0, MOST_TARGETS / np.maximum(sizes, 1))
    units = sorted({_unit(sample) for sample in cohort.samples})
    parts: list[GateEvents] = []
    members: list[NDArray[np.bool_]] = []
    lot: list[NDArray[np.float64]] = []
    for number, sample in enumerate(cohort.samples):
        for block, judged, values, kind in _blocks(cohort, sample, columns, kinds):
            own = np.array([target.among(block)[judged] for target in targets])
            share = np.maximum(share_of_others, (own * shares[:, None]).max(axis=0, initial=0.0))
            drawn = lots(sample.sample_id, block.start + np.flatnonzero(judged)) / share
            kept = drawn < 1
            n = np.count_nonzero(kept)
            of_sample, of_patient = np.full(n, number), np.full(n, units.index(_unit(sample)))
            parts.append(
                GateEvents(values[kept], 1 / share[kept], np.zeros(n, dtype=bool), of_sample, of_patient, kind[kept])
            )
            members.append(own[:, kept])
            lot.append(drawn[kept])
    together = np.concatenate(members, axis=1)
    return GateSample(
        cohort,
        tuple(columns),
        _joined(parts),
        {target.name: together[at] for at, target in enumerate(targets)},
        kinds,
        np.concatenate(lot),
    )


def _joined(parts: Sequence[GateEvents]) -> GateEvents:
    values = np.empty((sum(map(len, parts)), parts[0].values.shape[1]), dtype=np.float32, order="F")
    stop = 0
    for part in parts:
        values[stop : stop + len(part)] = part.values
        stop += len(part)
    names = ("weight", "target", "sample", "patient", "kind")
    return GateEvents(values, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _blocks(
    cohort: LabelledCohort, sample: LabelledSample, columns: Sequence[int], kinds: Sequence[str]
) -> Iterator[tuple[LabelBlock, NDArray[np.bool_], NDArray[np.float32], NDArray[np.intp]]]:
    """Labels of each block, which of its events are judged, and of these the places on the axes and the kinds."""
    unjudged = [keys.QC.index(name) for name in UNJUDGED if name in keys.QC]
    for block, linear in sample.blocks():
        judged = ~np.isin(block.qc, unjudged)
        values = np.column_stack([cohort.axes[at].coordinates(linear[judged, at]) for at in columns])
        named = np.array([kinds.index(name, len(keys.QC)) for name in block.populations], dtype=np.intp)
        kind = np.where(block.qc == keys.QC_OK, named[block.population], block.qc)[judged]
        yield block, judged, values.astype(np.float32), kind


def _unit(sample: LabelledSample) -> str:
    """The patient, or the sample where none is known."""
    return sample.sample.patient_id or sample.sample_id
