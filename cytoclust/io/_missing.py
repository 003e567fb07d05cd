"""Words that stand for no value."""

import re
from typing import Final

from cytoclust import keys

__all__ = ["is_missing"]

_NO_VALUE: Final = re.compile(
    r"#?n\.?/?a\.?n?|<na>|null|#(?:null|value|ref|name|num|div/0)[!?]?|nil|missing|not available|"
    r"[-\u2010-\u2015_?.*\u2026]+",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(r"none|unknown|unk\.?|not known|anonymous", re.IGNORECASE)
_NOT: Final = re.compile(r"none|no|false", re.IGNORECASE)
_MORE: Final = {keys.PATIENT: _NOBODY, keys.BATCH: _NOBODY, keys.CONTROL: _NOT}


def is_missing(cell: str, column: str) -> bool:
    """Whether a cell says nothing: it is empty, or holds NA, N/A, #N/A, NaN, NULL, a dash, a dot, a question mark …

    ``none`` and ``unknown`` name no patient and no batch. They may well name a group or a time point (no treatment,
    none of the diagnoses), and are kept there.
    """
    more = _MORE.get(column)
    return not cell or bool(_NO_VALUE.fullmatch(cell)) or bool(more and more.fullmatch(cell))
