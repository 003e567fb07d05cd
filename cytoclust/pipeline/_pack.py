"""What steps make, as bytes and back, without running anything that the bytes name.

A value is plain (numbers, texts, lists, mappings), an array, a table, a finding, a clustering, or a dataclass of these;
bytes can name only dataclasses of this package and of parts that were added to it.
"""

import dataclasses
import hashlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust.engine import Clustering, Join, Parting, Redraws
from cytoclust.executor import Threads
from cytoclust.findings import Finding
from cytoclust.registry import CHECKS, METHODS, TRANSFORMS

__all__ = ["Unpackable", "digest_of", "pack", "unpack"]

_HEAD: Final = 8
"""Bytes that say how long the JSON is. Derived: of a 64-bit number."""


_NO_VALUE: Final = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, ImportError, OverflowError, RecursionError,
    MemoryError, NotImplementedError,
)  # fmt: skip
"""What comes of bytes that tell of a value otherwise than they were written."""


class Unpackable(TypeError):
    """A value that bytes cannot hold, or bytes that hold none."""


def pack(value: Any) -> list[memoryview]:
    """The value as JSON, and its arrays after it, which are not copied."""
    arrays: list[memoryview] = []
    text = json.dumps(_Packing(arrays).plain(value)).encode()
    return [memoryview(len(text).to_bytes(_HEAD, "little")), memoryview(text), *arrays]


def unpack(data: bytes | bytearray) -> Any:
    """What :func:`pack` was given; arrays are parts of ``data``, and can be written to if that can be.

    Raises
    ------
    Unpackable
        The bytes are not of it.
    """
    try:
        end = _HEAD + int.from_bytes(data[:_HEAD], "little")
        return _Unpacking(memoryview(data)[end:]).value(json.loads(data[_HEAD:end]))
    except _NO_VALUE as error:
        raise Unpackable(f"not as it was kept: {error}") from None


def digest_of(value: Any) -> str:
    """SHA-256 of what a value holds; of things that have a ``key``, of their keys."""
    if isinstance(value, list | tuple) and value and all(hasattr(each, "key") for each in value):
        value = [each.key for each in value]
    found = hashlib.sha256()
    for piece in pack(value):
        found.update(piece)
    return found.hexdigest()


