"""The control files of a sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io._read_sheet import list_sheet

__all__ = ["ControlFile", "read_controls"]

_FMO: Final = re.compile(r"fmo[\s:_-]+(?P<marker>.*\S)", re.IGNORECASE)
_UNSTAINED: Final = "unstained"


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
    """

    name: str
    path: Path
    marker: str | None
    batch: str | None
    where: str
    dataset: int | None = None

    @property
    def kind(self) -> str:
        """``unstained``, or ``FMO`` and the marker, as the sheet has it."""
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
    rows, _ = list_sheet(samples, check_files=check_files)  # read_sheet says what is doubtful
    return [
        ControlFile(sample.sample_id, sample.path, _marker(control, where), sample.batch, where, sample.dataset)
        for sample, control, where in rows
        if control
    ]


def _marker(control: str, where: str) -> str | None:
    if control.casefold() == _UNSTAINED:
        return None
    found = _FMO.fullmatch(control)
    if not found:
        raise InputError(
            f"{where}: it must be 'unstained', or 'FMO' and a marker ('FMO CD271'). Got {control!r} instead."
        )
    return found["marker"]
