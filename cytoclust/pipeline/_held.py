"""A finished run's folder, while a command writes to it."""

import contextlib
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError, LimitError
from cytoclust.io import as_path, is_url
from cytoclust.pipeline._lock import STORE, Lock
from cytoclust.pipeline._put_in_place import settle

__all__ = ["OF_DISKS", "held", "local_folder"]

OF_DISKS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.ESTALE, errno.ETIMEDOUT)
"""Errors that are no fault of ours; HDF5 and Arrow give no number."""
_MINE: Final[ContextVar[frozenset[Path]]] = ContextVar("folders that are held", default=frozenset())


def local_folder(out: str | Path) -> Path:
    """The folder of a finished run.

    Raises
    ------
    InputError
        It is a URL: only a run itself writes to object storage.
    """
    folder = as_path(out)
    if is_url(folder):
        raise InputError(
            f"{folder} is in object storage, which only `cytoclust run` writes to: copy the folder here first."
        )
    return folder


@contextmanager
def held(out: str | Path) -> Iterator[Path]:
    """The folder, locked as a run locks it; what a killed run had begun to put in place is completed.

    Whoever holds it may call others that do. A folder that is not there, or was no run's, is left to the reader.

    Raises
    ------
    InputError
        A run or another command is writing to it, or it cannot be written to.
    LimitError
        A file could not be written, as the disk is full; those that were whole stay.
    """
    folder = local_folder(out)
    here = folder.resolve()
    if here in _MINE.get() or not (folder.is_dir() and any(folder.iterdir())):
        yield folder
        return
    try:
        (folder / STORE).mkdir(exist_ok=True)
        lock = Lock(folder).__enter__()
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}.") from None
    mine = _MINE.set(_MINE.get() | {here})
    try:
        settle(folder)
        yield folder
    except OSError as error:
        if error.errno not in OF_DISKS:
            raise
        raise LimitError(f"{folder} cannot be written to: {error.strerror}. What is there is whole.") from error
    finally:
        _MINE.reset(mine)
        lock.__exit__(None, None, None)
        with contextlib.suppress(OSError):  # a run's store is there
            (folder / STORE).rmdir()
