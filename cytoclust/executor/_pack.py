"""Functions and items as bytes, and back."""

import hashlib
import io
import os
import pickle
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cloudpickle
import numpy as np

from cytoclust.errors import CytoclustError

__all__ = ["LARGE", "Packer", "unpack", "work"]

LARGE: Final = 2**16
"""Bytes of an array from which it goes by a file. Bears on no result: below it a file costs more than the bytes."""


class Packer:
    """Makes bytes of functions and items; a large array becomes a file of ``folder``, written once."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.filed = 0
        """Bytes of arrays written."""

    def pack(self, value: Any) -> bytes:
        """The bytes, with all that the value refers to."""
        buffer = io.BytesIO()
        _Pickler(buffer, self._keep).dump(value)
        return buffer.getvalue()

    def _keep(self, array: np.ndarray) -> Path:
        """The file that holds an array, named by what it holds."""
        told = f"{array.dtype.str} {array.shape} {array.flags.f_contiguous}"
        digest = hashlib.blake2b(told.encode(), digest_size=16)
        digest.update(np.ascontiguousarray(array).data.cast("B"))
        path = self._folder / f"{digest.hexdigest()}.npy"
        if not path.exists():
            begun = path.with_suffix(f".{os.getpid()}")
            with begun.open("wb") as file:
                np.save(file, array)
            begun.replace(path)
            self.filed += array.nbytes
        return path


class _Pickler(cloudpickle.Pickler):
    def __init__(self, buffer: io.BytesIO, keep: Callable[[np.ndarray], Path]):
        super().__init__(buffer, protocol=5)
        self._keep = keep

    def reducer_override(self, value: Any) -> Any:
        if type(value) in (np.ndarray, np.memmap) and value.nbytes >= LARGE and not value.dtype.hasobject:
            return _mapped, (str(self._keep(value)),)
        return super().reducer_override(value)


def _mapped(path: str) -> np.ndarray:
    _allow_files()
    return np.load(path, mmap_mode="r").view(np.ndarray)


@lru_cache(maxsize=1)
def _allow_files() -> None:
    """A mapped file counts as open: allow as many as the system lets this process have."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def work(function: bytes, items: bytes) -> bytes:
    """On a worker: the packed function of each of the packed items, packed; or the fault of one that cannot be used."""
    call, found = _opened(function), []
    for item in pickle.loads(items):  # noqa: S301 (our own process wrote it)
        try:
            found.append(call(item))
        except CytoclustError as error:
            return pickle.dumps(error, protocol=5)
    return pickle.dumps(found, protocol=5)


def unpack(results: bytes) -> list[Any]:
    """What :func:`work` found.

    Raises
    ------
    CytoclustError
        That of the item that could not be used.
    """
    found = pickle.loads(results)  # noqa: S301 (our own worker wrote it)
    if isinstance(found, CytoclustError):
        raise found
    return list(found)


@lru_cache(maxsize=2)
def _opened(function: bytes) -> Callable[[Any], Any]:
    """Opened once for all its items, with what it keeps."""
    return pickle.loads(function)  # noqa: S301 (our own process wrote it)
