"""Which samples there are: from a sheet, files, or a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from cytoclust import keys
from cytoclust.errors import InputError, warn
from cytoclust.findings import Finding
from cytoclust.io._check_design import check_design
from cytoclust.io._datasets import expand, only_dataset
from cytoclust.io._find_files import find_files, sample_ids
from cytoclust.io._is_sheet import is_sheet
from cytoclust.io._is_table import called_as_channels, why_no_table
from cytoclust.io._missing import is_missing
from cytoclust.io._open_events import is_event_file, no_events
from cytoclust.io._other_formats import what_it_is
from cytoclust.io._read_excel import is_excel
from cytoclust.io._read_rows import read_rows
from cytoclust.io._sample_id import check_sample_id
from cytoclust.io._sheet_columns import Columns, find_columns, is_sheet_header, names_any
from cytoclust.io._sheet_path import is_file, like_it, sheet_path
from cytoclust.io._types import Sample
from cytoclust.io._url_path import as_path

__all__ = ["Row", "Sample", "list_samples", "list_sheet", "read_sheet"]

Row: TypeAlias = tuple[Sample, str, str]
"""A sample, what its ``control`` column says (empty if nothing), and where it stands, for messages."""
_TOLD: Final = ("sheet in folder", "several data sets", "events twice in a file")
"""What a run tells, and a reader of samples sees."""
_OPTIONAL: Final = (*keys.SHEET_COLUMNS, keys.CONTROL)


def read_sheet(samples: str | Path | Sequence[str | Path], *, check_files: bool = True) -> list[Sample]:
    """The samples of a sheet, of event files, or of a folder of them.

    A sheet is a text file or an Excel workbook with the columns ``sample_id`` and ``path`` and optionally
    ``patient_id``, ``group``, ``timepoint``, ``batch``, ``control``, ``dataset``; further columns are carried through.
    Cells of a text are parted by commas, semicolons or tabs; paths are relative to the sheet. Empty cells, ``NA`` and
    their like are missing values. A row with a ``control`` is no sample but an FMO or unstained control. Of a file with
    several data sets, ``dataset`` says which, from 1.

    The files of a folder are sorted naturally; their samples are called as the files. Each data set of a file that
    holds several is a sample: ``plate_1``, ``plate_2`` …; two that hold the same events, as some instruments write
    them, are one.

    Parameters
    ----------
    samples
        A sheet, event files or a folder.
    check_files
        Refuse a sheet that lists a file that is absent, empty or no event file.

    Raises
    ------
    InputError
        Anything that is absent, repeated, empty, unreadable or unsafe as a file name; it names sheet, row and column.

    Warns
    -----
    CytoclustWarning
        What was taken for a missing value, a column under another name, a file that is listed twice, words that differ
        by case or spelling alone, a batch that only some samples have, or a patient in two groups at one time.
    """
    found, doubts = list_samples(samples, check_files=check_files)
    for doubt in [each for each in doubts if each.code not in _TOLD]:
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
    paths = [as_path(samples)] if isinstance(samples, str | Path) else [as_path(path) for path in samples]
    if not paths:
        raise InputError("There are no samples: give a sheet, FCS files, or a folder of them.")
    for path in paths:
        if not (is_file(path) or path.is_dir()):
            raise InputError(f"{path} does not exist.")
    if len(paths) == 1 and is_sheet(paths[0]):
        return _from_sheet(paths[0], check_files)
    files, notes = find_files(paths, check=check_files)
    found = [Sample(sample_id, path) for sample_id, path in zip(sample_ids(files), files, strict=True)]
    expanded, more = expand(found)
    return [(sample, "", "") for sample in expanded], [*notes, *more]


def _from_sheet(sheet: Path, check_files: bool) -> tuple[list[Row], list[Finding]]:
    if not is_excel(sheet) and (what := what_it_is(sheet)):
        raise InputError(f"{sheet} is neither events nor a sheet.{what}")
    read = read_rows(sheet, is_sheet_header)
    (_, header), *rows = read.rows
    if not is_excel(sheet) and not names_any(header) and (why := why_no_table(sheet)):
        raise InputError(
            f"{sheet} is neither a sheet, which has the columns sample_id and path, nor a table of events: {why}."
        )
    try:
        columns = find_columns(read.where, header)
    except InputError as error:
        if is_excel(sheet) and called_as_channels(header):
            raise InputError(
                f"{error} Events are not read from a workbook: if it holds some, save it as CSV."
            ) from None
        raise
    listed: list[Row] = []
    seen = _Seen(read.where)
    doubts = [*read.notes, *columns.notes]
    for line, row in rows:
        if len(row) < len(header) or any(row[len(header) :]):
            raise InputError(f"{read.where}, row {line}: {len(header)} cells are expected. Got {len(row)} instead.")
        sample, control = _sample(sheet, f"{read.where}, row {line}", columns, row, check_files)
        doubts += seen.check(sample, line)
        listed.append((sample, control, f"{read.where}, row {line}, column {keys.CONTROL}"))
    if not listed:
        raise InputError(f"{read.where} lists no samples: it has a header and no rows.")
    samples = [sample for sample, control, _ in listed if not control]
    cells = [row for (_, row), (_, control, _) in zip(rows, listed, strict=True) if not control]
    doubts += _missing(read.where, columns, cells, [row for _, row in rows])
    return listed, [*doubts, *check_design(read.where, samples)]


def _sample(sheet: Path, where: str, columns: Columns, row: Sequence[str], check_files: bool) -> tuple[Sample, str]:
    """The sample of a row, and what control it is."""
    cells = {name: row[place] for name, place in columns.at.items()}
    for name in (keys.SAMPLE, keys.PATH):
        if not cells[name]:
            raise InputError(f"{where}, column {name}: it is empty.")
    check_sample_id(cells[keys.SAMPLE], f"{where}, column {keys.SAMPLE}")
    try:
        path = sheet_path(sheet, cells[keys.PATH])
    except InputError as error:  # of a URL
        raise InputError(f"{where}, column {keys.PATH}: {error}") from None
    if check_files:
        _check_file(path, where)
    told = {
        name: None if is_missing(cells.get(name, ""), name) else " ".join(cells[name].split()) for name in _OPTIONAL
    }
    control = told.pop(keys.CONTROL) or ""
    further = {name: row[place] for name, place in columns.further.items()}
    dataset = _dataset(cells.get(keys.DATASET, ""), path, where, check_files)
    return Sample(cells[keys.SAMPLE], path, **told, dataset=dataset, further=further), control


def _dataset(cell: str, path: Path, where: str, check_files: bool) -> int | None:
    """Number from 0 of the data set that a cell names from 1.

    Raises
    ------
    InputError
        It is no number, or the file holds several and the cell says nothing.
    """
    if is_missing(cell, keys.DATASET):
        return only_dataset(path, where) if check_files else None
    if not (cell.isascii() and cell.isdigit() and 0 < int(cell) < 10**6):
        raise InputError(f"{where}, column {keys.DATASET}: it must be a whole number from 1. Got {cell!r} instead.")
    return int(cell) - 1


def _check_file(path: Path, where: str) -> None:
    if not is_file(path):
        raise InputError(f"{where}, column path: the file {path} does not exist.{like_it(path)}")
    if path.stat().st_size == 0:
        raise InputError(f"{where}, column path: the file {path} is empty.")
    if not is_event_file(path):
        raise InputError(f"{where}, column path: {no_events(path)}.")


class _Seen:
    """Names and files of the rows so far."""

    def __init__(self, where: str):
        self._where = where
        self._names: set[str] = set()
        self._files: set[tuple[Path, int | None]] = set()

    def check(self, sample: Sample, line: int) -> list[Finding]:
        """What is doubtful in one more.

        Raises
        ------
        InputError
            Its name is there already.
        """
        name, file = sample.sample_id.casefold(), (sample.path.resolve(), sample.dataset)
        if name in self._names:
            raise InputError(
                f"{self._where}, row {line}, column {keys.SAMPLE}: {sample.sample_id!r} is there already; each must be "
                "its own, and not by case alone."
            )
        again = file in self._files
        self._names.add(name)
        self._files.add(file)
        return [Finding("file listed twice", sheet=self._where, row=line, file=str(sample.path))] if again else []


def _missing(
    where: str, columns: Columns, cells: Sequence[Sequence[str]], every: Sequence[Sequence[str]]
) -> list[Finding]:  # fmt: skip
    """How many samples lack a value in a column that others have, and by which words; of all columns at once."""
    told = {}
    for name in _OPTIONAL:
        rows = every if name == keys.CONTROL else cells
        column = [row[columns.at[name]] for row in rows] if name in columns.at else []
        words = [cell for cell in column if is_missing(cell, name)]
        if any(words) or (name == keys.PATIENT and 0 < len(words) < len(column)):  # an empty cell is no surprise
            told[name] = {word: words.count(word) for word in sorted(set(words))}
    return [Finding("missing values", sheet=where, columns=told, samples=len(cells))] if told else []
