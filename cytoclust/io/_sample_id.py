"""Names of samples, which become names of files."""

import re
import unicodedata
from typing import Final

from cytoclust.errors import InputError

__all__ = ["check_sample_id", "safe_sample_id"]

_FORBIDDEN: Final = '<>:"/\\|?*'
_LONGEST: Final = 120
_RESERVED: Final = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$", re.IGNORECASE)  # on Windows


def check_sample_id(sample_id: str, where: str) -> None:
    """Refuse a sample id that is not safe as a file name on every system.

    Raises
    ------
    InputError
        With ``where`` before it.
    """
    wrong = sorted({letter for letter in sample_id if _is_unsafe(letter)})
    if wrong:
        reason = f"it must be without {' '.join(repr(letter) for letter in wrong)}"
    elif not sample_id or sample_id[0] in ". " or sample_id[-1] in ". ":
        reason = "it must not begin or end with a dot or a space"
    elif len(sample_id.encode()) > _LONGEST:
        reason = f"it must be at most {_LONGEST} bytes long"
    elif _RESERVED.match(sample_id):
        reason = "it must not be a name that Windows reserves"
    else:
        return
    raise InputError(f"{where}: {sample_id[:60]!r} cannot be the name of a file: {reason}.")


def safe_sample_id(name: str) -> str:
    """A file's name as a sample id: what is unsafe becomes an underscore."""
    safe = "".join("_" if _is_unsafe(letter) else letter for letter in name).strip(". ") or "sample"
    while len(safe.encode()) > _LONGEST:
        safe = safe[:-1].rstrip(". ")
    return f"_{safe}" if _RESERVED.match(safe) else safe


def _is_unsafe(letter: str) -> bool:
    return letter in _FORBIDDEN or unicodedata.category(letter)[0] == "C"  # control, format, surrogate
