"""A finding: a code and its data."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from cytoclust.findings._bench import BENCH
from cytoclust.findings._claims import CLAIMS
from cytoclust.findings._comparisons import COMPARISONS
from cytoclust.findings._drift import DRIFT
from cytoclust.findings._files import FILES
from cytoclust.findings._gates import GATES
from cytoclust.findings._inspection import INSPECTION
from cytoclust.findings._kind import Kind, spoken
from cytoclust.findings._limits import LIMITS
from cytoclust.findings._note import NOTE
from cytoclust.findings._panel import PANEL
from cytoclust.findings._quality import QUALITY, unmade
from cytoclust.findings._run import RUN
from cytoclust.findings._sheet import SHEET
from cytoclust.findings._spillover import SPILLOVER
from cytoclust.registry import CHECKS

__all__ = ["KINDS", "Finding"]

TABLES: Final = (
    BENCH, CLAIMS, COMPARISONS, DRIFT, FILES, GATES, INSPECTION, LIMITS, NOTE, PANEL, QUALITY, RUN, SHEET, SPILLOVER,
)  # fmt: skip
KINDS: Final[dict[str, Kind]] = {code: kind for table in TABLES for code, kind in table.items()}
"""Every code; the tables have none twice."""
_UNMADE: Final = " not made"


def _kind(code: str) -> Kind | None:
    """The kind of a code; of a check that was added by a row too, "<check> not made"."""
    check = code.removesuffix(_UNMADE)
    return KINDS.get(code) or (unmade(CHECKS[check]) if check != code and check in CHECKS else None)


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
        if _kind(code) is None:
            raise KeyError(f"There is no finding {code!r}: declare it in cytoclust/findings.")
        self.code = code
        self.data = {name: _plain(value) for name, value in data.items()}

    @property
    def label(self) -> str:
        """How a flag is shown, by its code, or by its sentence where there are data to tell."""
        return self.sentence if self.data else self.code

    @property
    def sentence(self) -> str:
        """What was found."""
        return self._spoken("sentence")

    @property
    def meaning(self) -> str:
        """What it means for the reader."""
        return self._spoken("meaning")

    @property
    def advice(self) -> str:
        """What to do about it."""
        return self._spoken("advice")

    def _spoken(self, what: str) -> str:
        return spoken(getattr(_kind(self.code), what), self.data)

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
