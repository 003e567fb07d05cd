"""Text that a spreadsheet would run, and the apostrophe that keeps it from that."""

import re
from typing import Final

__all__ = ["as_text", "without_apostrophe"]

_PART: Final = re.compile(r"[^;\t\r\n]+")
"""A cell, or what becomes one in spreadsheets that part cells by semicolons or tabs."""
_FORMULA: Final = re.compile(r"(\s*)('*)([=@＝＠]\S|[+\-＋－].*[(|!\[])", re.DOTALL)
"""What a spreadsheet computes and can do something: call a function, reach another sheet or file, start a program.
Signs before names and numbers, as in ``-``, ``+3`` and ``+CD4``, do none of this, and are names of groups, times and
populations. Full-width signs count in Japanese Excel. Source: OWASP, CSV Injection."""


def as_text(cell: str) -> str:
    """The cell with an apostrophe before each formula; :func:`without_apostrophe` gives the cell again."""

    def safe(part: re.Match[str]) -> str:
        found = _FORMULA.match(part[0])
        return part[0] if found is None else f"{found[1]}'{part[0][found.end(1) :]}"

    return _PART.sub(safe, cell)


def without_apostrophe(cell: str) -> str:
    """The cell as it was before :func:`as_text`."""

    def plain(part: re.Match[str]) -> str:
        found = _FORMULA.match(part[0])
        return part[0] if found is None else found[1] + found[2][1:] + part[0][found.end(2) :]

    return _PART.sub(plain, cell)
