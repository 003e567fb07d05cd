"""The spillover matrix in the keywords of TEXT."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._shown import shown
from cytoclust.io._types import Channel, Spillover

__all__ = ["parse_spillover"]

_KEYWORDS: Final = ("$SPILLOVER", "SPILLOVER", "$SPILL", "SPILL", "$COMP", "COMP")


def parse_spillover(
    text: Mapping[str, str], channels: Sequence[Channel], path: Path
) -> tuple[Spillover | None, list[Finding]]:
    """The file's matrix under any of its keywords, and notes on how it was taken.

    The value is ``k, name 1, …, name k, k·k numbers``, row by row; a row is a source (FCS 3.1, 3.2.28).
    $COMP of FCS 3.0 has no names; they are taken to be all channels, or the stained ones, where their
    number is k.

    Raises
    ------
    InputError
        Numbers that do not make a square matrix for the names.
    """
    upper = {key.upper(): key for key in text}
    found = [upper[key] for key in _KEYWORDS if key in upper and text[upper[key]].strip(" \"',0")]
    if not found:
        percent = [key for key in upper if key.startswith("$DFC") and text[upper[key]].strip(" 0.")]
        return None, [Finding("spillover not read")] if percent else []
    keyword = found[0]
    words = [word.strip().strip("\"'").strip() for word in text[keyword].strip().strip("\"'").split(",")]
    size = _size(words[0], keyword, path)
    names, numbers = _split(words[1:], size, channels)
    if not numbers:
        return None, [Finding("spillover without numbers", keyword=keyword, channels=size)]
    matrix = _matrix(names, numbers, size, keyword, path)
    return _check(Spillover(_resolve(names, channels), matrix, keyword), channels, found[1:])


def _size(word: str, keyword: str, path: Path) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:6]) > 0 and len(word) <= 6):
        raise InputError(f"{path}: {keyword} must begin with the number of channels. Got {shown(word)} instead.")
    return int(word)


def _split(words: list[str], size: int, channels: Sequence[Channel]) -> tuple[list[str], list[str]]:
    words = words[:-1] if words and not words[-1] else words  # a trailing comma
    stained = [channel.name for channel in channels if channel.signal_type in ("fluorescence", "mass")]
    everything = [channel.name for channel in channels]
    if len(words) == size * size and all(_is_number(word) for word in words):  # $COMP of FCS 3.0
        return next((names for names in (everything, stained) if len(names) == size), []), words
    return words[:size], words[size:]


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False


def _matrix(names: list[str], numbers: list[str], size: int, keyword: str, path: Path) -> np.ndarray:
    wrong = [word for word in numbers if not _is_number(word)]
    if len(names) != size or len(numbers) != size * size or wrong:
        found = f"{shown(wrong[0])} among them" if wrong else f"{len(names)} names, {len(numbers)} numbers"
        raise InputError(
            f"{path}: {keyword} must give {size} channels and {size} × {size} numbers. Got {found} instead."
        )
    matrix = np.array([float(word) for word in numbers], dtype=np.float64).reshape(size, size)
    if len(set(names)) != size:
        raise InputError(f"{path}: {keyword} must name each channel once. Got {shown(', '.join(names))} instead.")
    return matrix


def _resolve(names: Sequence[str], channels: Sequence[Channel]) -> tuple[str, ...]:
    """Each name as $PnN: itself, the channel with that $PnS, or the channel with that number."""
    known = {channel.name for channel in channels}
    labels = {channel.label.strip(): channel.name for channel in channels if channel.label.strip()}
    numbered = {str(i): channel.name for i, channel in enumerate(channels, start=1)}
    return tuple(name if name in known else labels.get(name, numbered.get(name, name)) for name in names)


def _check(
    spill: Spillover, channels: Sequence[Channel], unused: Sequence[str]
) -> tuple[Spillover | None, list[Finding]]:
    notes = [Finding("spillover not used", keyword=spill.keyword, unused=unused)] if unused else []
    missing = sorted(set(spill.channels) - {channel.name for channel in channels})
    if missing:
        notes.append(Finding("spillover of absent channels", keyword=spill.keyword, channels=missing))
    if np.array_equal(spill.matrix, np.eye(len(spill.matrix))):
        notes.append(Finding("identity matrix", keyword=spill.keyword))
    if "COMP" in spill.keyword.upper():
        off = spill.matrix[~np.eye(len(spill.matrix), dtype=bool)]
        if (off < 0).sum() > (off > 0).sum():
            return None, [*notes, Finding("inverse matrix", keyword=spill.keyword)]
        notes.append(Finding("source in rows", keyword=spill.keyword))
    return spill, notes
