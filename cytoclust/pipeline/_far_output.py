"""An output folder in object storage: written here, put there when all is there."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io import UrlPath, remove_folder
from cytoclust.pipeline._clear_exports import clear_exports
from cytoclust.pipeline._put_in_place import RECORD, VALIDATION
from cytoclust.tables import TABLES

__all__ = ["far_output"]

_HIDDEN: Final = "."
_TRIAL: Final = ".cytoclust"
_AT_ONCE: Final = 8
"""Files that are sent side by side. Bears on no result."""


@contextmanager
def far_output(out: Path, scratch: str) -> Iterator[Path]:
    """The folder to write to: ``out``; where that is a URL, one here, whose files go there when the block ends well.

    Files of an earlier run are replaced; ``run.json``, which vouches for the rest, goes first and comes last.

    Parameters
    ----------
    out
        The output folder.
    scratch
        Where the folder here is made; its store stays, and all of it where the block fails. Empty is the system's
        folder, and nothing stays.

    Raises
    ------
    InputError
        The URL, or the folder here, cannot be written to.
    """
    if not isinstance(out, UrlPath):
        yield out
        return
    _try(out)
    folder = _folder(out, scratch)
    try:
        yield folder
        _put(folder, out)
        for path in folder.iterdir():
            if not path.name.startswith(_HIDDEN):  # a run with other rules may go on from the store
                remove_folder(path) if path.is_dir() else path.unlink()
    finally:
        if not scratch:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(out: UrlPath, scratch: str) -> Path:
    """The same for the same URL, where a run may go on from it."""
    if not scratch:
        return Path(tempfile.mkdtemp(prefix="cytoclust-"))
    folder = Path(scratch).absolute() / f"cytoclust-{hashlib.sha256(str(out).encode()).hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"run.scratch: {folder} cannot be written to: {error.strerror}.") from None
    return folder


def _try(out: UrlPath) -> None:
    """Refuse now what would be refused when all is done."""
    with tempfile.NamedTemporaryFile() as nothing, _told(out):
        trial = UrlPath(out, _TRIAL)
        trial.write(Path(nothing.name))
        trial.unlink(missing_ok=True)


def _put(folder: Path, out: UrlPath) -> None:
    made = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(folder)))
    names = [path.relative_to(folder).as_posix() for path in made]
    with _told(out):
        UrlPath(out, RECORD).unlink(missing_ok=True)
        clear_exports(out)
        for name in set(_of_a_run(out)) - set(names):
            UrlPath(out, name).unlink(missing_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            others = [(path, name) for path, name in zip(made, names, strict=True) if name != RECORD]
            list(pool.map(lambda pair: UrlPath(out, pair[1]).write(pair[0]), others))
        UrlPath(out, RECORD).write(folder / RECORD)


def _of_a_run(out: UrlPath) -> list[str]:
    """Files that an earlier run may have left, besides those that any run writes."""
    labels = UrlPath(out, "labels")
    there = [f"labels/{path.name}" for path in labels.iterdir()] if labels.is_dir() else []
    return [
        *(name for name in there if name.endswith(".parquet")),
        *(f"tables/{name}.csv" for name in TABLES),
        VALIDATION,
    ]


def _is_hidden(path: Path) -> bool:
    return path.parts[0].startswith(_HIDDEN)  # what the run needs for itself


@contextmanager
def _told(out: UrlPath) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{out} cannot be written to: {error.strerror or error}.") from None
