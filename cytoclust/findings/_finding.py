"""A finding: a code and its data."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from cytoclust.findings._claims import CLAIMS
from cytoclust.findings._cohort import COHORT
from cytoclust.findings._comparisons import COMPARISONS
from cytoclust.findings._kind import Kind, spoken
from cytoclust.findings._note import NOTE

__all__ = ["KINDS", "Finding"]

TABLES: Final = (COHORT, CLAIMS, COMPARISONS, NOTE)
KINDS: Final[dict[str, Kind]] = {code: kind for table in TABLES for code, kind in table.items()}
"""Every code; the tables have none twice."""


class Finding:
    """Something worth saying. Code acts on ``code`` and ``data``; only who shows it asks for words.

    Attributes
    ----------
    code
        One of ``KINDS``.
    data
        Numbers, texts and lists that the words speak of, as JSON has them.
    """

    __slots__ = ("code", "data")

    def __init__(self, code: str, /, **data: Any):
        if code not in KINDS:
            raise KeyError(f"There is no finding {code!r}: declare it in cytoclust/findings.")
        self.code = code
        self.data = {name: _plain(value) for name, value in data.items()}

    @property
    def label(self) -> str:
        """A flag as it is shown: the code, or the sentence where there are data to tell."""
        return self.sentence if self.data else self.code

    @property
    def sentence(self) -> str:
        """What was found."""
        return spoken(KINDS[self.code].sentence, self.data)

    @property
    def meaning(self) -> str:
        """What it means for the reader."""
        return spoken(KINDS[self.code].meaning, self.data)

    @property
    def advice(self) -> str:
        """What to do about it."""
        return spoken(KINDS[self.code].advice, self.data)

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        told = "".join(f", {name}={value!r}" for name, value in self.data.items())
        return f"Finding({self.code!r}{told})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and (self.code, self.data) == (other.code, other.data)

    def __hash__(self) -> int:
        return hash((self.code, json.dumps(self.data, sort_keys=True)))

    def to_dict(self) -> dict[str, Any]:
        """``code``, ``data`` and, for people who read the file, ``sentence``."""
        return {"code": self.code, "data": self.data, "sentence": self.sentence}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """What :meth:`to_dict` gave; the sentence is made anew."""
        return cls(told["code"], **told["data"])


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value.item() if hasattr(value, "item") else value
    return [_plain(each) for each in value]
