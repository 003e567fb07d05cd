"""What is dear to make is made once for all workers of pytest-xdist, and kept beside their folders."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

__all__ = ["once"]

T = TypeVar("T")


def once(base: Path, name: str, make: Callable[[Path], T]) -> T:
    """What ``make(folder)`` returns; the first worker that asks makes it, others wait and read what it returned.

    ``base`` is the worker's ``tmp_path_factory.getbasetemp()``; the folder, ``name``, lies where all workers see it and
    is empty when ``make`` begins. What is returned must be picklable, and nobody may change what the folder holds.
    """
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, kept = shared / name, shared / f"{name}.pickle"
    with FileLock(shared / f"{name}.lock"):
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)  # left by a worker that failed
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
    return pickle.loads(kept.read_bytes())  # noqa: S301 (written above)
