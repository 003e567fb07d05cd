"""Exceptions and warnings that users see."""

from pathlib import Path

__all__ = ["CytoclustError", "CytoclustWarning", "InputError", "ParameterError"]


class CytoclustError(Exception):
    """Base class of every error that cytoclust raises on purpose."""


class InputError(CytoclustError, ValueError):
    """A file, sheet, rule or argument that cannot be used.

    The message is one line: which file, row or key; what was found; what is allowed. ``path`` is the file, where
    another file could do without it.
    """

    def __init__(self, message: str, *, path: Path | None = None):
        super().__init__(message)
        self.path = path


class ParameterError(InputError):
    """A parameter outside its declared type or bounds, or a name that is not declared."""


class CytoclustWarning(UserWarning):
    """Something was dropped, filled in or assumed; the message says how much and why."""
