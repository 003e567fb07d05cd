"""The record of a run, from what the steps made."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, record
from cytoclust.findings import Finding
from cytoclust.io import Panel, Sample
from cytoclust.params import Config
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._prepare import Looked
from cytoclust.pipeline._recipe import PACKAGES, versions
from cytoclust.positivity import LEVELS, Thresholds
from cytoclust.pp import PreparedEvents, Transform, find_uses, find_viability
from cytoclust.progress import peak_memory_mb
from cytoclust.record import Record, notes_of
from cytoclust.rules import Naming, Pattern, RuleSet
from cytoclust.stats import ClusterCounts
from cytoclust.version import VERSION

__all__ = ["make_record", "panel_columns", "record_of", "rules_of", "timed"]


def make_record(
    context: Context,
    *,
    samples: Sequence[Sample],
    prepared: Sequence[Looked],
    digests: Sequence[str],
    panel: Panel,
    transform: Transform,
    source: PreparedEvents,
    naming: Naming,
    controls_read: Sequence[record.Control],
    rules: RuleSet | None,
    counted: ClusterCounts,
    labels_after: float,
) -> Record:
    """All but times and memory."""
    return record_of(
        context, samples, prepared, digests, labels_after,
        rules=rules and rules_of(rules, naming.thresholds.markers, naming.limits),
        panel=panel_columns(panel, context.whole, transform, source.columns, naming.thresholds),
        panel_notes=notes_of(panel.notes),
        controls=list(controls_read),
        events=counted.quality.reset_index()[[keys.SAMPLE, "total", *keys.QC]].to_dict("records"),
    )  # fmt: skip


def record_of(
    context: Context,
    samples: Sequence[Sample],
    looked: Sequence[Looked],
    digests: Sequence[str],
    labels_after: float,
    **more: Any,
) -> Record:
    """What is told alike of a run and of applying a reference, with what is not."""
    config = context.whole
    named = [(sample.sample_id, each.model) for sample, each in zip(samples, looked, strict=True)]
    return Record(
        cytoclust=VERSION,
        python=platform.python_version(),
        packages={name: versions()[name] for name in PACKAGES},
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        started=context.started.isoformat(timespec="seconds"),
        seed=config.run.seed,
        parameters=config.model_dump(mode="json"),
        left_out=list(context.left_out),
        inputs=[_input_file(*each) for each in zip(samples, looked, digests, strict=True)],
        quality={name: model.summary() for name, model in named},
        quality_notes={name: notes_of(model.notes) for name, model in named},
        notes=notes_of(finding for _, _, finding in context.found),
        labels_after_seconds=labels_after,
        **more,
    )


def timed(made: Record, context: Context) -> Record:
    """With the seconds of each step so far, peak memory, and what steps found since the record was made."""
    return made.model_copy(
        update={
            "seconds": context.seconds(),
            "peak_memory_mb": peak_memory_mb(),
            "traffic": asdict(context.executor.traffic),
            "resumed": _resumed(context),
            "notes": notes_of(finding for _, _, finding in context.found),
        }
    )


def _resumed(context: Context) -> record.Resumed | None:
    """What of an earlier run was used; None of a run that did not go on from one."""
    store = context.store
    if not store.resume:
        return None
    steps: dict[str, list[str]] = {}
    for step, sample in store.used:
        steps.setdefault(step, []).extend([sample] if sample else [])
    return record.Resumed(used=steps, again=notes_of(store.again))


def rules_of(rules: RuleSet, panel: Sequence[str], limits: Sequence[Finding] = ()) -> record.Rules:
    """The rule set, and what the panel can name by it: markers by the panel's names, as far as it has them."""
    at, malignant, can = rules.columns(panel), rules.malignant, rules.evaluable(panel)

    def levels(pattern: Pattern) -> dict[str, list[str]]:
        return {
            panel[at[name]]: [level for level in LEVELS if level in allowed]
            for name, allowed in pattern.items()
            if name in at
        }

    populations = [
        record.RulePopulation(
            name=each.name, parent=each.parent, markers=levels(each.markers), optional=levels(each.optional),
            unless=list(each.unless), primary=each.primary, malignant=each.name in malignant,
        )
        for each in rules.populations
        if each.name in can
    ]  # fmt: skip
    return record.Rules(name=rules.name, version=rules.version, populations=populations, limits=notes_of(limits))


def _input_file(sample: Sample, looked: Looked, digest: str) -> record.InputFile:
    """A sample's file, and what reading it noted."""
    file = looked.source.file
    faulty = [each for each in looked.judged if each.code == "events not finite"]
    return record.InputFile(
        **{name: getattr(sample, name) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)},
        path=str(sample.path), dataset=None if sample.dataset is None else sample.dataset + 1,
        further=dict(sample.further), sha256=digest,
        n_events=file.n_events, version=file.version,
        cytometer=file.text.get("$CYT", ""), compensated=looked.source.matrix is not None,
        notes=notes_of([*file.notes, *looked.source.notes, *faulty]),
    )  # fmt: skip


def panel_columns(
    panel: Panel, config: Config, transform: Transform, clustered: NDArray[np.int64], thresholds: Thresholds
) -> list[record.Column]:
    """What was made of each column of the panel; ``clustered`` are those that clusters rest on."""
    dye = find_viability(panel, config.panel.viability)
    cuts = dict(zip(thresholds.markers, np.asarray(thresholds.positive, dtype=float), strict=True))
    uses = find_uses(panel, clustered=set(clustered.tolist()), dye=dye, chosen=config.cluster.markers is not None)
    return [
        record.Column(
            name=name, channel=panel.channels[i], marker=panel.markers[i], signal_type=panel.signal_types[i],
            role=uses[i], transform=transform.words(i),
            threshold=None if np.isnan(cuts.get(name, np.nan)) else round(float(cuts[name]), 4),
        )
        for i, name in enumerate(panel.names)
    ]  # fmt: skip
