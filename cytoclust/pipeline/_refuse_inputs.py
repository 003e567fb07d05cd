"""Exports that would be written over what is read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io import Sample

__all__ = ["refuse_exports", "refuse_inputs"]

_MARK: Final = b"CYTOCLUST VERSION"
_LOOKED_AT: Final = 1_000_000
"""Bytes of a file in which its keywords stand. Bears on no result."""


def refuse_inputs(folder: Path, samples: Sequence[Sample]) -> None:
    """Refuse to write ``<sample_id>.fcs`` to a folder where that is a file that no run has exported.

    Raises
    ------
    InputError
        It names the file.
    """
    for sample in samples:
        target = folder / f"{sample.sample_id}.fcs"
        if target.exists() and not _is_export(target):
            raise InputError(
                f"{target} would be written over by the export, and is no export: move it, or run elsewhere."
            )


def _is_export(path: Path) -> bool:
    with path.open("rb") as handle:
        return _MARK in handle.read(_LOOKED_AT)


def refuse_exports(out: Path, samples: Sequence[Sample]) -> None:
    """Refuse to read what a run has exported to the folder that is written to: it goes with that run.

    Raises
    ------
    InputError
        It names the file.
    """
    if not (out / "fcs" / "legend.csv").is_file():
        return
    folder = (out / "fcs").resolve()
    for sample in samples:
        if sample.path.resolve().parent == folder:
            raise InputError(
                f"{sample.path} was exported by the run in {out}, which would be replaced: choose another folder."
            )
