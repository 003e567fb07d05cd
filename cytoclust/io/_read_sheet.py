"""Which samples there are: from a sheet, files, or a folder."""

import csv
import difflib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from cytoclust import keys
from cytoclust.errors import InputError, warn
from cytoclust.findings import Finding
from cytoclust.io._check_design import check_design
from cytoclust.io._find_files import find_files, sample_ids
from cytoclust.io._open_events import formats, is_event_file, named_as_events
from cytoclust.io._sample_id import check_sample_id
from cytoclust.io._types import Sample

__all__ = ["Row", "Sample", "list_samples", "list_sheet", "read_sheet"]

_NEEDED: Final = (keys.SAMPLE, "path")
_CONTROL: Final = "control"
_OPTIONAL: Final = (*keys.SHEET_COLUMNS, _CONTROL)
_COLUMNS: Final = (*_NEEDED, *_OPTIONAL)
_SEPARATORS: Final = (",", ";", "\t")
Row: TypeAlias = tuple[Sample, str, str]
"""A sample, what its ``control`` column says (empty if nothing), and where it stands, for messages."""


def read_sheet(samples: str | Path | Sequence[str | Path], *, check_files: bool = True) -> list[Sample]:
    """The samples of a sheet, of FCS files, or of a folder of them.

    A sheet is a text file with the columns ``sample_id`` and ``path`` and optionally ``patient_id``, ``group``,
    ``timepoint``, ``batch``, ``control``, parted by commas, semicolons or tabs; paths are relative to the sheet. A row
    with a ``control`` is no sample but an FMO or unstained control. The files of a folder are sorted naturally; their
    samples are called as the files.

    Parameters
    ----------
    samples
        A sheet, FCS files or a folder.
    check_files
        Refuse a sheet that lists a file that is absent, empty or no FCS file.

    Raises
    ------
    InputError
        Anything that is absent, repeated, empty, unreadable or unsafe as a file name; it names sheet, row and column.

    Warns
    -----
    CytoclustWarning
        A column that is not known, a file that is listed twice, words that differ by case alone, a batch that only
        some samples have, or a patient in two groups at one time.
    """
    found, doubts = list_samples(samples, check_files=check_files)
    for doubt in doubts:
        warn(str(doubt), by="cytoclust.io.read_sheet")
    return found


def list_samples(
    samples: str | Path | Sequence[str | Path], *, check_files: bool = True
) -> tuple[list[Sample], list[Finding]]:
    """What :func:`read_sheet` gives, and what it would warn of."""
    rows, doubts = list_sheet(samples, check_files=check_files)
    found = [sample for sample, control, _ in rows if not control]
    if not found:
        raise InputError(f"{samples} lists no samples: every row is a control.")
    return found, doubts


def list_sheet(samples: str | Path | Sequence[str | Path], *, check_files: bool) -> tuple[list[Row], list[Finding]]:
    """Every row, those of controls too, and what is doubtful."""
    paths = [Path(samples)] if isinstance(samples, str | Path) else [Path(path) for path in samples]
    if not paths:
        raise InputError("There are no samples: give a sheet, FCS files, or a folder of them.")
    for path in paths:
        if not (_is_file(path) or path.is_dir()):
            raise InputError(f"{path} does not exist.")
    if len(paths) == 1 and paths[0].is_file() and not (named_as_events(paths[0]) or is_event_file(paths[0])):
        return _from_sheet(paths[0], check_files)
    files = find_files(paths)
    return [(Sample(sample_id, path), "", "") for sample_id, path in zip(sample_ids(files), files, strict=True)], []


def _from_sheet(sheet: Path, check_files: bool) -> tuple[list[Row], list[Finding]]:
    rows = _rows(sheet)
    header, doubts = _header(sheet, rows[0][1])
    samples: list[Sample] = []
    listed = []
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise InputError(f"{sheet}, row {line}: {len(header)} cells are expected. Got {len(row)} instead.")
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        samples.append(_sample(sheet, line, cells, check_files))
        doubts += _check_new(sheet, line, samples)
        listed.append((samples[-1], cells.get(_CONTROL, ""), f"{sheet}, row {line}, column {_CONTROL}"))
    if not listed:
        raise InputError(f"{sheet} lists no samples: it has a header and no rows.")
    return listed, [*doubts, *check_design(sheet, [sample for sample, control, _ in listed if not control])]


def _rows(sheet: Path) -> list[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank."""
    try:
        text = sheet.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{sheet} is neither an {formats()} file nor a sheet: it is not UTF-8 text.") from None
    except OSError as error:
        raise InputError(f"{sheet} cannot be read: {error.strerror}.") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError(f"{sheet} is empty.")
    separator = max(_SEPARATORS, key=lines[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"{sheet}, row {reader.line_num}: {error}.") from None


def _header(sheet: Path, row: list[str]) -> tuple[list[str], list[Finding]]:
    names = [cell.strip().casefold() for cell in row]
    for name in _NEEDED:
        if name not in names:
            raise InputError(f"{sheet} has no column {name}. It has {', '.join(cell.strip() for cell in row)}.")
    for name in _COLUMNS:
        if names.count(name) > 1:
            raise InputError(f"{sheet} has the column {name} {names.count(name)} times; one is allowed.")
    doubts = []
    for name, cell in zip(names, row, strict=True):
        if name not in _COLUMNS:
            near = next(iter(difflib.get_close_matches(name, _OPTIONAL, n=1, cutoff=0.6)), "")
            doubts.append(Finding("unknown column", sheet=str(sheet), column=cell.strip(), near=near, known=_COLUMNS))
    return names, doubts


def _sample(sheet: Path, line: int, cells: dict[str, str], check_files: bool) -> Sample:
    where = f"{sheet}, row {line}"
    for name in _NEEDED:
        if not cells[name]:
            raise InputError(f"{where}, column {name}: it is empty.")
    check_sample_id(cells[keys.SAMPLE], f"{where}, column {keys.SAMPLE}")
    path = sheet.parent / cells["path"]
    if check_files:
        _check_file(path, where)
    optional = {name: cells.get(name) or None for name in keys.SHEET_COLUMNS}
    return Sample(cells[keys.SAMPLE], path, **optional)


def _check_file(path: Path, where: str) -> None:
    if not _is_file(path):
        raise InputError(f"{where}, column path: the file {path} does not exist.")
    if path.stat().st_size == 0:
        raise InputError(f"{where}, column path: the file {path} is empty.")
    if not is_event_file(path):
        raise InputError(f"{where}, column path: {path} is not an {formats()} file.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def _check_new(sheet: Path, line: int, samples: list[Sample]) -> list[Finding]:
    *before, new = samples
    for sample in before:
        if sample.sample_id.casefold() == new.sample_id.casefold():
            raise InputError(
                f"{sheet}, row {line}, column {keys.SAMPLE}: {new.sample_id!r} is there already; each must be its own, "
                "and not by case alone."
            )
    if any(sample.path.resolve() == new.path.resolve() for sample in before):
        return [Finding("file listed twice", sheet=str(sheet), row=line, file=str(new.path))]
    return []
