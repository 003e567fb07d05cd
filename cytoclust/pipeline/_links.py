"""Links in an output folder that lead out of it."""

from pathlib import Path
from typing import Final

from cytoclust.errors import InputError

__all__ = ["refuse_links"]

_STORE: Final = ".store"
_FOLDERS: Final = (
    "labels", "tables", "fcs", "flowjo", "gates", "patients", "cohort.zarr", _STORE, ".partial", ".ready", ".placing",
)  # fmt: skip
"""What is written into, or cleared; a file that is a link is replaced, and what it names stays as it is."""


def refuse_links(out: Path) -> None:
    """Refuse a folder in which files that are written, or removed, would be somebody else's.

    Raises
    ------
    InputError
        A folder of ``out`` that is written into, or anything in its store, is a link that leads out of ``out``.
    """
    store = out / _STORE
    inside = sorted(store.iterdir()) if store.is_dir() and not store.is_symlink() else []
    for path in [*(out / name for name in _FOLDERS), *inside]:
        if path.is_symlink() and not path.resolve().is_relative_to(out.resolve()):
            raise InputError(
                f"{path} is a link to {path.resolve()}, out of the output folder, where nothing is written: remove the "
                f"link, or make {out} itself one."
            )
