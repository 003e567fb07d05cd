"""What a reference holds, as JSON and arrays and back: only the kinds of a fixed list, by names that stay."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust.drift import ControlProfile
from cytoclust.engine import Border, Frozen, Model, Overlap, Search
from cytoclust.findings import Finding
from cytoclust.frozen._channel_facts import ChannelFacts
from cytoclust.frozen._crowds import Places
from cytoclust.frozen._haze import Haze
from cytoclust.frozen._landmarks import Landmarks
from cytoclust.frozen._reference import Reference
from cytoclust.io import Panel, Spillover
from cytoclust.positivity import Bodies, Profile, Slope, Thresholds
from cytoclust.pp import SpreadColumn, Spreading, Transform

__all__ = ["from_plain", "to_plain"]

KINDS: Final[dict[str, type]] = {
    "reference": Reference, "panel": Panel, "channel": ChannelFacts, "spillover": Spillover, "transform": Transform,
    "spreading": Spreading, "spread column": SpreadColumn, "engine": Frozen, "search": Search, "model": Model,
    "overlap": Overlap, "border": Border, "haze": Haze, "landmarks": Landmarks, "thresholds": Thresholds,
    "profile": Profile, "slope": Slope, "bodies": Bodies, "control": ControlProfile, "places": Places,
}  # fmt: skip
"""Names in the file, which stay whatever a class is called and wherever it is."""
_NAMES: Final = {kind: name for name, kind in KINDS.items()}


def to_plain(value: Any, arrays: list[np.ndarray]) -> Any:
    """As JSON has it; arrays are put into the list, and stand for themselves by their place.

    A field that came ``later`` than the first version is not written where it holds nothing.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value))
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Finding):
        return None
    if isinstance(value, pd.DataFrame):
        return {"table": [_cells(value.index.to_series(), arrays), value.index.name, [
            [str(name), _cells(column, arrays)] for name, column in value.items()
        ]]}  # fmt: skip
    if isinstance(value, Mapping):
        return {"map": [[key, to_plain(each, arrays)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return [to_plain(each, arrays) for each in value if not isinstance(each, Finding)]
    fields = {
        each.name: to_plain(getattr(value, each.name), arrays)
        for each in dataclasses.fields(value)
        if each.init and not (each.metadata.get("later") and getattr(value, each.name) is None)
    }
    return {_NAMES[type(value)]: fields}


def from_plain(plain: Any, arrays: list[np.ndarray]) -> Any:
    """What :func:`to_plain` was given; lists are tuples.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
        It is not of it.
    """
    if isinstance(plain, list):
        return tuple(from_plain(each, arrays) for each in plain)
    if not isinstance(plain, dict):
        return plain
    ((kind, held),) = plain.items()
    if kind == "array":
        return arrays[held]
    if kind == "map":
        return {key: _listed(from_plain(each, arrays)) for key, each in held}
    if kind == "table":
        index, name, columns = held
        made = pd.Index(_column(index, arrays), name=name)
        return pd.DataFrame({title: pd.Series(_column(cells, arrays), index=made) for title, cells in columns}, made)
    return KINDS[kind](**{name: from_plain(each, arrays) for name, each in held.items()})


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


def _cells(column: pd.Series, arrays: list[np.ndarray]) -> Any:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return to_plain(column.to_numpy(), arrays)
    return [None if pd.isna(cell) else str(cell) for cell in column.tolist()]


def _column(cells: Any, arrays: list[np.ndarray]) -> Any:
    return from_plain(cells, arrays) if isinstance(cells, dict) else np.array(cells, dtype=object)
