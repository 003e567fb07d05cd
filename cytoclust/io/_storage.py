"""How an event is stored, and what has to be turned into whole bytes of one order before it is decoded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io._layout import Field, Layout

__all__ = ["Order", "Storage"]

Order: TypeAlias = str | tuple[int, ...]
"""``<``, ``>``, or the place (1 is the least significant) of each of four bytes."""

_EVENTS_AT_ONCE: Final = 65_536
"""Bears on no result: events unpacked at once."""
_SEPARATORS: Final = bytes.maketrans(b",\t\r\n\0", b"     ")


@dataclass(frozen=True)
class Storage:
    """The fields of an event, their widths in bits (text: in characters, 0 between separators), and the byte order."""

    fields: tuple[Field, ...]
    order: Order

    @property
    def is_plain(self) -> bool:
        """Whether the layout decodes the bytes of the file as they are."""
        return isinstance(self.order, str) and not self.is_text and all(field.width % 8 == 0 for field in self.fields)

    @property
    def is_text(self) -> bool:
        """Whether values are written as text ($DATATYPE A)."""
        return any(field.kind == "A" for field in self.fields)

    @property
    def is_delimited(self) -> bool:
        """Whether values have no width: numbers between separators."""
        return self.is_text and any(field.width == 0 for field in self.fields)

    @property
    def bits(self) -> int:
        """Of an event; the least where it has no width."""
        if self.is_delimited:
            return 8 * (2 * len(self.fields) - 1)
        return sum(field.width * (8 if field.kind == "A" else 1) for field in self.fields)

    def size_of(self, n_events: int) -> int:
        """Bytes of so many events; bits are packed across them, and only the last byte is filled up."""
        return (n_events * self.bits + 7) // 8

    def in_whole_bytes(self) -> "Storage":
        """The same values each in 1, 2, 4 or 8 bytes, as writers do whose $PnB says the bits that count."""
        return replace(self, fields=tuple(replace(field, width=8 * _native(field.width)) for field in self.fields))

    def swapped(self) -> "Storage":
        """With the bytes of each value in the other order."""
        return replace(self, order=">" if self.order == "<" else "<")

    def layout(self) -> Layout:
        """What decodes the events that :meth:`plain` gives."""
        if self.is_plain:
            return Layout(tuple(replace(field, width=field.width // 8) for field in self.fields), str(self.order))
        if self.is_text:
            return Layout(tuple(replace(field, kind="D", width=8) for field in self.fields), "<")
        if isinstance(self.order, tuple):
            return Layout(tuple(replace(field, width=field.width // 8) for field in self.fields), "<")
        return Layout(tuple(replace(field, width=_native(field.width)) for field in self.fields), "<")

    def plain(self, data: np.ndarray, start: int, end: int, n_events: int, path: Path) -> tuple[np.ndarray, int]:
        """Bytes that :meth:`layout` decodes, and where the events begin in them: those of the file where it can be.

        Raises
        ------
        InputError
            Text that is not numbers.
        """
        if self.is_plain:
            return data, start
        if self.is_text:
            stop = end + 1 if self.is_delimited else start + self.size_of(n_events)
            return self._of_text(data[start:stop].tobytes(), n_events, path), 0
        packed = data[start : start + self.size_of(n_events)]
        return (self._reordered(packed) if isinstance(self.order, tuple) else self._unpacked(packed, n_events)), 0

    def _reordered(self, packed: np.ndarray) -> np.ndarray:
        """Bytes of values in another order than least or most significant first, so that the least is the first."""
        places, first = [], 0
        for field in self.fields:
            width = field.width // 8
            order = [place for place in self.order if int(place) <= width]
            places += [first + order.index(i) for i in range(1, width + 1)]
            first += width
        return np.ascontiguousarray(packed.reshape(-1, first)[:, places]).reshape(-1)

    def _unpacked(self, packed: np.ndarray, n_events: int) -> np.ndarray:
        """Values of any number of bits, one behind the other, each in whole bytes.

        The first bit is the least significant of its byte where the least significant byte comes first, else the most
        significant one.
        """
        layout = self.layout()
        out = np.zeros(n_events * layout.width, dtype=np.uint8)
        records = layout.records(out, 0, n_events)
        little = self.order == "<"
        padded = np.concatenate([packed, np.zeros(9, dtype=np.uint8)])
        for begin in range(0, n_events, _EVENTS_AT_ONCE):
            rows = np.arange(begin, min(begin + _EVENTS_AT_ONCE, n_events), dtype=np.int64)
            first = rows * self.bits
            for j, field in enumerate(self.fields):
                records[f"{j}"][rows[0] : rows[-1] + 1] = _bits(padded, first, field.width, little)
                first = first + field.width
        return out

    def _of_text(self, written: bytes, n_events: int, path: Path) -> np.ndarray:
        """Numbers written as text ($DATATYPE A, FCS 3.1, 3.2.6), as float64."""
        words: Sequence[bytes]
        if self.is_delimited:
            words = written.translate(_SEPARATORS).split()[: n_events * len(self.fields)]
        else:
            ends = np.cumsum([0, *(field.width for field in self.fields)])
            whole = [written[i * ends[-1] : (i + 1) * ends[-1]] for i in range(n_events)]
            words = [event[a:b] for event in whole for a, b in pairwise(ends)]
        if len(words) != n_events * len(self.fields):
            raise InputError(
                f"{path}: DATA must hold {n_events} × {len(self.fields)} numbers as text. Got {len(words)} instead."
            )
        try:
            numbers = np.array([int(word) if word.strip().isdigit() else float(word) for word in words], dtype="<f8")
        except (ValueError, OverflowError):
            raise InputError(f"{path}: DATA must hold numbers as text ($DATATYPE A). Got other text instead.") from None
        return numbers.view(np.uint8)


def _native(bits: int) -> int:
    """Bytes of the smallest integer that holds so many bits."""
    return next(width for width in (1, 2, 4, 8) if bits <= 8 * width)


def _bits(packed: np.ndarray, first: np.ndarray, width: int, little: bool) -> np.ndarray:
    """Integers (n,) of ``width`` bits that begin at the bits ``first`` of a stream of bytes."""
    at, shift = first >> 3, (first & 7).astype(np.uint64)
    values = np.zeros(len(first), dtype=np.uint64)
    eight = np.uint64(8)
    if little:
        for i in range(8):
            values |= packed[at + i].astype(np.uint64) << np.uint64(8 * i)
        values >>= shift
        over = packed[at + 8].astype(np.uint64)
        values |= np.where(shift > 0, over << (np.uint64(64) - np.maximum(shift, 1)), 0)
        return values & np.uint64((1 << width) - 1)
    for i in range(8):
        values = values << eight | packed[at + i].astype(np.uint64)
    values = values << shift | packed[at + 8].astype(np.uint64) >> (eight - shift)
    return values >> np.uint64(64 - width)
