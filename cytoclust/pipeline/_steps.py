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
    keeps
        Whether the store keeps what it makes: steps that take long and have no output of their own. Only what other
        steps keep or tell by ``content`` may bear on it: no request, no rules, no sheet.
    content
        Those of the things made that stand for themselves in what later results depend on, by what they hold; others
        are known by all that they were made of.
    quiet
        Whether users see it only where it has work to do, which it says itself (``context.begin``).
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
    keeps: bool = False
    content: tuple[str, ...] = ()
    quiet: bool = False
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
        makes=("opened", "panel"),
        reads=("read", "panel", "compensate", "transform", "cluster", "contrasts", "export"),
        content=("panel",),
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
        does="Decode and compensate each event once, and judge it; kept sample by sample.",
        function="cytoclust.pipeline._prepare:prepare",
        needs=("opened", "panel"),
        makes=("samples", "sources", "parts", "prepared", "digests"),
        reads=("read", "panel", "quality"),
        each="sample",
        content=("parts", "prepared"),
        version=5,
    ),
    Step(
        name="normalising",
        title="reading controls",
        does="Measure process controls and beads; where it is asked for, divide signals by the gain of their batch.",
        function="cytoclust.pipeline._normalise:normalise",
        needs=("request", "samples", "prepared", "panel"),
        makes=("process", "gains", "corrected", "known"),
        reads=("read", "panel", "compensate", "quality", "transform", "normalize", "export"),
        content=("corrected", "known"),
        quiet=True,
    ),
    Step(
        name="keeping controls",
        title="reading controls",
        does="Keep what process controls and beads of the batch with most samples measured, for a reference.",
        function="cytoclust.pipeline._normalise:keep_controls",
        needs=("known",),
        makes=("known_controls", "known_beads"),
        reads=(),
        quiet=True,
        keeps=True,
    ),
    Step(
        name="transform",
        title="choosing the scale",
        does="Compare the samples, and learn the transform from events pooled evenly over them.",
        function="cytoclust.pipeline._cluster:scale",
        needs=("parts", "corrected", "panel"),
        makes=("transform", "spreading", "pooled"),
        reads=("panel", "transform", "cluster"),
        keeps=True,
        version=2,
    ),
    Step(
        name="stains",
        title="choosing the scale",
        does="Tell which columns name clusters, and put the samples on the scale.",
        function="cytoclust.pipeline._cluster:stain",
        needs=("corrected", "panel", "transform", "spreading"),
        makes=("stained", "preparations", "source"),
        reads=("run", "panel", "cluster"),
    ),
    Step(
        name="controls",
        title="reading controls",
        does="Take cuts from FMO and unstained files.",
        function="cytoclust.pipeline._controls:use_controls",
        needs=("request", "samples", "prepared", "panel", "stained", "transform", "gains"),
        makes=("controls", "controls_read"),
        reads=("read", "panel", "compensate", "quality", "transform"),
        quiet=True,
    ),
    Step(
        name="clustering",
        title="clustering",
        does="Cluster all events that passed quality control.",
        function="cytoclust.pipeline._cluster:cluster",
        needs=("source",),
        makes=("clustering",),
        reads=("run", "cluster"),
        keeps=True,
        version=2,
    ),
    Step(
        name="describing clusters",
        title="describing clusters",
        does="Count each cluster's events along each marker, and what was set aside of its like; its scatter and dye.",
        function="cytoclust.pipeline._cluster:describe_clusters",
        needs=("parts", "source", "clustering", "panel", "stained", "pooled"),
        makes=("profile", "aside"),
        reads=("run", "panel"),
        keeps=True,
        version=2,
    ),
    Step(
        name="naming",
        title="naming clusters",
        does="Learn where each marker turns positive, and name the clusters.",
        function="cytoclust.pipeline._cluster:name",
        needs=("panel", "profile", "aside", "controls", "transform", "rules"),
        makes=("naming",),
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
        does="Choose events that stand for all.",
        function="cytoclust.pipeline._event_sample:choose",
        needs=("preparations", "clustering"),
        makes=("chosen", "linear"),
        reads=("run", "embed"),
        keeps=True,
        version=2,
    ),
    Step(
        name="beginning the map",
        title="taking an event sample",
        does="Give the event sample to the process that draws its map, while the rest goes on.",
        function="cytoclust.pipeline._event_sample:begin_map",
        needs=("preparations", "source", "chosen", "embedder"),
        makes=("begun",),
        reads=("run", "embed"),
    ),
    Step(
        name="acquisition",
        title="counting and testing",
        does="Follow the events of each sample along its run.",
        function="cytoclust.pipeline._count:follow_acquisition",
        needs=("parts", "preparations", "panel"),
        makes=("acquisition",),
        keeps=True,
    ),
    Step(
        name="without normalisation",
        title="the same without normalisation",
        does="Cluster, name and count once more with signals as they are, where they were divided by gains.",
        function="cytoclust.pipeline._without:count_without",
        needs=("request", "samples", "parts", "prepared", "panel", "rules", "gains"),
        makes=("plain",),
        reads=("normalize",),
        quiet=True,
    ),
    Step(
        name="counting",
        title="counting and testing",
        does="Count populations in each sample, and compare patients.",
        function="cytoclust.pipeline._count:count",
        needs=(
            "samples",
            "prepared",
            "preparations",
            "acquisition",
            "panel",
            "source",
            "clustering",
            "profile",
            "naming",
            "aside",
            "controls",
            "rules",
            "process",
            "gains",
            "plain",
        ),
        makes=("counted", "tables", "densities"),
        reads=("run", "panel", "quality", "detect", "contrasts", "drift"),
    ),
    export_step(EXPORTERS["tables"]),
    Step(
        name="UMAP",
        title="drawing the map (UMAP)",
        does="Wait for the map.",
        function="cytoclust.pipeline._event_sample:finish_map",
        needs=("embedder", "begun"),
        makes=("points",),
        keeps=True,
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
            "linear",
            "points",
            "tables",
            "densities",
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
