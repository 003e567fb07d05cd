"""The record of applying a reference."""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cytoclust import keys, record
from cytoclust.frozen import Reference
from cytoclust.pipeline._apply_sample import Applied
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._recipe import PACKAGES, versions
from cytoclust.pipeline._record import input_file, rules_of
from cytoclust.pp import find_uses, find_viability
from cytoclust.record import Record, notes_of
from cytoclust.version import VERSION

__all__ = ["record_applied"]


def record_applied(
    context: Context, *, applied: Sequence[Applied], digests: Sequence[str], reference: Reference, labels_after: float
) -> Record:
    """All but times and memory."""
    config, rules = context.whole, reference.ruleset
    named = [each.sample.sample_id for each in applied]
    return Record(
        cytoclust=VERSION,
        python=platform.python_version(),
        packages={name: versions()[name] for name in PACKAGES},
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        started=context.started.isoformat(timespec="seconds"),
        seed=config.run.seed,
        parameters=config.model_dump(mode="json"),
        reference=record.ReferenceUsed(
            sha256=reference.sha256, cytoclust=reference.cytoclust, started=reference.started,
            samples=[str(name) for name in reference.inputs[keys.SAMPLE]],
        ),
        rules=rules and rules_of(rules, reference.thresholds.markers),
        left_out=list(context.left_out),
        inputs=[
            input_file(each.sample, each.prepared, digest) for each, digest in zip(applied, digests, strict=True)
        ],
        panel=_panel(reference),
        events=[_events(each) for each in applied],
        quality={name: each.prepared.model.summary() for name, each in zip(named, applied, strict=True)},
        quality_notes={name: notes_of(each.prepared.model.notes) for name, each in zip(named, applied, strict=True)},
        notes=notes_of(finding for _, _, finding in context.found),
        labels_after_seconds=labels_after,
    )  # fmt: skip


def _events(each: Applied) -> dict[str, object]:
    row = each.counted.quality.iloc[0]
    return {keys.SAMPLE: each.sample.sample_id} | {name: int(row[name]) for name in ("total", *keys.QC)}


def _panel(reference: Reference) -> list[record.Column]:
    panel, config, thresholds = reference.panel, reference.config, reference.thresholds
    dye = find_viability(panel, config.panel.viability)
    cuts = dict(zip(thresholds.markers, np.asarray(thresholds.positive, dtype=float), strict=True))
    uses = find_uses(
        panel, clustered=set(reference.columns.tolist()), dye=dye, chosen=config.cluster.markers is not None
    )  # fmt: skip
    return [
        record.Column(
            name=name, channel=panel.channels[i], marker=panel.markers[i], signal_type=panel.signal_types[i],
            role=uses[i], transform=reference.transform.words(i),
            threshold=None if np.isnan(cuts.get(name, np.nan)) else round(float(cuts[name]), 4),
        )
        for i, name in enumerate(panel.names)
    ]  # fmt: skip
