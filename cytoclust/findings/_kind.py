"""One kind of finding: its words."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cytoclust.words import count, listed, percent, plural, some

__all__ = ["Kind", "Words", "spoken"]

Words = str | Callable[[Mapping[str, Any]], str]
"""A template, ``{n:plural sample} of {names:and}``, or a function of the data for words that depend on them."""


@dataclass(frozen=True)
class Kind:
    """What findings of one code say.

    Attributes
    ----------
    sentence
        What was found, for a note or a list of limits.
    meaning
        What it means for the reader, where the code itself is shown (a flag).
    advice
        What to do about it; empty if nothing has to be done.
    """

    sentence: Words
    meaning: Words = ""
    advice: Words = ""


class _Template(string.Formatter):
    """``str.format`` with words: ``:and``, ``:or``, ``:some 4``, ``:plural sample``, ``:count``, ``:percent``.

    ``:all`` has commas alone.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        word, _, rest = format_spec.partition(" ")
        if word in ("and", "or"):
            return listed([str(each) for each in value], word)
        if word == "all":
            return ", ".join(str(each) for each in value)
        if word == "some":
            return some([str(each) for each in value], int(rest))
        if word == "plural":
            return plural(value, rest)
        if word in ("count", "percent"):
            return count(value) if word == "count" else percent(value)
        return str(super().format_field(value, format_spec))


def spoken(words: Words, data: Mapping[str, Any]) -> str:
    """The words with the data in them."""
    return _Template().vformat(words, (), data) if isinstance(words, str) else words(data)
