"""One run at a time in a folder."""

import contextlib
import errno
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from cytoclust.errors import InputError
from cytoclust.pipeline._links import refuse_links

__all__ = ["STORE", "Lock"]

STORE: Final = ".store"
"""Folder of a run's folder that has the lock, and what the run keeps."""
HOLDER: Final = "holder.json"
"""Who holds it, for the message to others; the lock itself is the system's, which a dead process does not hold."""
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


class Lock:
    """The system's lock on a file of the folder, held until it is left or the process ends, however it ends.

    ``held`` is False where the file system has no locks, as some network disks: then nobody is kept out.
    """

    def __init__(self, out: Path):
        """``out`` is the run's folder; its store is there.

        Raises :class:`InputError` where links in it lead out of it.
        """
        refuse_links(out)
        self._folder, self._out = out / STORE, out
        self._lock = FileLock(self._folder / "lock", timeout=0, thread_local=False)
        self.held = False

    def __enter__(self) -> Self:
        try:
            self._lock.acquire()
            self.held = True
        except Timeout:
            raise InputError(self._taken()) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        with contextlib.suppress(OSError):
            (self._folder / HOLDER).write_text(json.dumps(_me()), encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with contextlib.suppress(OSError):  # while it is held: who waits for it looks whether its file is still there
            (self._folder / HOLDER).unlink()
            (self._folder / "lock").unlink()
        self._lock.release()

    def _taken(self) -> str:
        try:
            by = json.loads((self._folder / HOLDER).read_text(encoding="utf-8"))
            who = f"process {by['pid']} on {by['host']}, since {by['since']}"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            who = "another process"
        return f"A run is writing to {self._out} ({who}): wait until it ends, or use another folder."


def _me() -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
