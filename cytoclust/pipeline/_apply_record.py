"""The record of applying a reference."""

from collections.abc import Sequence

from cytoclust import keys, record
from cytoclust.frozen import Reference
from cytoclust.pipeline._apply_sample import Applied
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._record import panel_columns, record_of, rules_of
from cytoclust.record import Record

__all__ = ["record_applied"]


def record_applied(
    context: Context, *, applied: Sequence[Applied], digests: Sequence[str], reference: Reference, labels_after: float
) -> Record:
    """All but times and memory."""
    rules, thresholds = reference.ruleset, reference.thresholds
    return record_of(
        context, [each.sample for each in applied], [each.looked for each in applied], digests, labels_after,
        reference=record.ReferenceUsed(
            sha256=reference.sha256, cytoclust=reference.cytoclust, started=reference.started,
            samples=[str(name) for name in reference.inputs[keys.SAMPLE]],
        ),
        rules=rules and rules_of(rules, thresholds.markers),
        panel=panel_columns(reference.panel, reference.config, reference.transform, reference.columns, thresholds),
        events=[_events(each) for each in applied],
    )  # fmt: skip


def _events(each: Applied) -> dict[str, object]:
    row = each.counted.quality.iloc[0]
    return {keys.SAMPLE: each.sample.sample_id} | {name: int(row[name]) for name in ("total", *keys.QC)}
