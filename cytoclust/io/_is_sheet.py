"""Whether a path is that of a sheet, and not of events."""

from pathlib import Path

from cytoclust.io._open_events import is_event_file, named_as_events

__all__ = ["is_sheet"]


def is_sheet(path: Path) -> bool:
    """Whether a path, given alone, is taken for a sheet: a file that neither name nor content makes one of events."""
    return path.is_file() and not (named_as_events(path) or is_event_file(path))
