"""An FCS file written again with further columns."""

import math
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.io._atomic_path import atomic_path
from cytoclust.io._event_file import EventFile
from cytoclust.io._fcs_file import FCSFile
from cytoclust.io._fcs_segments import fcs_header, fcs_text
from cytoclust.io._unique import unique_names

__all__ = ["FurtherColumn", "channel_names", "write_labelled_fcs"]

_EXACT_BITS: Final = {"F": 24, "D": 53}
"""Bits of an integer that a floating-point number holds exactly. Derived: the definition (IEEE 754)."""
_BLOCK: Final = 65_536
"""Bears on no result: events looked at at once."""
_LAYOUT: Final = (
    "$BEGINANALYSIS", "$ENDANALYSIS", "$BEGINSTEXT", "$ENDSTEXT", "$BEGINDATA", "$ENDDATA", "$BYTEORD", "$DATATYPE",
    "$MODE", "$NEXTDATA", "$TOT", "$PAR", "GUID",
)  # fmt: skip
_TYPE_OF_ONE: Final = re.compile(r"\$P\d+DATATYPE", re.IGNORECASE)
_COMMA: Final = str.maketrans({",": "_", "\x0c": "_"})


@dataclass(frozen=True)
class FurtherColumn:
    """A column that is added.

    Attributes
    ----------
    name, label
        $PnN and $PnS.
    top
        The greatest value that it can have; the least is 0.
    decimals
        Places that are kept where the file holds integers: then $PnG is ten to their power.
    """

    name: str
    label: str
    top: float
    decimals: int = 0


def write_labelled_fcs(
    path: str | Path,
    file: EventFile,
    *,
    added: Sequence[FurtherColumn],
    values: Iterable[NDArray[np.float64]],
    text: Mapping[str, str],
) -> None:
    """Write all events of a file as FCS 3.1 with columns behind its own; atomically, in memory for a block.

    The file's own columns keep every bit of their values, and TEXT is kept but for what tells how DATA is laid out.
    DATA is little endian, and every value is as wide as the widest, since some programs read nothing else: integers
    stay integers of 16, 32 or 64 bits, floats floats and doubles doubles. Of a table, values are those that were
    read, as float32.

    Parameters
    ----------
    path
        File to write.
    file
        An open file of n events.
    added
        k columns.
    values
        Theirs, in blocks (m, k) that have n rows together, each from 0 to ``top``.
    text
        Keywords that are added or replaced.

    Raises
    ------
    InputError
        Integers on a logarithmic scale beside floats, which no such file can hold; or ``values`` of another number.
    """
    kind, width = _type(file, added)
    names = channel_names(file)
    replaced = {key.upper() for key in text}
    kept = _keywords(file, names, added, kind, width)
    keywords = {key: value for key, value in kept.items() if key.upper() not in replaced} | dict(text)
    keywords["GUID"] = str(uuid.uuid5(uuid.NAMESPACE_OID, repr(sorted(keywords.items()))))
    segment = fcs_text(keywords, file.n_events * (len(names) + len(added)) * width)
    with atomic_path(path) as temporary, temporary.open("wb") as handle:
        handle.write(fcs_header(len(segment), file.n_events * (len(names) + len(added)) * width))
        handle.write(segment)
        done = 0
        for block in values:
            if done + len(block) > file.n_events:
                raise _another_number(path, file, done + len(block))
            own = _own(file, done, done + len(block), np.dtype(f"<{'u' if kind == 'I' else 'f'}{width}"))
            behind = _stored(block, added) if kind == "I" else block
            handle.write(np.hstack([own, behind.astype(own.dtype)]).tobytes())
            done += len(block)
        if done != file.n_events:
            raise _another_number(path, file, done)


def _another_number(path: str | Path, file: EventFile, found: int) -> InputError:
    return InputError(f"{path} must have a label for each of {file.n_events} events. Got {found} instead.")


def channel_names(file: EventFile) -> list[str]:
    """$PnN of each channel in what is written: unique, without commas, control characters and blanks around."""
    safe = ["".join(each if each.isprintable() else "_" for each in c.name.translate(_COMMA)) for c in file.channels]
    return unique_names([name.strip() or f"P{i}" for i, name in enumerate(safe, start=1)])


