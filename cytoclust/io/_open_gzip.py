"""Gzipped files, unpacked no further than can be meant."""

import gzip
import io
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from cytoclust.errors import InputError

__all__ = ["may_be", "open_gzip"]

_TIMES: Final = 200
"""Times its packed size that a file may have. Bears on no result: events pack to a half or a fifth, tables of zeros to
a fiftieth; a stream made to fill disks is a thousand times its size."""
_ALWAYS: Final = 2**28
"""Bytes that any may have."""
_PIECE: Final = 2**20
"""Bytes that are unpacked at once. Bears on no result."""


def may_be(packed: int, unpacked: int) -> bool:
    """Whether a file of so many bytes can hold so many more that are meant."""
    return unpacked <= max(_ALWAYS, _TIMES * packed)


def open_gzip(path: Path) -> BinaryIO:
    """The unpacked bytes of a file, for reading from its beginning to its end.

    Reading raises :class:`InputError` where they are more than can be meant.
    """
    return cast(BinaryIO, io.BufferedReader(_Unpacking(path), _PIECE))


class _Unpacking(io.RawIOBase):
    def __init__(self, path: Path):
        self._path, self._packed, self._read = path, path.stat().st_size, 0
        self._file = gzip.open(path)  # noqa: SIM115 (closed with this)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        self._read += len(data)
        if not may_be(self._packed, self._read):
            raise InputError(
                f"{self._path} unpacks to more than {_TIMES} times its size, as no file of events does; if it is one, "
                "unpack it first."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
