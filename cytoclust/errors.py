"""Exceptions and warnings that users see, and the words that they share."""

import difflib
import traceback
import warnings
from collections.abc import Iterable
from pathlib import Path

__all__ = ["CytoclustError", "CytoclustWarning", "InputError", "LimitError", "ParameterError", "nearest", "warn"]


class CytoclustError(Exception):
    """Base class of every error that cytoclust raises on purpose."""


class InputError(CytoclustError, ValueError):
    """A file, sheet, rule or argument that cannot be used.

    The message is one line: which file, row or key; what was found; what is allowed. ``path`` is the file, where
    another file could do without it. IPython and Jupyter show that line alone; ``%tb`` shows the full traceback.
    """

    def __init__(self, message: str, *, path: Path | None = None):
        super().__init__(" ".join(message.splitlines()))  # names in it may be of several
        self.path = path
        self._shown = False

    def _render_traceback_(self) -> list[str]:
        """What IPython asks of an exception in place of its traceback: first one line, then (by ``%tb``) all of it."""
        if not self._shown:
            self._shown = True
            return [f"{type(self).__name__}: {self}"]
        return "".join(traceback.format_exception(self)).splitlines()


class ParameterError(InputError):
    """A parameter outside its declared type or bounds, or a name that is not declared."""


class LimitError(CytoclustError):
    """A limit of the system, such as its open files or room on the disk: no fault of any file."""


class CytoclustWarning(UserWarning):
    """Something was dropped, filled in or assumed; the message says how much and why."""


def warn(message: str, *, by: str) -> None:
    """Warn in one line, each time: ``by`` is the public function, and no line of code is shown with the message."""
    warnings.warn_explicit(message, CytoclustWarning, filename=by, lineno=0, module="cytoclust")


def nearest(word: str, allowed: Iterable[str]) -> str:
    """`` Did you mean 'x'?``, compared without regard to case; empty if nothing is near."""
    by_fold = {item.casefold(): item for item in allowed}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.5)
    return f" Did you mean {by_fold[near[0]]!r}?" if near else ""
