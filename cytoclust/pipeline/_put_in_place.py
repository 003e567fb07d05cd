"""The last moments of a run: what it wrote takes the place of what was there, all of it, whatever happens.

What was written is made safe on the disk, then its folder gets another name: from then on the run counts. Files are
moved in an order that can be gone through again, so whoever comes next, after a kill or a loss of power, completes it.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.pipeline._clear_exports import TABLES_OF, clear_exports
from cytoclust.pipeline._lock import STORE, Lock
from cytoclust.tables import TABLES

__all__ = ["RECORD", "VALIDATION", "commit", "settle", "settle_alone"]

RECORD: Final = "run.json"
VALIDATION: Final = "validation.json"
"""It vouches for the rest: first away, last in place."""
_READY: Final = ".ready"
"""Name of the folder of what was written, when it is whole."""
_PLACING: Final = ".placing"
"""The same when what it replaces is out of the way."""
_PLAN: Final = ".plan.json"


def commit(folder: Path, staging: Path, parts: Sequence[str]) -> None:
    """Put what is in ``staging``, inside ``folder``, in place; ``parts`` say in which order."""
    files = [str(file.relative_to(staging)) for part in parts for file in _files(staging / part)]
    (staging / _PLAN).write_text(json.dumps(files), encoding="utf-8")
    for path in [*sorted(staging.rglob("*")), staging]:
        _flush(path)
    staging.rename(folder / _READY)
    _flush(folder)
    settle(folder)


def settle(folder: Path) -> None:
    """Complete what a run that was killed in its last moment had begun; nothing, if there was none."""
    ready, placing = folder / _READY, folder / _PLACING
    if ready.is_dir():
        files = _planned(ready)
        _clear(folder, files)
        shutil.rmtree(placing, ignore_errors=True)
        ready.rename(placing)
        _flush(folder)
    if placing.is_dir():
        files = _planned(placing)
        for name in files:
            if (placing / name).exists():  # else it is there already
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (placing / name).replace(folder / name)
        for parent in {(folder / name).parent for name in files} | {folder}:
            _flush(parent)
        shutil.rmtree(placing, ignore_errors=True)


def settle_alone(folder: Path) -> None:
    """The same for whoever opens the folder, while no run writes to it.

    Raises
    ------
    InputError
        It needs completing, and a run writes to it or it cannot be written to.
    """
    if not any((folder / name).is_dir() for name in (_READY, _PLACING)):
        return
    try:
        (folder / STORE).mkdir(exist_ok=True)
        with Lock(folder):
            settle(folder)
    except OSError as error:
        raise InputError(
            f"{folder} is of a run that was killed in its last moment, and cannot be completed: {error.strerror}."
        ) from None


def _planned(staged: Path) -> list[str]:
    """Names of the files, in the order in which they are put in place.

    Raises
    ------
    InputError
        It was changed since: a name that leads elsewhere, or no names.
    """
    try:
        names = [str(name) for name in json.loads((staged / _PLAN).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{staged} is not as a run left it: {' '.join(str(error).split())}. Remove it.") from None
    for name in names:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise InputError(f"{staged} is not as a run left it: {name!r} leads out of the folder. Remove it.")
    return names


def _clear(folder: Path, files: Sequence[str]) -> None:
    """Take away what tells of the earlier run; what is not ours stays."""
    (folder / RECORD).unlink(missing_ok=True)
    clear_exports(folder)
    new = set(files)
    for part in {Path(name).parts[0] for name in files}:
        for old in (folder / part).glob("*.parquet"):
            if f"{part}/{old.name}" not in new:
                old.unlink()
    later = [f"tables/{name}.csv" for name, table in TABLES.items() if table.command != "run"]
    for part in (*later, *_not_made(new), VALIDATION):
        (folder / part).unlink(missing_ok=True)


def _not_made(files: set[str]) -> list[str]:
    """Tables of a run that this one, which has others, did not make; those of exports go with their folder."""
    exported = {name for names in TABLES_OF.values() for name in names}
    mine = [name for name, table in TABLES.items() if table.command == "run" and name not in exported]
    has = any(name.startswith("tables/") for name in files)
    return [f"tables/{name}.csv" for name in mine if has and f"tables/{name}.csv" not in files]


def _files(path: Path) -> list[Path]:
    """The file, or a folder's files."""
    return sorted(path.iterdir()) if path.is_dir() else [path]


def _flush(path: Path) -> None:
    """See to it that a file, or the names in a folder, outlast a loss of power; some systems know this of no folder."""
    folder = path.is_dir()
    with contextlib.suppress(OSError) if folder else contextlib.nullcontext():
        number = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
        try:
            os.fsync(number)
        finally:
            os.close(number)
