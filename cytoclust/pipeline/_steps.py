"""THE table of steps: what a run does, in order.

A step needs what steps before it made, and makes what later ones need; it reads only the sections of the parameters
that it names. Progress, timing, the store, the record and the documentation read this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

__all__ = ["GIVEN", "STEPS", "Step"]

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
        Where it is: ``module:name`` below ``cytoclust.pipeline``; imported when its turn comes.
    each
        Whether it treats every sample by itself, or the cohort as one.
    writes
        Part of the output folder.
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
    version: int = 1

    def load(self) -> Callable[..., Any]:
        """The function."""
        module, _, name = self.function.partition(":")
        return getattr(import_module(f"cytoclust.pipeline.{module}"), name)


STEPS: Final = (
    Step(
        "opening files", "opening files", "Open every file, and agree on the columns that all share.",
        "_open:open_samples", ("request", "rules"), ("samples", "sources", "panel"),
        reads=("panel", "compensate", "transform", "cluster", "contrasts"),
    ),
    Step(
        "warming up", "opening files", "Start the process that will draw the map.",
        "_event_sample:warm_up", (), ("embedder",), reads=("embed",),
    ),
    Step(
        "quality control", "quality control", "Decode and compensate each event once, and judge it.",
        "_prepare:prepare", ("samples", "sources", "panel"), ("prepared", "digests"),
        reads=("panel", "compensate", "quality", "transform"), each="sample",
    ),
    Step(
        "transform", "choosing the scale", "Learn the transform from events pooled evenly over the samples.",
        "_cluster:scale", ("prepared", "panel"), ("transform", "preparations", "pooled"), reads=("transform",),
    ),
    Step(
        "stains", "choosing the scale", "Tell which columns name clusters.",
        "_cluster:stain", ("panel",), ("stained",), reads=("panel", "cluster"),
    ),
    Step(
        "controls", "reading controls", "Take cuts from FMO and unstained files.",
        "_controls:use_controls", ("request", "samples", "prepared", "panel", "stained", "transform"),
        ("controls", "controls_read"), reads=("panel", "compensate", "quality", "transform"),
    ),
    Step(
        "clustering", "clustering", "Cluster all events that passed quality control.",
        "_cluster:cluster", ("preparations", "panel"), ("source", "clustering"), reads=("run", "panel", "cluster"),
    ),
    Step(
        "describing clusters", "describing clusters", "Count each cluster's events along each marker.",
        "_cluster:describe_clusters", ("samples", "source", "clustering", "panel", "stained", "pooled"), ("profile",),
        reads=("run",),
    ),
    Step(
        "naming", "naming clusters", "Learn where each marker turns positive, and name the clusters.",
        "_cluster:name", ("preparations", "panel", "stained", "profile", "controls", "rules"), ("naming",),
        reads=("panel", "annotate"),
    ),
    Step(
        "labels", "writing labels", "Write a label for every event.",
        "export:export_labels", ("samples", "preparations", "clustering", "naming"), ("labels_after",),
        each="sample", writes="labels",
    ),
    Step(
        "event sample", "taking an event sample", "Choose events that stand for all, and begin their map.",
        "_event_sample:choose", ("preparations", "source", "clustering", "embedder"), ("chosen", "begun"),
        reads=("run", "embed"),
    ),
    Step(
        "counting", "counting and testing", "Count populations in each sample, and compare patients.",
        "_count:count", ("samples", "preparations", "panel", "clustering", "profile", "naming", "rules"),
        ("counted", "tables"), reads=("run", "quality", "detect", "contrasts"),
    ),
    Step(
        "tables", "writing tables", "Write the tables.",
        "export:export_tables", ("tables",), writes="tables",
    ),
    Step(
        "UMAP", "drawing the map (UMAP)", "Wait for the map.",
        "_event_sample:finish_map", ("embedder", "begun"), ("points",),
    ),
    Step(
        "event table", "writing tables", "Put the event sample into AnnData.",
        "_event_sample:build_sample",
        ("samples", "prepared", "preparations", "panel", "transform", "source", "clustering", "naming", "controls",
         "rules", "chosen", "points", "tables"),
        ("adata",),
        reads=("run", "panel", "compensate", "quality", "transform", "cluster", "annotate", "embed"),
    ),
    Step(
        "writing", "writing tables", "Write the event sample.",
        "export:export_cohort", ("adata",), writes="cohort.h5ad",
    ),
    Step(
        "record", "writing tables", "Gather the record.",
        "_record:make_record",
        ("samples", "prepared", "digests", "panel", "transform", "source", "naming", "controls_read", "rules",
         "counted", "labels_after"),
        ("record",),
    ),
    Step(
        "report", "drawing the report", "Draw the report.",
        "export:export_report", ("adata", "tables", "record"), reads=("report",), writes="report.html",
    ),
    Step(
        "run.json", "writing the record", "Write the record.",
        "export:export_record", ("record",), ("done",), writes="run.json",
    ),
)  # fmt: skip
"""In the order in which they are taken."""