def _type(file: EventFile, added: Sequence[FurtherColumn]) -> tuple[str, int]:
    """$DATATYPE, and bytes of a value."""
    if not isinstance(file, FCSFile):
        return "F", 4
    fields = file.layout.fields
    kinds = {field.kind for field in fields}
    if kinds == {"I"}:
        most = max(int(each.top * 10**each.decimals) + 2 for each in added)
        bits = max([most.bit_length(), *(8 * field.width for field in fields)])
        return "I", next(width for width in (2, 4, 8) if bits <= 8 * width)
    kind = "D" if "D" in kinds else "F"
    if any(field.kind == "I" and field.bits > _EXACT_BITS[kind] for field in fields):
        kind = "D"
    if any(field.kind == "I" and field.decades[0] > 0 for field in fields):
        raise InputError(f"{file.path}: integers of a logarithmic scale beside floats cannot be written as one type.")
    return kind, {"F": 4, "D": 8}[kind]


def _own(file: EventFile, start: int, stop: int, dtype: np.dtype) -> np.ndarray:
    """The file's columns as they are stored."""
    if not isinstance(file, FCSFile):
        return file.read(start, stop).astype(dtype, copy=False)
    records = file.records[start:stop]
    out = np.empty((len(records), len(file.channels)), dtype=dtype)
    for column in range(out.shape[1]):
        out[:, column] = file.layout.stored(records, column)
    return out


def _stored(block: np.ndarray, added: Sequence[FurtherColumn]) -> np.ndarray:
    return np.rint(block * [10.0**each.decimals for each in added])


def _keywords(
    file: EventFile, names: Sequence[str], added: Sequence[FurtherColumn], kind: str, width: int
) -> dict[str, str]:
    """TEXT as it was, with the layout as it is."""
    n_own, bits = len(names), str(8 * width)
    kept = {
        key: value
        for key, value in file.text.items()
        if value and key.upper() not in _LAYOUT and not _TYPE_OF_ONE.fullmatch(key)  # FCS knows no empty values
    }
    words = kept | {
        "$BEGINANALYSIS": "0", "$ENDANALYSIS": "0", "$BEGINSTEXT": "0", "$ENDSTEXT": "0", "$BYTEORD": "1,2,3,4",
        "$DATATYPE": kind, "$MODE": "L", "$NEXTDATA": "0", "$TOT": str(file.n_events), "$PAR": str(n_own + len(added)),
    }  # fmt: skip
    ranges = _ranges(file)
    for i, (name, channel) in enumerate(zip(names, file.channels, strict=True), start=1):
        words |= {f"$P{i}N": name, f"$P{i}B": bits}
        words.setdefault(f"$P{i}R", ranges[i - 1])
        if channel.label:
            words.setdefault(f"$P{i}S", channel.label)
        if kind != "I" or f"$P{i}E" not in words:
            words[f"$P{i}E"] = "0,0"
        if channel.gain == 1 and f"$P{i}G" in words:
            words[f"$P{i}G"] = "1"
    for i, column in enumerate(added, start=n_own + 1):
        scale = 10**column.decimals if kind == "I" else 1
        words |= {
            f"$P{i}N": column.name, f"$P{i}S": column.label, f"$P{i}B": bits, f"$P{i}E": "0,0", f"$P{i}G": str(scale),
            f"$P{i}R": str(math.floor(column.top * scale) + 2), f"P{i}DISPLAY": "LIN",
        }  # fmt: skip
    if file.spill is not None and not isinstance(file, FCSFile):
        numbers = [repr(float(value)) for value in np.asarray(file.spill.matrix).ravel()]
        words["$SPILLOVER"] = ",".join([str(len(file.spill.channels)), *file.spill.channels, *numbers])
    return words


def _ranges(file: EventFile) -> list[str]:
    """$PnR where the file says none: an integer above every value."""
    if isinstance(file, FCSFile):
        lacking = [i for i in range(len(file.channels)) if not file.text.get(f"$P{i + 1}R", "").strip()]
    else:
        lacking = list(range(len(file.channels)))
    found = [""] * len(file.channels)
    top = np.zeros(len(lacking))
    for start in range(0, file.n_events if lacking else 0, _BLOCK):
        block = file.read(start, start + _BLOCK, columns=lacking)
        top = np.fmax(top, np.where(np.isfinite(block), block, 0).max(axis=0, initial=0))
    for i, value in zip(lacking, top.tolist(), strict=True):
        whole = isinstance(file, FCSFile) and file.layout.fields[i].kind == "I"
        found[i] = str(2 ** file.channels[i].bits if whole else math.floor(value) + 2)
    return found
