"""Exports that would be written over what is read."""

from collections.abc import Sequence
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.io import Sample

__all__ = ["refuse_exports", "refuse_inputs"]


def refuse_inputs(folder: Path, samples: Sequence[Sample]) -> None:
    """Refuse to write ``<sample_id>.fcs`` to a folder where that is a file of events that is read.

    Raises
    ------
    InputError
        It names the file.
    """
    read = {sample.path.resolve(): sample.path for sample in samples}
    for sample in samples:
        target = (folder / f"{sample.sample_id}.fcs").resolve()
        if target in read:
            raise InputError(f"{read[target]} would be written over by the export: choose another folder for the run.")


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
