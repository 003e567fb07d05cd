"""The spillover matrix in the keywords of TEXT."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._bare_channel import is_compensated
from cytoclust.io._match_channels import match_channels
from cytoclust.io._mend_spillover import is_identity, mend_spillover, spills_nothing
from cytoclust.io._shown import shown
from cytoclust.io._types import STAINS, Channel, Spillover

__all__ = ["of_hardware", "parse_spillover"]

_KEYWORDS: Final = ("$SPILLOVER", "SPILLOVER", "$SPILL", "SPILL", "$COMP", "COMP")
_HARDWARE: Final = re.compile(r"^\$DFC\d+TO\d+$")
_WHOLE: Final = re.compile(r"[-+]?\d+(?:[eE][-+]?\d+)?")

Parsed = tuple[Spillover | None, list[Finding]]


def parse_spillover(text: Mapping[str, str], channels: Sequence[Channel]) -> Parsed:
    """The file's matrix under any of its keywords, and notes on how it was taken.

    The value is ``k, name 1, …, name k, k·k numbers``, row by row; a row is a source (FCS 3.1, 3.2.28).
    $COMP of FCS 3.0 has no names; they are taken to be all channels, or the stained ones, where their
    number is k. Of several matrices the first that changes something is taken. One that cannot be used is noted as
    ``matrix not usable``: whoever wants to compensate refuses it then.
    """
    upper = {key.upper(): key for key in text}
    found = [upper[key] for key in _KEYWORDS if key in upper and text[upper[key]].strip(" \"',;0")]
    if not found:
        return None, of_hardware(text)
    parsed = [(keyword, *_parse(text[keyword], keyword, channels)) for keyword in found]
    used = next((i for i, (_, spill, _) in enumerate(parsed) if spill and not is_identity(spill.matrix)), None)
    if used is None:
        used = next((i for i, (_, spill, _) in enumerate(parsed) if spill), 0)
    keyword, spill, notes = parsed[used]
    unused = [other for other, matrix, _ in parsed if other != keyword and not _same(matrix, spill)]
    notes = [Finding("spillover not used", keyword=keyword, unused=unused), *notes] if unused and spill else notes
    return spill, notes


def of_hardware(text: Mapping[str, str], dataset: int | None = None) -> list[Finding]:
    """FCS 2.0 has percent in $DFCiTOj, of the instrument's own compensation.

    ``dataset`` is the number of the data set, from 1, where it is another than the one that is read.
    """
    told = {key.upper(): value.strip() for key, value in text.items() if _HARDWARE.match(key.upper())}
    told = {key: value for key, value in told.items() if value.strip("0.")}
    if not told:
        return []
    largest = max(told, key=lambda key: _percent(told[key]))
    return [Finding("spillover not read", keyword=largest, percent=told[largest][:12], dataset=dataset)]


def _percent(value: str) -> float:
    try:
        return abs(float(value))
    except ValueError:
        return 0.0


def _same(one: Spillover | None, other: Spillover | None) -> bool:
    return (
        one is not None and other is not None and one.channels == other.channels
        and spills_nothing(one.matrix - other.matrix)
    )  # fmt: skip


def _parse(value: str, keyword: str, channels: Sequence[Channel]) -> Parsed:
    """One keyword's matrix; None, and why, where there is none."""
    try:
        words = _words(value)
        size = _size(words[0])
        names, numbers = _split(words[1:], size, channels)
        if not numbers:
            return None, [Finding("spillover without numbers", keyword=keyword, channels=size)]
        matrix, notes = mend_spillover(_matrix(names, numbers, size), names, keyword)
        spill, matched = _resolve(names, matrix, keyword, channels)
    except InputError as error:
        return None, [Finding("matrix not usable", matrix=keyword, why=str(error))]
    if is_identity(spill.matrix):
        matched.append(Finding("identity matrix", keyword=keyword))
    elif "COMP" in keyword.upper():
        matched.append(Finding("source in rows", keyword=keyword))
    return spill, [*notes, *matched]


def _words(value: str) -> list[str]:
    """The value at its commas; at semicolons or tabs where a program wrote these, with commas for decimal points."""
    value = value.strip().strip("\"'").strip()
    separator = next((each for each in (";", "\t") if value.partition(each)[0].strip().isdigit()), ",")
    words = [word.strip().strip("\"'").strip() for word in value.split(separator)]
    return words if separator == "," else [_point(word) for word in words]


def _point(word: str) -> str:
    return word.replace(",", ".") if _is_number(word.replace(",", ".")) else word


