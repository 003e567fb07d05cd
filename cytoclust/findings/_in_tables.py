"""Findings in a cell of a table."""

import json
from collections.abc import Iterable
from typing import Any

from cytoclust.findings._finding import Finding

__all__ = ["from_cell", "to_cell"]

BETWEEN = "; "


def to_cell(findings: Iterable[Finding]) -> str:
    """``depth; mimic not excluded {"mimics": ["endothelial"]}``: codes, with data as JSON where there are any."""
    return BETWEEN.join(
        f"{each.code} {json.dumps(each.data, ensure_ascii=False)}" if each.data else each.code for each in findings
    )


def from_cell(text: str) -> list[Finding]:
    """The findings of a cell: data may hold any text, the separator too."""
    found: list[Finding] = []
    rest = text
    while rest:
        ends = [at for at in (rest.find(" {"), rest.find(BETWEEN)) if at >= 0]
        code = rest[: min(ends, default=len(rest))]
        rest = rest[len(code) :]
        data: dict[str, Any] = {}
        if rest.startswith(" {"):
            data, end = json.JSONDecoder().raw_decode(rest, 1)
            rest = rest[end:]
        found.append(Finding(code, **data))
        rest = rest.removeprefix(BETWEEN)
    return found
