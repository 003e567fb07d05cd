"""Whom a run tells how far it has come."""

from contextlib import AbstractContextManager, nullcontext

from cytoclust.progress import NotebookProgress, Progress, Silent, in_notebook

__all__ = ["listener"]


def listener(given: Progress | None) -> AbstractContextManager[Progress]:
    """The listener given; without one a bar in Jupyter, and nobody elsewhere."""
    if given is not None:
        return nullcontext(given)
    return NotebookProgress() if in_notebook() else nullcontext(Silent())
