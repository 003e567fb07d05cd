"""Many notes in few lines."""

import re
from collections.abc import Iterable

__all__ = ["group_notes"]

MOST = 8
"""Lines that are shown, beside those of what was asked for."""
ASKED = "The threshold given for "
"""Notes on what the user has set by hand are always shown, each by itself."""
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[/\\]\S*|\d[\d.,]*%?")


def group_notes(notes: Iterable[str]) -> list[str]:
    """Notes that differ in names in quotes, paths and numbers alone as one line, with how many more there are.

    Of more than eight kinds, the first are shown, and how many are not. What was asked for and has no effect comes
    first, whole.
    """
    every = list(notes)
    asked = [note for note in every if note.startswith(ASKED)]
    groups: dict[str, list[str]] = {}
    for note in (note for note in every if not note.startswith(ASKED)):
        groups.setdefault(_PARTICULAR.sub("…", note), []).append(note)
    lines = [same[0] + (f" (and {len(same) - 1} more like it)" if len(same) > 1 else "") for same in groups.values()]
    rest = sum(len(same) for same in list(groups.values())[MOST:])
    return asked + lines[:MOST] + ([f"{rest} more notes are in run.json"] if rest else [])
