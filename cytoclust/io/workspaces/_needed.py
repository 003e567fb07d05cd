"""Modules of the extra ``workspaces``."""

from importlib import import_module
from pathlib import Path
from typing import Any

from cytoclust.errors import InputError

__all__ = ["needed"]


def needed(module: str, path: Path) -> Any:
    """A module that only the extra brings; imported when it is asked for.

    Raises
    ------
    InputError
        The extra is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise InputError(
            f"{path}: gates of XML need FlowKit, which is not here ({error}): pip install 'cytoclust[workspaces]'. "
            "Labels as CSV need nothing."
        ) from None
