"""What a run has prepared, and would not make again."""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.io import FileArray
from cytoclust.pp import KEEP_BYTES

__all__ = ["Place", "Store", "store_key"]

FOLDER: Final = ".store"


def store_key(step: str, version: int, parameters: Mapping[str, Any], inputs: Sequence[str]) -> str:
    """What a stored result depends on, as 16 hex digits: a step's version, what it reads, and digests of its inputs."""
    known = json.dumps([step, version, parameters, list(inputs)], sort_keys=True, default=str)
    return hashlib.sha256(known.encode()).hexdigest()[:16]


class Place:
    """Where one sample's results go; a step's function gets it, and may be anywhere."""

    def __init__(self, folder: Path | None):
        """``folder`` is where arrays are mapped from; without one they are in memory."""
        self.folder = folder

    def create(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """An array to be filled.

        Raises
        ------
        InputError
            The folder cannot be written to.
        """
        if self.folder is None:
            return np.empty(shape, dtype=np.float32)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{name}.npy"
            array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
            _reserve(path)
            return array
        except OSError as error:
            raise InputError(
                f"The store {self.folder} cannot be written to: {error.strerror}. Use run.store=memory."
            ) from None

    def finish(self, name: str, array: NDArray[np.float32]) -> NDArray[np.float32] | FileArray:
        """The filled array, for reading; of a file, mapped at each look at it."""
        if self.folder is None or not isinstance(array, np.memmap):
            return array
        path = self.folder / f"{name}.npy"
        return FileArray(path, path.stat().st_size, array.offset, array.dtype, array.shape, array.strides)

    def write(self, name: str, value: Any) -> None:
        """A small result, as JSON, or an array; of memory there is nothing to write."""
        if self.folder is None:
            return
        if isinstance(value, np.ndarray):
            np.save(self.folder / f"{name}.npy", value)
        else:
            (self.folder / f"{name}.json").write_text(json.dumps(value, default=str), encoding="utf-8")


def _reserve(path: Path) -> None:
    """Take the file's room on the disk now: writing to a map of a file that finds none kills the process (SIGBUS).

    Raises
    ------
    OSError
        The disk is full.
    """
    if not hasattr(os, "posix_fallocate"):  # Windows and macOS
        return
    with path.open("r+b") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # of a file system that cannot promise room
                raise


class Store:
    """``OUT/.store``, a folder a sample; it goes when the run ends, since nothing goes on from it yet."""

    def __init__(self, out: Path, *, where: Literal["auto", "memory", "disk"]):
        self._folder, self._where = out.absolute() / FOLDER, where
        self.sent = self._folder / "sent"
        """Where arrays for other processes are put."""

    def __enter__(self) -> Self:
        shutil.rmtree(self._folder, ignore_errors=True)  # of a run that was killed
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def places(self, step: str, keys: Sequence[str], n_bytes: int) -> list[Place]:
        """A place for each of some results of a step that take ``n_bytes`` together."""
        on_disk = self._where == "disk" or (self._where == "auto" and n_bytes > KEEP_BYTES)
        return [Place(self._folder / f"{step}-{key}" if on_disk else None) for key in keys]
