"""The steps in order: open, prepare, cluster, name, count, tell."""

from cytoclust.pipeline._redraw import redraw
from cytoclust.pipeline._result import Result
from cytoclust.pipeline._run import run
from cytoclust.pipeline._validate import Validation, validate
from cytoclust.progress import Progress, Silent

__all__ = ["Progress", "Result", "Silent", "Validation", "redraw", "run", "validate"]
