"""A rule set, as Python and Jupyter show it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cytoclust import keys

if TYPE_CHECKING:
    from cytoclust.rules._ruleset import RuleSet

__all__ = ["as_html", "as_text"]


def as_text(rules: RuleSet) -> str:
    """A head, then a line for each population under its parent."""
    lines = [f"{'  ' * depth}{name}: {rule}" for name, depth, rule in _tree(rules)]
    return "\n".join([_head(rules), *lines])


def as_html(rules: RuleSet) -> str:
    """The same as a table; every text of the file is escaped."""
    style = 'style="text-align:left"'
    rows = [
        f'<tr><td style="text-align:left;padding-left:{1 + 1.5 * depth}em">{html.escape(name)}</td>'
        f"<td {style}>{html.escape(rule)}</td></tr>"
        for name, depth, rule in _tree(rules)
    ]
    head = f"<tr><th {style}>population</th><th {style}>rule</th></tr>"
    return f"<p>{html.escape(_head(rules))}</p><table>{head}{''.join(rows)}</table>"


def _head(rules: RuleSet) -> str:
    number = len(rules.populations)
    return f"rules {rules.name} {rules.version}: {number} population{'' if number == 1 else 's'}"


def _tree(rules: RuleSet) -> Iterator[tuple[str, int, str]]:
    """Name, depth and rule of each population, children after their parent."""
    by_name = {each.name: each for each in rules.populations}

    def under(name: str, depth: int) -> Iterator[tuple[str, int, str]]:
        yield name, depth, by_name[name].describe()
        for child in rules.children[name]:
            yield from under(child, depth + 1)

    for each in rules.populations:
        if each.parent == keys.ROOT:
            yield from under(each.name, 0)
