"""``run.json``."""

import json

from cytoclust.pipeline._context import Context
from cytoclust.pipeline._put_in_place import RECORD
from cytoclust.pipeline._record import timed
from cytoclust.record import Record

__all__ = ["export_record"]


def export_record(context: Context, *, record: Record) -> Record:
    """Write the record, with the time that everything took."""
    done = timed(record, context)
    del done.seconds[context.step.name]  # the report tells the same steps
    text = json.dumps(done.to_json(), indent=1, ensure_ascii=False, default=str, allow_nan=False)
    context.output.path(RECORD).write_text(text + "\n", encoding="utf-8")
    return done
