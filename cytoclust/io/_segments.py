"""HEADER and TEXT of one data set of an FCS file."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from fcsparser.api import FCSParser

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._parse_text import parse_text
from cytoclust.io._shown import shown

__all__ = ["HEADER_BYTES", "Segments", "number", "read_segments", "shown"]

_VERSIONS: Final = ("FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2")
_MOST_WORDS: Final = 1_000_000
"""Bears on no result: delimiters of a TEXT segment, a hundred times what real files have."""
HEADER_BYTES: Final = 58
"""Before TEXT may begin. Source: FCS 3.1, 3.1."""


@dataclass(frozen=True)
class Segments:
    """What stands before the events: version, keywords, where DATA is said to be, and what had to be assumed."""

    version: str
    text: dict[str, str]  # standard keywords in upper case, others as they stand
    base: int  # first byte of the data set; every offset counts from it
    size: int  # bytes from there to the end of the file
    primary: tuple[int, int]  # first and last byte of primary TEXT
    data: tuple[int, int]  # first and last byte of DATA as HEADER says; (0, 0) where it leaves that to TEXT
    notes: tuple[Finding, ...]
    earlier: tuple[dict[str, str], ...] = ()  # keywords of the data sets before it


def read_segments(data: np.ndarray, path: Path, dataset: int) -> Segments:
    """HEADER and TEXT of the data set number ``dataset``, from 0, found along $NEXTDATA.

    Raises
    ------
    InputError
        Not FCS, no such data set, or a segment that cannot be read.
    """
    base, notes, earlier = 0, [], []
    for index in range(dataset + 1):
        segments = _read_one(data, path, base)
        following = number(segments.text, "$NEXTDATA", path, default=0)
        if index == dataset:
            break
        if following == 0:
            raise InputError(f"{path}: there is no data set {dataset + 1}; the file holds {index + 1}.")
        base = _next_base(data, path, base, following)
        earlier.append(segments.text)
    if following:
        notes.append(Finding("further data sets", read=dataset + 1))
    return Segments(**{**vars(segments), "notes": (*segments.notes, *notes), "earlier": tuple(earlier)})


def _next_base(data: np.ndarray, path: Path, base: int, following: int) -> int:
    """$NEXTDATA counts from the start of its data set (FCS 2.0, 3.2.18); some writers count from that of the file."""
    for candidate in (base + following, following):
        if base < candidate <= data.size - HEADER_BYTES and data[candidate : candidate + 3].tobytes() == b"FCS":
            return candidate
    raise InputError(f"{path}: $NEXTDATA is {following}, where no data set begins.")


def _read_one(data: np.ndarray, path: Path, base: int) -> Segments:
    head = data[base : base + HEADER_BYTES].tobytes()
    version = head[:6].decode("ascii", "replace")
    if len(head) < HEADER_BYTES or version not in _VERSIONS:
        raise InputError(
            f"{path} is not a whole FCS file: it begins with {shown(head[:6])}; allowed are {', '.join(_VERSIONS)}."
        )
    header = _parse_header(head, path, data.size - base)
    start, end = header["text start"], header["text end"]
    primary = _segment(data, path, base, start, end)
    if primary.count(primary[:1]) > _MOST_WORDS:
        raise InputError(f"{path}: TEXT must not hold more than {_MOST_WORDS} delimiters. It is no TEXT of FCS.")
    primary = primary[: _cut_at_data(primary, header["data start"] - start)]
    last = start + len(primary.rstrip(b"\0 \r\n")) - 1  # padding is no TEXT: DATA may begin in it
    text, notes = parse_text(primary)
    extra = _supplement(text, path, start)
    if extra is not None:
        more, more_notes = _parse_supplement(data, base, extra, primary[:1])
        text, notes = {**more, **text}, [*notes, *more_notes]
    offsets = (header["data start"], header["data end"])
    return Segments(version, text, base, data.size - base, (start, last), offsets, tuple(notes))


def _parse_header(head: bytes, path: Path, size: int) -> dict[str, int]:
    parser = FCSParser()
    parser._file_size = size  # load_file would set it, but refuses files without $NEXTDATA, which FCS 3.2 allows
    try:
        parser.read_header(io.BytesIO(head[:42]))  # without ANALYSIS, which it would only warn about
    except ValueError as error:
        raise InputError(f"{path}: HEADER cannot be read: {' '.join(str(error).split())}") from None
    header = parser.annotation["__header__"]
    if header["data start"] == header["text end"] + 1 and head[18:26].strip() == head[26:34].strip():
        header["text end"] += (
            1  # fcsparser takes TEXT to end too late where both are one byte; DATA may begin too early
        )
    return header


def _segment(data: np.ndarray, path: Path, base: int, start: int, end: int) -> bytes:
    if not HEADER_BYTES <= start < end < data.size - base:
        raise InputError(
            f"{path}: TEXT is said to be bytes {start} to {end}, which the {data.size - base} bytes do not hold."
        )
    return data[base + start : base + end + 1].tobytes()


def _cut_at_data(segment: bytes, data_start: int) -> int:
    """Bytes of a TEXT segment that are its own: some writers give an end of TEXT that lies within DATA.

    That is so where TEXT is closed by its delimiter before DATA begins; else it is DATA that is said to begin in TEXT.
    """
    if 2 < data_start < len(segment) and segment[:data_start].rstrip(b"\0 \r\n")[-1:] == segment[:1]:
        rest = segment[data_start:].rstrip(b"\0 \r\n")
        if rest and (rest[-1:] != segment[:1] or not rest.replace(segment[:1], b"").decode("latin-1").isprintable()):
            return data_start
    return len(segment)


def _supplement(text: dict[str, str], path: Path, primary: int) -> tuple[int, int] | None:
    start = number(text, "$BEGINSTEXT", path, default=0)
    end = number(text, "$ENDSTEXT", path, default=0)
    return None if start in (0, primary) or end <= start else (start, end)


def _parse_supplement(
    data: np.ndarray, base: int, extra: tuple[int, int], delimiter: bytes
) -> tuple[dict[str, str], list[Finding]]:
    start, end = extra
    if start < HEADER_BYTES or end >= data.size - base:
        return {}, [Finding("supplement outside", first=start, last=end)]
    segment = data[base + start : base + end + 1].tobytes()
    foreign = segment[:1] != delimiter or segment.count(delimiter) > _MOST_WORDS
    if foreign and segment.strip(b"\0 \r\n"):  # some programs keep other things there
        return {}, [Finding("supplement no text", first=start, last=end)]
    return parse_text(segment)


def number(text: dict[str, str], key: str, path: Path, *, default: int | None = None) -> int:
    """A keyword that must be a whole number >= 0; ``default`` where it is absent or blank.

    Raises
    ------
    InputError
        It is absent without a default, or is no such number.
    """
    value = text.get(key, "").strip()
    if not value and default is not None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 20):
        found = shown(value) if key in text else "nothing"
        raise InputError(f"{path}: {key} must be a whole number. Got {found} instead.")
    return int(value)