@dataclasses.dataclass(frozen=True)
class _Packing:
    arrays: list[memoryview]

    def plain(self, value: Any) -> Any:
        """As JSON has it: what JSON does not know is ``{kind: …}``."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        for kind, (type_, write, _) in _KINDS.items():
            if isinstance(value, type_):
                return {kind: write(self, value)}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {"of": self._dataclass(value)}
        raise Unpackable(f"{type(value).__name__} is neither plain nor an array nor a dataclass")

    def _dataclass(self, value: Any) -> Any:
        fields = {each.name: self.plain(getattr(value, each.name)) for each in dataclasses.fields(value) if each.init}
        return [f"{type(value).__module__}:{type(value).__qualname__}", fields]

    def array(self, value: np.ndarray) -> Any:
        if value.dtype.hasobject:
            raise Unpackable("an array of objects")
        start = sum(piece.nbytes for piece in self.arrays)
        self.arrays.append(np.ascontiguousarray(value).reshape(-1).view(np.uint8).data)
        return [value.dtype.str, list(value.shape), start]

    def table(self, value: pd.DataFrame) -> Any:
        columns = [[self.plain(name), str(column.dtype), self.plain(_cells(column))] for name, column in value.items()]
        return [columns, self.plain(_cells(value.index.to_series())), str(value.index.dtype), value.index.name]


@dataclasses.dataclass(frozen=True)
class _Unpacking:
    data: memoryview

    def value(self, plain: Any) -> Any:
        if not isinstance(plain, dict):
            return plain
        ((kind, held),) = plain.items()
        return self._dataclass(*held) if kind == "of" else _KINDS[kind][2](self, held)

    def _dataclass(self, name: str, fields: Mapping[str, Any]) -> Any:
        module = name.partition(":")[0]
        if module not in _added() and not module.startswith("cytoclust."):
            raise Unpackable(f"{name} is not of this package")
        made = pkgutil.resolve_name(name)
        if not (isinstance(made, type) and dataclasses.is_dataclass(made)):
            raise Unpackable(f"{name} is no dataclass")
        return made(**{each: self.value(held) for each, held in fields.items()})

    def array(self, held: Any) -> np.ndarray:
        kind, shape, start = held
        dtype = np.dtype(kind)
        if any(length < 0 for length in shape):
            raise ValueError("an array of less than nothing")
        stop = start + dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(self.data[start:stop], dtype=dtype).reshape(shape)

    def table(self, held: Any) -> pd.DataFrame:
        columns, index, kind, name = held
        named = pd.Index(self.value(index), dtype=kind, name=name)
        made = {
            self.value(title): pd.Series(self.value(cells), index=named, dtype=dtype) for title, dtype, cells in columns
        }
        return pd.DataFrame(made, index=named)


def _cells(column: pd.Series) -> Any:
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "biuf":
        return column.to_numpy()
    return [None if cell is pd.NA else cell for cell in column.tolist()]


def _added() -> set[str]:
    """Modules of parts that come from elsewhere."""
    return {row.entry.partition(":")[0] for kind in (CHECKS, METHODS, TRANSFORMS) for row in kind.rows()}


def _clustering(packing: _Packing, made: Clustering) -> Any:
    """With what its stability is computed from, which takes longer than the clustering and is asked for last."""
    told = made.stability() if made.redraws is None else made.redraws
    joins, overlaps = [tuple(join) for join in made.joins()], made.overlaps_with()
    partings = None if made.partings is None else [tuple(parting) for parting in made.partings()]
    finer = None if made.finer is None else made.finer()
    held = [made.labels, made.probability, made.n_clusters, told, joins, made.knows_tree, overlaps]
    held += [made.frozen, partings, finer]
    return [packing.plain(each) for each in held]


def _as_clustering(unpacking: _Unpacking, held: Any) -> Clustering:
    labels, probability, n_clusters, told, joins, knows_tree, overlaps, *more = map(unpacking.value, held)
    frozen, parted, finer = more
    partings = None if parted is None else [Parting(*each) for each in parted]
    below = None if finer is None else dataclasses.replace(finer, joins=[Join(*join) for join in finer.joins])
    known, redraws = [Join(*join) for join in joins], told if isinstance(told, Redraws) else None
    stability = cache(lambda: told if redraws is None else redraws.stability(Threads(1)))
    return Clustering(
        labels, probability, n_clusters, stability, lambda: known, knows_tree, lambda: overlaps, redraws, frozen,
        partings=None if partings is None else lambda: partings, finer=None if below is None else lambda: below,
    )  # fmt: skip


_Write = Callable[[_Packing, Any], Any]
_Read = Callable[[_Unpacking, Any], Any]
_KINDS: Final[dict[str, tuple[type | tuple[type, ...], _Write, _Read]]] = {
    "array": (np.ndarray, _Packing.array, _Unpacking.array),
    "number": (
        np.generic,
        lambda packing, value: packing.array(np.asarray(value)),
        lambda unpacking, held: unpacking.array(held)[()],
    ),
    "tuple": (
        tuple,
        lambda packing, value: [packing.plain(each) for each in value],
        lambda unpacking, held: tuple(map(unpacking.value, held)),
    ),
    "list": (
        list,
        lambda packing, value: [packing.plain(each) for each in value],
        lambda unpacking, held: list(map(unpacking.value, held)),
    ),
    "map": (
        Mapping,
        lambda packing, value: [[packing.plain(key), packing.plain(each)] for key, each in value.items()],
        lambda unpacking, held: {unpacking.value(key): unpacking.value(each) for key, each in held},
    ),
    "finding": (
        Finding,
        lambda packing, value: [value.code, packing.plain(value.data)],
        lambda unpacking, held: Finding(held[0], **unpacking.value(held[1])),
    ),
    "table": (pd.DataFrame, _Packing.table, _Unpacking.table),
    "clustering": (Clustering, _clustering, _as_clustering),
}
"""Of each kind: its type, how it becomes plain, and how it is made again."""
