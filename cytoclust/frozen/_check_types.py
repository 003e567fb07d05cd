"""Whether what was read from a file is of the types that its classes declare."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["check_types"]


def check_types(value: Any, name: str = "it") -> None:
    """Compare the fields of a dataclass, and of those within, with their annotations.

    Raises
    ------
    TypeError
        One is something else; with its name.
    """
    declared = _hints(type(value))
    for each, annotation in declared.items():
        if not _fits(getattr(value, each), annotation):
            raise TypeError(f"{each} of {name} is of another type")
    for each in declared:
        _look_within(getattr(value, each), each)


def _look_within(value: Any, name: str) -> None:
    if dataclasses.is_dataclass(value):
        check_types(value, name)
    elif isinstance(value, tuple):
        for each in value:
            _look_within(each, name)
    elif isinstance(value, Mapping):
        for each in value.values():
            _look_within(each, name)


def _hints(kind: type) -> dict[str, Any]:
    known = typing.get_type_hints(kind)
    return {each.name: known[each.name] for each in dataclasses.fields(kind) if each.init}


def _fits(value: Any, annotation: Any) -> bool:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is typing.Literal:
        return isinstance(value, str) and value in inner
    if origin is np.ndarray:
        return isinstance(value, np.ndarray)
    if origin in (tuple, Sequence):
        return isinstance(value, tuple) and all(_fits(each, inner[0]) for each in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, annotation)
