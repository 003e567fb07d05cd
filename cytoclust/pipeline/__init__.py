"""The steps in order: open, prepare, cluster, name, count, tell."""

from cytoclust.pipeline._apply import Application, apply
from cytoclust.pipeline._build_reference import build_reference
from cytoclust.pipeline._check_reference import Checked, check_reference
from cytoclust.pipeline._clean import clean
from cytoclust.pipeline._export_run import Exported, export_run
from cytoclust.pipeline._finished import Finished, read_cohort, read_finished, write_table
from cytoclust.pipeline._held import held
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline._open_finished import open_finished
from cytoclust.pipeline._redraw import redraw
from cytoclust.pipeline._result import Result
from cytoclust.pipeline._run import run
from cytoclust.pipeline._validate import Validation, validate
from cytoclust.pipeline.export import called_here, matrix_of, write_gates
from cytoclust.progress import Progress, Silent

__all__ = [
    "Application",
    "Checked",
    "Exported",
    "Finished",
    "LabelledCohort",
    "LabelledSample",
    "Progress",
    "Result",
    "Silent",
    "Validation",
    "apply",
    "build_reference",
    "called_here",
    "check_reference",
    "clean",
    "export_run",
    "held",
    "matrix_of",
    "open_finished",
    "read_cohort",
    "read_finished",
    "redraw",
    "run",
    "validate",
    "write_gates",
    "write_table",
]
