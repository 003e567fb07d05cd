"""Many notes in few lines."""

from collections.abc import Iterable
from typing import Final, Protocol

__all__ = ["group_notes"]

MOST: Final = 8
"""Lines that are shown, beside those of what was asked for."""
ASKED: Final = ("threshold beyond clusters",)
"""Notes on what the user has set by hand are always shown, each by itself."""


class Noted(Protocol):
    """A finding, or a note of a record."""

    @property
    def code(self) -> str: ...
    @property
    def sentence(self) -> str: ...


def group_notes(notes: Iterable[Noted]) -> list[str]:
    """Notes of one kind as one line: the first, with how many more there are.

    Of more than eight kinds, the first are shown, and how many notes are not. What was asked for and has no effect
    comes first, whole.
    """
    every = list(notes)
    groups: dict[str, list[str]] = {}
    for note in every:
        if note.code not in ASKED:
            groups.setdefault(note.code, []).append(note.sentence)
    lines = [same[0] + (f" (and {len(same) - 1} more like it)" if len(same) > 1 else "") for same in groups.values()]
    rest = sum(len(same) for same in list(groups.values())[MOST:])
    asked = [note.sentence for note in every if note.code in ASKED]
    return asked + lines[:MOST] + ([f"{rest} more notes are in run.json"] if rest else [])
