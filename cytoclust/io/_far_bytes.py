"""Bytes of a file of object storage, read when they are asked for."""

from typing import Any, Final

import numpy as np

from cytoclust.io._unreadable import unreadable
from cytoclust.io._url_path import UrlPath

__all__ = ["FarBytes", "FarRecords"]

NEAR: Final = 2**14
"""Bytes between rows that are read with them. Bears on no result: below it another request costs more."""


class FarBytes:
    """The bytes of a file, as an array of them; a slice to the end is read when a part of it is asked for."""

    def __init__(self, path: UrlPath, start: int, size: int):
        self.path, self.start, self.size = path, start, size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> Any:
        start, stop, step = part.indices(self.size)
        if part.stop is None and step == 1:
            return FarBytes(self.path, self.start + start, self.size - start)
        return self.read([(start, max(start, stop))])[0][::step]

    def read(self, spans: list[tuple[int, int]]) -> list[np.ndarray]:
        """The bytes from the first to before the second of each pair.

        Raises
        ------
        InputError
            The file went, or the server does not answer.
        """
        there = [(self.start + start, self.start + stop) for start, stop in spans if stop > start]
        try:
            found = iter(self.path.read_ranges(there) if there[1:] else [self.path.read_range(*each) for each in there])
        except OSError as error:
            raise unreadable(self.path, error) from None
        return [np.frombuffer(next(found) if stop > start else b"", dtype=np.uint8) for start, stop in spans]


class FarRecords:
    """Records one behind the other in the bytes of a file, from byte ``begin`` on, (n,)."""

    def __init__(self, data: FarBytes, begin: int, dtype: np.dtype, n_records: int):
        self._data, self._begin, self.dtype, self.shape = data, begin, dtype, (n_records,)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        """A copy of some, by a slice or by their numbers."""
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step == 1:
                return self._read([(start, max(start, stop))])[0]
            rows = np.arange(start, stop, step)
        wanted, back = np.unique(np.asarray(rows, dtype=np.int64), return_inverse=True)
        if not len(wanted):
            return np.empty(0, dtype=self.dtype)
        groups = np.split(wanted, np.flatnonzero(np.diff(wanted) * self.dtype.itemsize > NEAR) + 1)
        found = self._read([(int(group[0]), int(group[-1]) + 1) for group in groups])
        return np.concatenate([each[group - group[0]] for each, group in zip(found, groups, strict=True)])[back]

    def _read(self, spans: list[tuple[int, int]]) -> list[np.ndarray]:
        size, begin = self.dtype.itemsize, self._begin
        found = self._data.read([(begin + first * size, begin + last * size) for first, last in spans])
        return [each.view(self.dtype) for each in found]
