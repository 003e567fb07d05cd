"""THE table of steps: what a run does, in order.

A step needs what steps before it made, and makes what later ones need; it reads only the sections of the parameters
that it names. Progress, timing, the store, the record and the documentation read this table.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from cytoclust.params import Config
from cytoclust.registry import EXPORTERS, Exporter

__all__ = ["GIVEN", "STEPS", "Step", "all_steps"]

GIVEN: Final = ("request", "rules")
"""What a run is given: sheet, files or folder; and the rules, or None."""


@dataclass(frozen=True)
class Step:
    """A row.

    Attributes
    ----------
    name
        As run.json calls it.
    title
        As users see it while it lasts.
    does
        In one sentence, for the documentation.
    needs, makes
        Names of what it is given and of what it returns, in order.
    reads
        Sections of the parameters that bear on what it makes.
    function
        Where it is, ``module:name``; imported when its turn comes.
    each
        Whether it treats every sample by itself, or the cohort as one.
    writes
        Part of the output folder.
    when
        Parameters of which one must be set for the step to be taken; without any, it always is.
    version
        Raised when it makes something else of the same: stored results of another version are not used.
    """

    name: str
    title: str
    does: str
    function: str
    needs: tuple[str, ...]
    makes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    each: Literal["sample", "cohort"] = "cohort"
    writes: str = ""
    when: tuple[str, ...] = ()
    version: int = 1

    def is_asked(self, config: Config) -> bool:
        """Whether the parameters ask for it."""
        wanted = [getattr(getattr(config, section), key) for section, key in (name.split(".") for name in self.when)]
        return any(wanted) or not self.when

    def load(self) -> Callable[..., Any]:
        """The function."""
        return pkgutil.resolve_name(self.function)


def export_step(row: Exporter) -> Step:
    """The step of an exporter."""
    does = f"Write {row.what}."
    return Step(
        row.name, row.title, does, row.entry, row.needs, row.makes, reads=row.reads, writes=row.path, when=row.when
    )


STEPS: Final = (
    Step(
        name="opening files",
        title="opening files",
        does="Open every file, and agree on the columns that all share.",
        function="cytoclust.pipeline._open:open_samples",
        needs=("request", "rules"),
        makes=("samples", "sources", "panel"),
        reads=("read", "panel", "compensate", "transform", "cluster", "contrasts", "export"),
    ),
    Step(
        name="warming up",
        title="opening files",
        does="Start the process that will draw the map.",
        function="cytoclust.pipeline._event_sample:warm_up",
        needs=(),
        makes=("embedder",),
        reads=("embed",),
    ),
    Step(
        name="quality control",
        title="quality control",
        does="Decode and compensate each event once, and judge it.",
        function="cytoclust.pipeline._prepare:prepare",
        needs=("samples", "sources", "panel"),
        makes=("prepared", "digests"),
        reads=("panel", "compensate", "quality", "transform"),
        each="sample",
        version=3,
    ),
    Step(
        name="transform",
        title="choosing the scale",
        does="Learn the transform from events pooled evenly over the samples.",
        function="cytoclust.pipeline._cluster:scale",
        needs=("prepared", "panel"),
        makes=("transform", "preparations", "pooled"),
        reads=("panel", "transform", "cluster"),
    ),
    Step(
        name="stains",
        title="choosing the scale",
        does="Tell which columns name clusters.",
        function="cytoclust.pipeline._cluster:stain",
        needs=("panel",),
        makes=("stained",),
        reads=("panel", "cluster"),
    ),
    Step(
        name="controls",
        title="reading controls",
        does="Take cuts from FMO and unstained files.",
        function="cytoclust.pipeline._controls:use_controls",
        needs=("request", "samples", "prepared", "panel", "stained", "transform"),
        makes=("controls", "controls_read"),
        reads=("read", "panel", "compensate", "quality", "transform"),
    ),
    Step(
        name="clustering",
        title="clustering",
        does="Cluster all events that passed quality control.",
        function="cytoclust.pipeline._cluster:cluster",
        needs=("preparations", "panel"),
        makes=("source", "clustering"),
        reads=("run", "panel", "cluster"),
    ),
    Step(
        name="describing clusters",
        title="describing clusters",
        does="Count each cluster's events along each marker.",
        function="cytoclust.pipeline._cluster:describe_clusters",
        needs=("samples", "source", "clustering", "panel", "stained", "pooled"),
        makes=("profile",),
        reads=("run",),
    ),
    Step(
        name="naming",
        title="naming clusters",
        does="Learn where each marker turns positive, and name the clusters.",
        function="cytoclust.pipeline._cluster:name",
        needs=("preparations", "panel", "stained", "profile", "controls", "rules"),
        makes=("naming", "aside"),
        reads=("panel", "annotate"),
    ),
    export_step(EXPORTERS["labels"]),
    Step(
        name="labelled cohort",
        title="writing labels",
        does="Put labels beside files, for exporters.",
        function="cytoclust.pipeline._labelled:gather",
        needs=("samples", "sources", "panel", "transform", "labels_after"),
        makes=("labelled",),
        when=("export.fcs", "export.flowjo", "export.gates"),
    ),
    Step(
        name="event sample",
        title="taking an event sample",
        does="Choose events that stand for all, and begin their map.",
        function="cytoclust.pipeline._event_sample:choose",
        needs=("preparations", "source", "clustering", "embedder"),
        makes=("chosen", "begun"),
        reads=("run", "embed"),
    ),
    Step(
        name="counting",
        title="counting and testing",
        does="Count populations in each sample, and compare patients.",
        function="cytoclust.pipeline._count:count",
        needs=("samples", "preparations", "panel", "source", "clustering", "profile", "naming", "aside", "rules"),
        makes=("counted", "tables"),
        reads=("run", "quality", "detect", "contrasts"),
    ),
    export_step(EXPORTERS["tables"]),
    Step(
        name="UMAP",
        title="drawing the map (UMAP)",
        does="Wait for the map.",
        function="cytoclust.pipeline._event_sample:finish_map",
        needs=("embedder", "begun"),
        makes=("points",),
    ),
    Step(
        name="event table",
        title="writing tables",
        does="Put the event sample into AnnData.",
        function="cytoclust.pipeline._event_sample:build_sample",
        needs=(
            "samples",
            "prepared",
            "preparations",
            "panel",
            "transform",
            "source",
            "clustering",
            "naming",
            "controls",
            "rules",
            "chosen",
            "points",
            "tables",
        ),
        makes=("adata",),
        reads=("run", "panel", "compensate", "quality", "transform", "cluster", "annotate", "embed"),
    ),
    export_step(EXPORTERS["cohort"]),
    export_step(EXPORTERS["zarr"]),
    Step(
        name="record",
        title="writing tables",
        does="Gather the record.",
        function="cytoclust.pipeline._record:make_record",
        needs=(
            "samples",
            "prepared",
            "digests",
            "panel",
            "transform",
            "source",
            "naming",
            "controls_read",
            "rules",
            "counted",
            "labels_after",
        ),
        makes=("record",),
    ),
)
"""In the order in which they are taken; exporters that were added, the report and the record follow (``all_steps``)."""

LAST: Final = ("report", "run.json")


def all_steps() -> tuple[Step, ...]:
    """Every step of a run: those of the table, exporters that have no place in it, the report and the record."""
    placed = {step.function for step in STEPS}
    added = [row for row in EXPORTERS.rows() if row.entry not in placed and row.name not in LAST]
    return (*STEPS, *map(export_step, added), *(export_step(EXPORTERS[name]) for name in LAST))