def _size(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:6]) > 0 and len(word) <= 6):
        raise InputError(f"must begin with the number of channels. Got {shown(word)} instead")
    return int(word)


def _split(words: list[str], size: int, channels: Sequence[Channel]) -> tuple[list[str], list[str]]:
    words = words[:-1] if words and not words[-1] else words  # a trailing comma
    stained = [channel.name for channel in channels if channel.signal_type in STAINS]
    everything = [channel.name for channel in channels]
    if len(words) == size * size and all(_is_number(word) for word in words):  # $COMP of FCS 3.0
        return next((names for names in (everything, stained) if len(names) == size), []), words
    names, numbers = words[:size], words[size:]
    if len(numbers) == 2 * size * size and all(_WHOLE.fullmatch(word) for word in numbers):  # 0,134 is 0.134
        numbers = [f"{whole}.{rest}" for whole, rest in zip(numbers[::2], numbers[1::2], strict=True)]
    if len(numbers) > size * size and (joined := _joined(words[: -size * size], size, channels)):  # commas in names
        return joined, words[-size * size :]
    return names, numbers


def _joined(words: list[str], size: int, channels: Sequence[Channel]) -> list[str]:
    """So many names of channels out of words that commas within them have parted; none if they do not make these."""
    known = {name for channel in channels for name in (channel.name, channel.label.strip()) if name}
    names, at = [], 0
    while at < len(words):
        ends = [end for end in range(len(words), at + 1, -1) if ",".join(words[at:end]) in known]
        end = ends[0] if ends else at + 1
        names.append(",".join(words[at:end]))
        at = end
    return names if len(names) == size else []


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False


def _matrix(names: list[str], numbers: list[str], size: int) -> NDArray[np.float64]:
    wrong = [word for word in numbers if not _is_number(word)]
    if len(names) != size or len(numbers) != size * size or wrong:
        found = f"{shown(wrong[0])} among them" if wrong else f"{len(names)} names, {len(numbers)} numbers"
        raise InputError(f"must give {size} channels and {size} × {size} numbers. Got {found} instead")
    if len(set(names)) != size:
        raise InputError(f"must name each channel once. Got {shown(', '.join(names))} instead")
    return np.array([float(word) for word in numbers], dtype=np.float64).reshape(size, size)


def _resolve(
    names: Sequence[str], matrix: NDArray[np.float64], keyword: str, channels: Sequence[Channel]
) -> tuple[Spillover, list[Finding]]:
    """The matrix of channels that the file has, and notes on those that it lacks or calls otherwise."""
    known = [channel.name for channel in channels]
    found = match_channels(names, known, markers=[channel.label for channel in channels])
    repeated = sorted({name for name in found if found.count(name) > 1})
    if repeated:
        raise InputError(f"must name each channel once, and {shown(repeated[0])} is meant twice")
    notes = []
    otherwise = [
        f"{name} as {channel}" for name, channel in zip(names, found, strict=True)
        if channel in known and not _is_told(name, channel, channels)
    ]  # fmt: skip
    if otherwise:
        notes.append(Finding("channels matched", keyword=keyword, names=otherwise))
    kept = [i for i, name in enumerate(found) if name in known]
    absent = [i for i in range(len(found)) if i not in kept]
    if absent:
        names_absent = [names[i] for i in absent]
        notes.append(Finding("spillover of absent channels", keyword=keyword, channels=sorted(names_absent)))
        if is_identity(matrix):  # whatever it names, it changes nothing
            return Spillover(found, matrix, keyword), notes
        _refuse_needed(matrix, names, absent, any(map(is_compensated, known)))
    return Spillover(tuple(found[i] for i in kept), matrix[np.ix_(kept, kept)], keyword), notes


def _is_told(name: str, channel: str, channels: Sequence[Channel]) -> bool:
    """Whether the name is the channel's own, its label or its number."""
    number = next(i for i, each in enumerate(channels, start=1) if each.name == channel)
    return name.strip() in (channel, channels[number - 1].label.strip(), str(number))


def _refuse_needed(
    matrix: NDArray[np.float64], names: Sequence[str], absent: Sequence[int], compensated: bool
) -> None:  # fmt: skip
    """Without a detector its dye is unknown: that changes nothing only where the dye spills into no other."""
    kept = [i for i in range(len(names)) if i not in absent]
    spilling = [i for i in absent if not spills_nothing(matrix[i, kept])]
    if spilling and not compensated:
        raise InputError(f"must name channels of the file, and it lacks {', '.join(names[i] for i in spilling)}")
    if not kept:
        raise InputError("must name channels of the file, and it has none of them")
