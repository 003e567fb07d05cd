"""An array that stays in its file until it is asked for."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io._open_bytes import open_bytes
from cytoclust.io._unreadable import unreadable
from cytoclust.io._url_path import UrlPath

__all__ = ["FileArray", "leave_in_file"]

_READ: Final = 2**26
"""Bytes of a slice that are read into memory; of more a map is looked at. Bears on no result."""


@dataclass(frozen=True, eq=False)
class FileArray:
    """An array in a file, mapped at each look at it: any number of them takes no descriptor and no memory.

    Attributes
    ----------
    path
        The file; of a packed one, the unpacked copy.
    size
        Its bytes.
    offset, dtype, shape, strides
        Where and how the array lies in it.
    holds
        What must not go while this is there.
    """

    path: Path
    size: int
    offset: int
    dtype: np.dtype
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    holds: object = field(default=None, repr=False)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any, /) -> np.ndarray:
        """Rows, as of an array; of a large slice a view, which keeps the file open as long as it lasts."""
        if isinstance(rows, slice) and (near := self._read(*rows.indices(len(self)))) is not None:
            return near
        array = self.mapped()
        if isinstance(rows, slice) or not array.flags.aligned or array.dtype.names:
            return array[rows]
        return array.take(rows, axis=0)

    def _read(self, start: int, stop: int, step: int) -> np.ndarray | None:
        """A few rows that lie one behind the other, as a copy: a map of a file that is cut short, or of a network disk
        that goes, would kill the process as it is read. None of others.
        """
        width = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        n_bytes = (stop - start) * width
        if step != 1 or self.strides[0] != width or not 0 < n_bytes <= _READ or isinstance(self.path, UrlPath):
            return None
        rows = np.empty(n_bytes, dtype=np.uint8)
        try:
            with self.path.open("rb", buffering=0) as handle:
                size = os.fstat(handle.fileno()).st_size
                handle.seek(self.offset + start * width)
                while size == self.size and n_bytes and (found := handle.readinto(rows.data[-n_bytes:])):
                    n_bytes -= found
        except OSError as error:
            raise unreadable(self.path, error) from None
        if n_bytes:
            raise self._changed(size)
        rows.flags.writeable = False
        return rows.view(self.dtype).reshape(-1, *self.shape[1:])

    def _changed(self, size: int) -> InputError:
        return InputError(f"{self.path} was changed while it was read: it had {self.size} bytes, now {size}.")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.mapped(), dtype=dtype)

    def mapped(self) -> np.ndarray:
        """The whole array, read-only.

        Raises
        ------
        InputError
            The file is not what it was.
        """
        data = open_bytes(self.path)
        if data.size != self.size:
            raise self._changed(data.size)
        return np.ndarray(self.shape, dtype=self.dtype, buffer=data, offset=self.offset, strides=self.strides)


def leave_in_file(array: Any, data: Any, path: Path) -> Any:
    """An array over ``data``, the bytes of the file ``path``, as one that maps them when asked; others as they are."""
    if not isinstance(array, np.ndarray) or not isinstance(data, np.ndarray):
        return array
    spool = getattr(data, "spool", None)
    offset = array.__array_interface__["data"][0] - data.__array_interface__["data"][0]
    if not 0 <= offset <= data.size or not np.may_share_memory(array, data):
        return array
    where = path if spool is None else spool.path
    return FileArray(where, data.size, offset, array.dtype, array.shape, array.strides, spool)
