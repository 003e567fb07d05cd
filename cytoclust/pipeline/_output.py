"""Writing the output folder, so that it is there whole or as it was."""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cytoclust.errors import InputError
from cytoclust.pipeline._put_in_place import commit, settle

__all__ = ["Output"]


class Output:
    """Files are written to a hidden folder inside the output folder, and moved into place when all are there."""

    def __init__(self, folder: Path, parts: Sequence[str]):
        """``parts`` are files and folders in the order in which they are put in place."""
        self.folder, self.parts = folder, parts
        self.staging = folder / ".partial"

    def __enter__(self) -> Self:
        self._made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        try:
            settle(self.folder)
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
            commit(self.folder, self.staging, self.parts)
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
