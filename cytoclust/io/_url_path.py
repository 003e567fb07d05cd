"""Files of object storage, under the names and verbs of local ones."""

import errno
import fnmatch
import io
import os
import posixpath
import re
import shutil
import stat as modes
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from cytoclust.errors import InputError
from cytoclust.io._spool import Spool

__all__ = ["UrlPath", "as_path", "is_url", "remove_folder"]

T = TypeVar("T")

_SCHEME: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")
SCHEMES: Final = {
    "s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs", "memory": "fsspec",
}  # fmt: skip
"""Of URLs that are read and written, and the package that does it."""
_LONGEST: Final = 255
"""Bytes of the name of a file or folder. Derived: NAME_MAX of common systems."""
_LONGEST_PATH: Final = 4095
"""Letters of a path. Derived: PATH_MAX of Linux."""
_TRIES: Final = 5
"""Of a request that the server did not answer rightly. Bears on no result."""
_PAUSE: Final = 0.2
"""Seconds before the second try, then twice as many each. Bears on no result."""
_FINAL: Final = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)
"""Errors that another try does not mend."""
_NUMBERS: Final = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES}
BLOCK: Final = 2**18
"""Bytes that are read at once of a file that is read in small pieces; 128 such blocks are kept. Bears on no result."""
_FRESH: Final = 5.0
"""Seconds that a file's size is believed. Bears on no result."""
_INFOS: Final[dict[str, tuple[float, dict[str, Any]]]] = {}


def is_url(name: object) -> bool:
    """Whether a name is a URL of object storage, or was made of one."""
    if isinstance(name, UrlPath):
        return True
    return isinstance(name, str) and _SCHEME.match(name) is not None and not name.startswith("file://")


def as_path(name: str | Path) -> Path:
    """The path of a file or folder; ``s3://…`` and its like are paths too, ``file://…`` is a local one.

    Raises
    ------
    InputError
        A URL of another kind, or one that holds a password or a token: these come from the environment alone. A name
        that no system takes.
    """
    _refuse_unusable(str(name))
    if isinstance(name, Path):
        return name
    found = None if name.startswith("file://") else _SCHEME.match(name)
    if found is None:
        return Path(name.removeprefix("file://"))
    scheme, rest = found[1].lower(), name[found.end() :]
    bucket = rest.partition("/")[0]
    if "@" in bucket or "?" in rest or "#" in rest:
        plain = rest.rpartition("@")[2] if "@" in bucket else rest
        shown = f"{scheme}://{re.split('[?#]', plain)[0]}"
        raise InputError(
            f"{shown}: a URL must hold no password, no token and nothing after '?' or '#': credentials are taken from "
            "the environment alone. Got one that does instead."
        )
    if scheme not in SCHEMES:
        raise InputError(f"{name}: URLs begin with {', '.join(f'{each}://' for each in SCHEMES)} or file://.")
    if not bucket or "//" in rest:
        raise InputError(f"{name}: a URL must have the form {scheme}://bucket/folder/file, without empty parts.")
    plain = posixpath.normpath(rest)
    if plain.startswith("."):
        raise InputError(f"{name}: '..' leads out of the bucket.")
    return UrlPath(f"{scheme}:", plain)


def _refuse_unusable(name: str) -> None:
    """Of what is too long or holds a NUL, each look at a file would fail in a way of its own."""
    longest = max(len(part.encode("utf-8", "surrogateescape")) for part in re.split(r"[/\\]", name))
    if "\0" in name or longest > _LONGEST or len(name) > _LONGEST_PATH:
        why = "it holds a NUL" if "\0" in name else f"it has {len(name)} letters"
        raise InputError(f"{name[:60]!r} cannot be the name of a file or folder: {why}.")


