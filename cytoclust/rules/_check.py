"""Checking a rule file."""

from pathlib import Path

from cytoclust.findings import Finding
from cytoclust.rules._limits import contradictory, overlapping
from cytoclust.rules._load import load

__all__ = ["check"]


def check(name_or_path: str | Path) -> list[Finding]:
    """Read a rule file and list what is doubtful in it; an empty list is a file without doubts.

    Raises
    ------
    InputError
        A mistake in the file, with its line.
    """
    rules = load(name_or_path)
    never = [
        Finding("never named", name=name, above=above, marker=marker) for name, above, marker in contradictory(rules)
    ]
    return never + [Finding("rules overlap", first=a, second=b) for a, b in overlapping(rules)]
