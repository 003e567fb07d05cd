"""THE table of steps of applying a reference: as a run's, with what was frozen in place of what is learnt."""

from typing import Final

from cytoclust.pipeline._steps import Step, export_step
from cytoclust.registry import EXPORTERS

__all__ = ["APPLY_STEPS"]

APPLY_STEPS: Final = (
    Step(
        name="opening files",
        title="opening files",
        does="Open every file, and refuse what is not the reference's panel, scale, voltage or compensation.",
        function="cytoclust.pipeline._apply_open:open_applied",
        needs=("request", "reference"),
        makes=("opened", "digests"),
    ),
    Step(
        name="warming up",
        title="opening files",
        does="Start the process that will draw part of the report.",
        function="cytoclust.pipeline._apply_open:warm_up_drawing",
        needs=("opened",),
    ),
    Step(
        name="controls",
        title="reading controls",
        does="Read the process controls and beads of the sheet, which are no samples.",
        function="cytoclust.pipeline._apply_drift:read_applied_controls",
        needs=("request", "reference", "opened"),
        makes=("process",),
    ),
    Step(
        name="samples",
        title="reading samples",
        does="Prepare each sample by itself, and label its events.",
        function="cytoclust.pipeline._apply_tables:apply_samples",
        needs=("opened", "digests", "reference"),
        makes=("applied", "labels_after"),
        each="sample",
        writes="labels",
    ),
    Step(
        name="counting",
        title="counting",
        does="Count populations in each sample, and hold them beside the reference.",
        function="cytoclust.pipeline._apply_tables:count_applied",
        needs=("applied", "reference", "digests", "earlier", "otherwise"),
        makes=("tables",),
    ),
    Step(
        name="drift",
        title="counting",
        does="Ask controls, beads and landmark populations whether signals moved since the reference.",
        function="cytoclust.pipeline._apply_drift:drift_applied",
        needs=("applied", "reference", "digests", "process", "tables", "charts"),
        makes=("tables",),
    ),
    export_step(EXPORTERS["tables"]),
    Step(
        name="event table",
        title="writing tables",
        does="Put the event sample into AnnData.",
        function="cytoclust.pipeline._apply_event_sample:build_applied",
        needs=("applied", "reference", "tables"),
        makes=("adata",),
    ),
    export_step(EXPORTERS["cohort"]),
    Step(
        name="record",
        title="writing tables",
        does="Gather the record.",
        function="cytoclust.pipeline._apply_record:record_applied",
        needs=("applied", "digests", "reference", "labels_after"),
        makes=("record",),
    ),
    export_step(EXPORTERS["report"]),
    export_step(EXPORTERS["run.json"]),
)
