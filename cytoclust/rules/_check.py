"""Checking a rule file."""

from pathlib import Path

from cytoclust.rules._limits import contradictory, overlapping
from cytoclust.rules._load import load

__all__ = ["check"]


def check(name_or_path: str | Path) -> list[str]:
    """Read a rule file and list what is doubtful in it; an empty list is a file without doubts.

    Raises
    ------
    InputError
        A mistake in the file, with its line.
    """
    rules = load(name_or_path)
    never = [
        f"{name} can never be named: its {marker} is none that {above}, to which it belongs, may have."
        for name, above, marker in contradictory(rules)
    ]
    return never + [
        f"The rules of {a} and {b} can both be met by the same cells; such a cluster gets the name of what both "
        "belong to, or is unknown."
        for a, b in overlapping(rules)
    ]
