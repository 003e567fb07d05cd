"""What is likely wrong where YAML gave up."""

import re

__all__ = ["space_hint", "yaml_hint"]

_NO_SPACE = re.compile(r"\s*([^\s:#'\"]+):([^\s:]+)")  # `CD3:+`, which YAML takes for one word
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|(?:^|(?<=\s))#.*|[{}\[\]]")  # quoted text, a comment or a bracket
_CLOSING = {"{": "}", "[": "]"}


def yaml_hint(text: str, line: int, problem: str) -> str:
    """A sentence on the mistake that YAML noticed in a line (from 1), which may be late; empty if none is known.

    ``problem`` is what YAML says of it.
    """
    lines = text.splitlines()
    near = lines[max(line - 2, 0) : line]
    if any("\t" in source[: len(source) - len(source.lstrip())] for source in near):
        return " Use spaces instead of tabs."
    if (opened := _unclosed(lines)) and opened[1] <= line:
        bracket, at = opened
        kind = "brace" if bracket == "{" else "bracket"
        return f" The {kind} {bracket} of line {at} is not closed: `{_CLOSING[bracket]}` is missing."
    if line <= len(lines) and lines[line - 1].rstrip().endswith(": -"):
        return " Write a lone minus in quotes: '-'."
    if hint_of_space := next((hint for source in near if (hint := space_hint(source.strip()))), ""):
        return hint_of_space
    return " A comma is missing." if problem.startswith("expected ','") else ""


def space_hint(word: str) -> str:
    """What to write instead of ``CD3:+``; empty of anything else."""
    found = _NO_SPACE.match(word)
    return f" A space is missing after the colon: write `{found[1]}: {found[2]}`." if found else ""


def _unclosed(lines: list[str]) -> tuple[str, int] | None:
    """The first bracket that is open at the end of the text, and its line."""
    waiting: list[tuple[str, int]] = []
    for number, source in enumerate(lines, start=1):
        for token in _TOKEN.finditer(source):
            if token[0] in _CLOSING:
                opens = waiting or source[: token.start()].rstrip().endswith((":", "-"))  # not the one of plain text
                waiting += [(token[0], number)] if opens else []
            elif waiting and token[0] == _CLOSING[waiting[-1][0]]:
                waiting.pop()
    return waiting[0] if waiting else None