class UrlPath(type(Path())):  # type: ignore[misc]
    """A path whose first part is the scheme. What takes local files only is given a copy (``os.fspath``)."""

    def __str__(self) -> str:
        plain = super().__str__()
        scheme, _, rest = plain.partition("/")
        return f"{scheme}//{rest}" if scheme.endswith(":") else plain

    def __truediv__(self, other: Any) -> Path:
        inner = as_path(str(other))
        if is_url(inner) or inner.is_absolute():
            return inner
        return as_path(f"{self}/{other}")

    def __fspath__(self) -> str:
        return str(self._copy())

    @property
    def key(self) -> str:
        """Its name in its file system."""
        return "/".join(self.parts[1:])

    @property
    def file_system(self) -> Any:
        """That of fsspec, with credentials from the environment.

        Raises
        ------
        InputError
            The package for URLs of this kind is not installed.
        """
        scheme = self.parts[0].removesuffix(":")
        try:
            import fsspec

            return fsspec.filesystem(scheme)
        except (ImportError, ValueError):
            raise InputError(
                f"{self} needs {SCHEMES[scheme]}: pip install 'cytoclust[cloud]'. It is not installed."
            ) from None

    def ask(self, call: Callable[[Any], T]) -> T:
        """What ``call(file_system)`` gives; tried again where the server does not answer rightly.

        Raises
        ------
        OSError
            There is none, it may not be read, or the server does not answer.
        """
        system = self.file_system
        for tried in range(_TRIES):
            try:
                return call(system)
            except _FINAL as error:
                code = error.errno or _NUMBERS.get(type(error), errno.EIO)
                raise type(error)(code, os.strerror(code)) from None
            except Exception as error:  # noqa: BLE001 (packages of many makers: each has errors of its own)
                if tried == _TRIES - 1:
                    told = " ".join(str(error).split())
                    raise OSError(errno.EIO, f"{type(error).__name__}: {told}") from None
            time.sleep(_PAUSE * 2**tried)
        raise AssertionError

    def info(self) -> dict[str, Any]:
        """Size and type as fsspec tells them, as they were some seconds ago at the earliest."""
        asked, known = _INFOS.get(str(self), (-_FRESH, {}))
        if time.monotonic() - asked < _FRESH:
            return known

        def fresh(system: Any) -> dict[str, Any]:
            system.invalidate_cache(system._parent(self.key))
            return dict(system.info(self.key))

        found = self.ask(fresh)
        _INFOS[str(self)] = (time.monotonic(), found)
        return found

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:  # noqa: ARG002 (there are no links)
        """Size and type; all else is 0."""
        info = self.info()
        kind = modes.S_IFDIR if info["type"] == "directory" else modes.S_IFREG
        return os.stat_result((kind | 0o644, 0, 0, 1, 0, 0, int(info.get("size") or 0), 0, 0, 0))

    def exists(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002
        """Whether it is there."""
        try:
            self.info()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002
        """Whether there are files below it."""
        try:
            return bool(self.info()["type"] == "directory")
        except FileNotFoundError:
            return False

    def is_file(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002
        """Whether it is a file."""
        try:
            return bool(self.info()["type"] == "file")
        except FileNotFoundError:
            return False

    def is_symlink(self) -> bool:
        """There are no links."""
        return False

    def iterdir(self) -> Iterator[Path]:
        """What lies in the folder."""
        found = self.ask(lambda system: system.ls(self.key, detail=False, refresh=True))
        return iter([as_path(f"{self.parts[0]}//{name.strip('/')}") for name in found if name.strip("/") != self.key])

    def glob(self, pattern: str, **_: Any) -> Iterator[Path]:
        """What of the folder has such a name."""
        return iter([path for path in self.iterdir() if fnmatch.fnmatchcase(path.name, pattern)])

    def as_uri(self) -> str:
        """It is one."""
        return str(self)

    def resolve(self, strict: bool = False) -> Path:  # noqa: ARG002
        """It is."""
        return self

    def absolute(self) -> Path:
        """It is."""
        return self

    def is_absolute(self) -> bool:
        """It is."""
        return True

    def expanduser(self) -> Path:
        """There is no home folder."""
        return self

    def open(self, mode: str = "r", _buffering: int = -1, encoding: Any = None, *more: Any, **options: Any) -> Any:
        """For reading, by ranges.

        Raises
        ------
        OSError
            As of local files.
        """
        if "r" not in mode or "+" in mode:
            raise OSError(errno.EROFS, "files of object storage are written whole")
        raw: BinaryIO = io.BufferedReader(_Ranges(self), BLOCK)
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding or "utf-8", *more, **options)

    def read_range(self, start: int, stop: int) -> bytes:
        """Bytes ``start`` to ``stop`` (exclusive).

        Raises
        ------
        OSError
            There are fewer.
        """
        if stop <= start:
            return b""
        first, last = start // BLOCK, (stop - 1) // BLOCK
        if last - first < 2 and (size := int(self.info()["size"])) >= stop:
            version = str(self.info().get("ETag", ""))
            blocks = b"".join(_block(self, version, number, size) for number in range(first, last + 1))
            return blocks[start - first * BLOCK : stop - first * BLOCK]
        return self.fetch(start, stop)

    def fetch(self, start: int, stop: int) -> bytes:
        """The same, of the server."""
        found = bytes(self.ask(lambda system: system.cat_file(self.key, start=start, end=stop)))
        if len(found) != stop - start:
            raise OSError(errno.EIO, f"bytes {start} to {stop} were asked for, {len(found)} bytes came")
        return found

    def read_ranges(self, spans: list[tuple[int, int]]) -> list[bytes]:
        """Several ranges, asked for at once where the file system can."""
        starts, stops = [span[0] for span in spans], [span[1] for span in spans]

        def whole(system: Any) -> list[bytes]:
            found = system.cat_ranges([self.key] * len(spans), starts, stops, on_error="raise")
            if any(len(each) != b - a for each, a, b in zip(found, starts, stops, strict=True)):
                raise OSError(errno.EIO, "fewer bytes came than were asked for")
            return list(found)

        return self.ask(whole)

    def write(self, local: Path) -> None:
        """Become a copy of a local file; it is there whole or as it was."""
        _INFOS.pop(str(self), None)
        self.ask(lambda system: system.put_file(str(local), self.key))

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove it."""
        _INFOS.pop(str(self), None)
        try:
            self.ask(lambda system: system.rm_file(self.key))
        except FileNotFoundError:
            if not missing_ok:
                raise

    def _copy(self) -> Path:
        spool = getattr(self, "_spool", None)
        if spool is None:
            spool = Spool(self.suffix)
            self.ask(lambda system: system.get_file(self.key, str(spool.path)))
            self._spool = spool
        return Path(spool.path)


@lru_cache(maxsize=128)
def _block(path: UrlPath, _version: str, number: int, size: int) -> bytes:
    """A part of a file that is read in small pieces; ``_version`` is that of the file."""
    return path.fetch(number * BLOCK, min((number + 1) * BLOCK, size))


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that it holds."""
    if isinstance(folder, UrlPath):
        folder.ask(lambda system: system.rm(folder.key, recursive=True))
    else:
        shutil.rmtree(folder)


class _Ranges(io.RawIOBase):
    """Reads of a file at any place."""

    def __init__(self, path: UrlPath):
        self._path, self._at, self._size = path, 0, path.stat().st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        found = self._path.read_range(self._at, min(self._at + len(view), self._size))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)
