"""SHA-256 of every file that is read; of one that was not touched since, as the store knows it."""

import contextlib
import json
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cytoclust.errors import InputError
from cytoclust.io import UrlPath, sha256
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._opened import Opened

__all__ = ["file_digests"]

_KNOWN: Final = "files.json"
_SETTLED: Final = 2.0
"""Seconds that a file must have been left alone for: within the step of a disk's clock a change would not show. Bears
on no result. Chosen: FAT counts in steps of two."""

State = list[Any]


def file_digests(context: Context, opened: Sequence[Opened]) -> list[str]:
    """SHA-256 of the file of each sample; empty of one that is left out because it cannot be read."""
    paths = list(dict.fromkeys(each.sample.path for each in opened))  # one may hold several data sets
    index = context.store.folder / _KNOWN
    known = _read(index) if context.store.resume else {}

    def one(path: Path) -> tuple[str, State | None] | InputError:
        state = _state(path)
        if state is not None and (digest := known.get(str(path.absolute()), {}).get(json.dumps(state))):
            return digest, state
        try:
            return sha256(path), state
        except InputError as error:
            return error

    found = dict(zip(paths, context.executor.map(one, [path.absolute() for path in paths]), strict=True))
    _write(index, {path: each for path, each in found.items() if not isinstance(each, InputError)})
    digests = []
    for each in opened:
        result = found[each.sample.path]
        if isinstance(result, InputError):
            context.leave_out(each.sample, result)
        digests.append("" if isinstance(result, InputError) else result[0])
    return digests


def _state(path: Path) -> State | None:
    """What of a file changes when it is written; None where that cannot be known."""
    if isinstance(path, UrlPath):
        with contextlib.suppress(OSError):
            known = path.info()
            return [known["size"], str(known["ETag"])] if "ETag" in known else None
        return None
    with contextlib.suppress(OSError):
        told = path.stat()
        if time.time() - max(told.st_mtime, told.st_ctime) > _SETTLED:
            return [told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns]
    return None


def _read(index: Path) -> dict[str, dict[str, str]]:
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        told, _, text = index.read_bytes().partition(b"\n")
        if int(told, 16) == zlib.crc32(text):
            return dict(json.loads(text))
    return {}


def _write(index: Path, found: dict[Path, tuple[str, State | None]]) -> None:
    held = {str(path.absolute()): {json.dumps(state): digest} for path, (digest, state) in found.items() if state}
    text = json.dumps(held).encode()
    with contextlib.suppress(OSError):
        temporary = index.with_suffix(".part")
        temporary.write_bytes(b"%08x\n%b" % (zlib.crc32(text), text))
        temporary.replace(index)
