"""One kept result: a folder that is there whole or is not used."""

import errno
import io
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.io import FileArray
from cytoclust.pipeline._pack import Unpackable, pack, unpack
from cytoclust.pipeline._recipe import Recipe

__all__ = ["MAKING", "Damaged", "Filling", "Kept", "Place", "Rows"]

META: Final = "meta.json"
VALUE: Final = "value.bin"
MAKING: Final = ".making"
"""Ends the name of a folder that is being filled; of a run that was killed it stays, and is of no use."""
_PIECE: Final = 2**24
"""Bytes read at once where a file is checked. Bears on no result."""

Rows = NDArray[np.float32] | FileArray


class Damaged(Exception):
    """A kept result that is not as it was written: cut short, changed, or of a disk that lost it."""


@dataclass(frozen=True)
class Kept:
    """A result that was kept; ``of`` is what it depends on, ``files`` the bytes and the CRC-32 of each file."""

    folder: Path
    key: str
    of: Mapping[str, Any]
    files: Mapping[str, tuple[int, int]]

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """What a folder keeps; None where there is none.

        Raises
        ------
        Damaged
            It does not say what it keeps.
        """
        try:
            told, _, text = (folder / META).read_bytes().partition(b"\n")
            if int(told, 16) != zlib.crc32(text):
                raise Damaged
            meta = json.loads(text)
            return cls(folder, meta["key"], meta["of"], {name: tuple(known) for name, known in meta["files"].items()})
        except FileNotFoundError:
            if folder.exists():
                raise Damaged from None
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Damaged from None

    def value(self) -> Any:
        """The value, as it was packed.

        Raises
        ------
        Damaged
            It is not as it was written.
        """
        try:
            path = self.folder / VALUE
            data = bytearray(path.stat().st_size)
            with path.open("rb") as file:
                length = file.readinto(data)
            if (length, zlib.crc32(data)) != self.files[VALUE]:
                raise Damaged
            return unpack(data)
        except (OSError, KeyError, Unpackable):
            raise Damaged from None

    def array(self, name: str) -> FileArray:
        """An array, which stays in its file; all of it is read once, to see that it is as it was written.

        Raises
        ------
        Damaged
            It is not.
        """
        path = self.folder / f"{name}.npy"
        try:
            if (path.stat().st_size, _checksum(path)) != self.files[path.name]:
                raise Damaged
            return _in_file(path)
        except (
            OSError,
            KeyError,
            ValueError,
            TypeError,
            EOFError,
            SyntaxError,
            OverflowError,
            UserWarning,
            TokenError,
        ):
            raise Damaged from None


@dataclass(frozen=True)
class Place:
    """Where one result goes; a step's function gets it, and may be anywhere.

    ``folder`` keeps it, None of a store that keeps nothing. ``mapped`` are arrays that are filled in their file; others
    are in memory, and written to the folder when they are full, if there is room.
    """

    folder: Path | None
    recipe: Recipe
    mapped: bool

    def fill(self) -> "Filling":
        """A result that is about to be made."""
        return Filling(self)


class Filling:
    """A result that is being made: it takes its place when all of it is there."""

    def __init__(self, place: Place):
        self.place = place
        self.unkept = ""
        """Why it was not kept, though it should be; empty if it was."""
        folder = place.folder
        self._making = folder and folder.with_name(f"{folder.name}.{secrets.token_hex(4)}{MAKING}")
        self._array: np.ndarray | None = None
        self._name, self._full, self._checksum = "", 0, 0
        self._files: dict[str, tuple[int, int]] = {}

    def create(self, name: str, shape: tuple[int, ...]) -> None:
        """An array to be filled by :meth:`append`, from its first row to its last.

        Raises
        ------
        InputError
            It should be filled in its file, and the folder cannot be written to.
        """
        self._name, self._full = name, 0
        if self._making is None or not self.place.mapped:
            self._array = np.empty(shape, dtype=np.float32)
            return
        try:
            self._making.mkdir(parents=True, exist_ok=True)
            path = self._making / f"{name}.npy"
            self._array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
            _reserve(path)
            with path.open("rb") as file:
                self._checksum = zlib.crc32(file.read(self._array.offset))
        except OSError as error:
            self.discard()
            raise InputError(
                f"The store {self._making.parent} cannot be written to: {error.strerror}. Use run.store=memory."
            ) from None

    def append(self, rows: NDArray[np.float32]) -> np.ndarray:
        """Fill the next rows; where they are now."""
        assert self._array is not None  # noqa: S101 (for mypy: create() comes first)
        here = self._array[self._full : self._full + len(rows)]
        here[...] = rows
        self._full += len(rows)
        if isinstance(self._array, np.memmap):
            self._checksum = zlib.crc32(np.ascontiguousarray(rows).data, self._checksum)
        return here

    def finish(self, value: Any) -> Rows | None:
        """Keep a value with the array, if there is one, and give the array, for reading.

        What is in memory stays there, and is not kept where the disk has no room: ``unkept`` says why.
        """
        array, folder, making = self._array, self.place.folder, self._making
        if folder is None or making is None:
            return array
        mapped = isinstance(array, np.memmap)
        try:
            making.mkdir(parents=True, exist_ok=True)
            if mapped:
                path = making / f"{self._name}.npy"
                self._files[path.name] = (path.stat().st_size, self._checksum)
            elif array is not None:
                self._save(f"{self._name}.npy", array)
            self._write(VALUE, pack(value))
            self._write_meta()
            shutil.rmtree(folder, ignore_errors=True)
            making.rename(folder)
        except (OSError, Unpackable) as error:
            self.unkept = getattr(error, "strerror", None) or str(error)
            if not mapped:
                self.discard()
            return array
        return _in_file(folder / f"{self._name}.npy") if mapped else array

    def discard(self) -> None:
        """Leave nothing."""
        if self._making is not None:
            shutil.rmtree(self._making, ignore_errors=True)

    def _write(self, name: str, pieces: Sequence[memoryview]) -> None:
        found = 0
        with (self._making / name).open("wb") as file:  # type: ignore[operator]
            for piece in pieces:
                file.write(piece)
                found = zlib.crc32(piece, found)
            self._files[name] = (file.tell(), found)

    def _save(self, name: str, array: np.ndarray) -> None:
        """As :func:`numpy.save` does, without a copy."""
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(array))
        self._write(name, [head.getbuffer(), array.reshape(-1).view(np.uint8).data])

    def _write_meta(self) -> None:
        recipe = self.place.recipe
        meta = {
            "step": recipe.step, "sample": recipe.sample, "key": recipe.key, "of": recipe.plain(), "files": self._files
        }  # fmt: skip
        text = json.dumps(meta, indent=1).encode()
        (self._making / META).write_bytes(b"%08x\n%b" % (zlib.crc32(text), text))  # type: ignore[operator]


def _in_file(path: Path) -> FileArray:
    array = np.load(path, mmap_mode="r")
    return FileArray(path, path.stat().st_size, array.offset, array.dtype, array.shape, array.strides)


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found = zlib.crc32(piece, found)
    return found


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
