"""An array that stays in its file until it is asked for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io._open_bytes import open_bytes

__all__ = ["FileArray", "leave_in_file"]


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
        """Rows, as of an array: of a slice a view, which keeps the file open as long as it lasts; else a copy."""
        array = self.mapped()
        if isinstance(rows, slice) or not array.flags.aligned or array.dtype.names:
            return array[rows]
        return array.take(rows, axis=0)

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
            raise InputError(f"{self.path} was changed while it was read: it had {self.size} bytes, now {data.size}.")
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
