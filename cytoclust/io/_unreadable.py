"""What the system does not open."""

import errno
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError, LimitError

__all__ = ["unreadable"]

_FULL: Final = (errno.EMFILE, errno.ENFILE)


def unreadable(path: Path, error: OSError) -> InputError | LimitError:
    """What to raise for a file that the system does not open: not every fault is one of the file."""
    if error.errno in _FULL:
        return LimitError(
            f"{path} cannot be opened: the system allows this program no more open files; `ulimit -n` shows how many, "
            "`ulimit -n 4096` allows more."
        )
    return InputError(f"{path} cannot be read: {error.strerror or error}.")
