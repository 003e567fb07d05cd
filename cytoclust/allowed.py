"""What a parameter may be, in words."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from cytoclust.registry import Registry

__all__ = ["Words", "allowed_words", "space_hint"]


@dataclass(frozen=True)
class Words:
    """What a text of some pattern may be: ``Annotated[str, Field(pattern=…), Words("…")]``."""

    said: str


def space_hint(value: Any) -> str:
    """Of ``{FITC:CD4}``, which YAML takes for one word: what to write."""
    words = [str(word) for word, nothing in value.items() if nothing is None] if isinstance(value, dict) else [value]
    pairs = [match for word in words if (match := re.fullmatch(r"\s*([^:]+):([^\s:][^:]*)", str(word)))]
    written = ", ".join(f"{match[1]}: {match[2]}" for match in pairs)
    return f" A space is missing after the colon: write {{{written}}}." if pairs else ""


def allowed_words(field: Any) -> str:
    """What a field takes, in words, from its annotation and bounds."""
    named = [repr(name) for item in field.metadata if isinstance(item, Registry) for name in item]
    named += [item.said for item in field.metadata if isinstance(item, Words)]
    bounds = [
        f"{word} {getattr(item, attr)}"
        for item in field.metadata
        for attr, word in _BOUND_WORDS.items()
        if getattr(item, attr, None) is not None
    ]
    return " or ".join(named) or " ".join([_type_words(field.annotation), " and ".join(bounds)]).strip()


_BOUND_WORDS: Final = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_TYPE_WORDS: Final = {bool: "true or false", int: "an integer", float: "a number", str: "a string", type(None): "null"}


def _type_words(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return allowed_words(FieldInfo.from_annotation(annotation))
    if origin is Literal:
        return " or ".join(repr(value) for value in arguments)
    if origin is list:
        return "a list, each item " + _type_words(arguments[0])
    if origin is dict:
        return "a mapping, each value " + _type_words(arguments[1])
    if arguments:
        return " or ".join(_type_words(argument) for argument in arguments)
    return _TYPE_WORDS[annotation]
