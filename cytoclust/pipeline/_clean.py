"""What a run kept, removed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.pipeline._held import local_folder
from cytoclust.pipeline._lock import STORE, Lock
from cytoclust.pipeline._put_in_place import settle
from cytoclust.words import size

__all__ = ["Cleaned", "clean"]


@dataclass(frozen=True)
class Cleaned:
    """How much room was made in a folder."""

    out: Path
    n_bytes: int

    def __str__(self) -> str:
        return f"{self.out}: {size(self.n_bytes)} removed"


def clean(out: str | Path) -> Cleaned:
    """Remove what runs kept in ``out/.store``, and what a killed one had begun to write; results stay.

    Raises
    ------
    InputError
        There is no such folder, a run is writing to it, or it cannot be written to.
    """
    folder = local_folder(out)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: give the one that a run wrote to.")
    left = [folder / name for name in (STORE, ".partial") if (folder / name).is_dir()]
    n_bytes = sum(path.lstat().st_size for part in left for path in part.rglob("*") if path.is_file())
    if not left:
        return Cleaned(folder, 0)
    try:
        (folder / STORE).mkdir(exist_ok=True)
        with Lock(folder):
            settle(folder)
            for part in left:
                shutil.rmtree(part)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}.") from None
    return Cleaned(folder, n_bytes)
