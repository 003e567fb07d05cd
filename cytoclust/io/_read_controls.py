"""The control files of a sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io._missing import is_missing
from cytoclust.io._read_sheet import list_sheet

__all__ = ["ControlFile", "read_controls", "read_process_controls"]

_FMO: Final = re.compile(r"fmo[\s:_-]+(?P<marker>.*\S)", re.IGNORECASE)
_UNSTAINED: Final = "unstained"
_MEASURING: Final = ("process", "beads")
"""Roles of controls that show how a detector measures, not where cells without a marker end."""


@dataclass(frozen=True)
class ControlFile:
    """A file that shows how far cells without a marker reach.

    Attributes
    ----------
    name
        What the sheet calls it.
    path
        The file.
    marker
        The one that an FMO control lacks (fluorescence minus one); None for unstained cells, which lack all.
    batch
        The batch it holds for; None for all.
    where
        Its row and column of the sheet, for messages.
    dataset
        Which data set of a file that holds several, from 0.
    role
        ``process`` for cells of one material that every batch is measured with, ``beads``; ``cut`` of the others.
    date, instrument
        What the sheet's columns of that name say; empty where it has none.
    """

    name: str
    path: Path
    marker: str | None
    batch: str | None
    where: str
    dataset: int | None = None
    role: str = "cut"
    date: str = ""
    instrument: str = ""

    @property
    def kind(self) -> str:
        """``unstained``, ``FMO`` and the marker as the sheet has it, ``process`` or ``beads``."""
        if self.role in _MEASURING:
            return self.role
        return _UNSTAINED if self.marker is None else f"FMO {self.marker}"


def read_controls(samples: str | Path | Sequence[str | Path], *, check_files: bool = True) -> list[ControlFile]:
    """The rows of a sheet that say ``unstained`` or ``FMO`` and a marker in the column ``control``.

    Parameters
    ----------
    samples, check_files
        As for :func:`read_sheet`; files and folders have no controls.

    Raises
    ------
    InputError
        A sheet that cannot be read, or a control of another kind.
    """
    return [each for each in _all_controls(samples, check_files) if each.role == "cut"]


def read_process_controls(samples: str | Path | Sequence[str | Path], *, check_files: bool = True) -> list[ControlFile]:
    """The rows of a sheet that say ``process`` or ``beads`` in the column ``control``.

    Parameters and errors are those of :func:`read_controls`. Columns ``date`` and ``instrument`` of the sheet, in any
    case, say when and on what they were measured.
    """
    return [each for each in _all_controls(samples, check_files) if each.role != "cut"]


def _all_controls(samples: str | Path | Sequence[str | Path], check_files: bool) -> list[ControlFile]:
    rows, _ = list_sheet(samples, check_files=check_files)  # read_sheet says what is doubtful
    found = []
    for sample, control, where in rows:
        if control:
            role, marker = _role(control, where)
            told = {name.strip().casefold(): " ".join(cell.split()) for name, cell in sample.further.items()}
            told = {name: "" if is_missing(told.get(name, ""), name) else told[name] for name in ("date", "instrument")}
            found.append(
                ControlFile(sample.sample_id, sample.path, marker, sample.batch, where, sample.dataset, role, **told)
            )
    return found


def _role(control: str, where: str) -> tuple[str, str | None]:
    """What the control is for, and the marker that it lacks."""
    if control.casefold() in _MEASURING:
        return control.casefold(), None
    if control.casefold() == _UNSTAINED:
        return "cut", None
    found = _FMO.fullmatch(control)
    if not found:
        raise InputError(
            f"{where}: it must be 'unstained', 'FMO' and a marker ('FMO CD271'), 'process' or 'beads'. Got "
            f"{control!r} instead."
        )
    return "cut", found["marker"]
