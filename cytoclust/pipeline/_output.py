"""Writing the output folder, so that it is there whole or as it was."""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cytoclust.errors import InputError
from cytoclust.pipeline._clear_exports import TABLES_OF, clear_exports
from cytoclust.tables import TABLES

__all__ = ["RECORD", "VALIDATION", "Output"]

RECORD: Final = "run.json"
VALIDATION: Final = "validation.json"
"""It vouches for the rest: first away, last in place."""


class Output:
    """Files are written to a hidden folder inside the output folder, and moved into place when all are there."""

    def __init__(self, folder: Path, parts: Sequence[str]):
        """``parts`` are files and folders in the order in which they are put in place."""
        self.folder, self.parts = folder, parts
        self.staging = folder / ".partial"

    def __enter__(self) -> Self:
        self._made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        try:
            shutil.rmtree(self.staging, ignore_errors=True)  # of a run that was killed
            self.staging.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._undo()
            raise InputError(f"The output folder {self.folder} cannot be written to: {error.strerror}.") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            (self.folder / RECORD).unlink(missing_ok=True)
            clear_exports(self.folder)
            not_made = _not_made(self.staging / "tables")
            for part in self.parts:
                _replace(self.staging / part, self.folder / part)
            later = [f"tables/{name}.csv" for name, table in TABLES.items() if table.command != "run"]
            for part in (*later, *not_made, VALIDATION):
                (self.folder / part).unlink(missing_ok=True)  # it tells of the earlier run
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)

    def _undo(self) -> None:
        """Leave the folders as they were found."""
        shutil.rmtree(self.staging, ignore_errors=True)
        for folder in self._made:
            with contextlib.suppress(OSError):  # somebody else has put something there
                folder.rmdir()

    def path(self, part: str) -> Path:
        """Where a part is written until it is put in place; a folder, where its name has no ending, is there."""
        path = self.staging / part
        if not path.suffix:
            path.mkdir(parents=True, exist_ok=True)
        return path


def _not_made(tables: Path) -> list[str]:
    """Tables of a run that this one, which has others, did not make; those of exports go with their folder."""
    exported = {name for names in TABLES_OF.values() for name in names}
    mine = [name for name, table in TABLES.items() if table.command == "run" and name not in exported]
    return [f"tables/{name}.csv" for name in mine if tables.is_dir() and not (tables / f"{name}.csv").exists()]


def _replace(source: Path, target: Path) -> None:
    """Move a file, or a folder's files, into place; labels that an earlier run left go, what is not ours stays."""
    if source.suffix and source.is_dir():  # a folder that is one thing
        shutil.rmtree(target, ignore_errors=True)
    if source.suffix:
        source.replace(target)
        return
    target.mkdir(exist_ok=True)
    for old in target.glob("*.parquet"):
        if not (source / old.name).exists():
            old.unlink()
    for new in sorted(source.iterdir()):
        new.replace(target / new.name)
