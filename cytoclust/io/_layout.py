"""How the events of a data set lie in the file, and how stored values become linear ones."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cytoclust.io._far_bytes import FarBytes, FarRecords

__all__ = ["Field", "Layout"]

_BLOCK: Final = 8192  # events decoded at once: few enough to stay in the processor's cache
_TABLE_BITS: Final = 16  # up to here a table of every stored value is faster than computing each
_NATIVE: Final = (1, 2, 4, 8)


@dataclass(frozen=True)
class Field:
    """One value of an event: where it is stored, and its scale.

    Linear: stored · ``factor``. With decades f1, f2: f2·10^(f1·stored/range) (FCS 3.1, 3.2.20, $PnE).
    """

    kind: str  # I, F or D
    width: int  # bytes
    bits: int  # of an integer, those that count
    factor: float = 1.0
    decades: tuple[float, float] = (0.0, 0.0)
    range: float = 0.0

    def decode(self, stored: np.ndarray, order: str) -> np.ndarray:
        """Stored values (n,), or (n, width) bytes where NumPy has no such integer, on the linear scale."""
        values = _integers(stored, order) if stored.ndim == 2 else stored
        if self.kind != "I":
            return values if self.factor == 1 else values * values.dtype.type(self.factor)
        if self.bits < 8 * self.width:
            values = values & values.dtype.type((1 << self.bits) - 1)
        return self._table[values] if self.bits <= _TABLE_BITS and self.decades[0] > 0 else self._scale(values)

    @functools.cached_property
    def _table(self) -> np.ndarray:
        return self._scale(np.arange(1 << self.bits)).astype(np.float32)

    def _scale(self, values: np.ndarray) -> np.ndarray:
        decades, zero = self.decades
        if decades > 0:
            return zero * 10.0 ** (decades * (values / self.range))
        return values if self.factor == 1 else values * self.factor


@dataclass(frozen=True)
class Layout:
    """The fields of an event, one after the other."""

    fields: tuple[Field, ...]
    order: str  # "<" or ">"

    @property
    def width(self) -> int:
        """Bytes of an event."""
        return sum(field.width for field in self.fields)

    def records(self, data: Any, begin: int, n_events: int) -> Any:
        """The events as (n,) records over the bytes of the file; nothing is copied."""
        if isinstance(data, FarBytes):
            return FarRecords(data, begin, self._dtype(), n_events)
        return np.ndarray((n_events,), dtype=self._dtype(), buffer=data, offset=begin)

    def stored(self, records: np.ndarray, column: int) -> np.ndarray:
        """Values (n,) of one field as they are stored, unscaled and with every bit."""
        values = records[f"{column}"]
        return _integers(values, self.order) if values.ndim == 2 else values

    def decode(self, records: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """Records to (n, len(columns)) float32 on the linear scale, C-contiguous."""
        out = np.empty((len(records), len(columns)), dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # a double beyond float32 becomes inf
            for start in range(0, len(records), _BLOCK):
                block = records[start : start + _BLOCK]
                if self._is_float_table:
                    out[start : start + _BLOCK] = self._floats(block, columns)
                    continue
                for j, column in enumerate(columns):
                    out[start : start + _BLOCK, j] = self.fields[column].decode(block[f"{column}"], self.order)
        return out

    @functools.cached_property
    def _is_float_table(self) -> bool:
        return all(field.kind == "F" for field in self.fields)

    @functools.cached_property
    def _factors(self) -> np.ndarray:
        return np.array([field.factor for field in self.fields], dtype=np.float32)

    def _floats(self, block: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """The usual case, every channel float32: one table, decoded at once."""
        table = np.ndarray((len(block), len(self.fields)), dtype=f"{self.order}f4", buffer=np.ascontiguousarray(block))
        wanted = list(columns)
        if wanted != list(range(len(self.fields))):
            table = table[:, wanted]
        factors = self._factors[wanted]
        return table if (factors == 1).all() else table * factors

    def _dtype(self) -> np.dtype:
        names = [f"{i}" for i in range(len(self.fields))]
        return np.dtype({"names": names, "formats": [self._format(field) for field in self.fields]})

    def _format(self, field: Field) -> str:
        if field.kind == "I":
            return f"{self.order}u{field.width}" if field.width in _NATIVE else f"({field.width},)u1"
        return f"{self.order}f{field.width}"


def _integers(stored: np.ndarray, order: str) -> np.ndarray:
    """(n, width) bytes to (n,) uint64: 24-bit integers and their like."""
    places = stored if order == "<" else stored[:, ::-1]
    values = np.zeros(len(stored), dtype=np.uint64)
    for i in range(stored.shape[1]):
        values |= places[:, i].astype(np.uint64) << np.uint64(8 * i)
    return values
