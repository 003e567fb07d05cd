"""The steps in order: open, prepare, cluster, name, count, tell."""

from cytoclust.pipeline._inspect import inspect
from cytoclust.pipeline._progress import Progress, Silent
from cytoclust.pipeline._redraw import redraw
from cytoclust.pipeline._run import Result, run

__all__ = ["Progress", "Result", "Silent", "inspect", "redraw", "run"]
