"""What is declared of a table and of a column."""

from dataclasses import dataclass
from typing import Literal

from cytoclust.words import listed

__all__ = ["Column", "Kind", "Table", "spelled"]

Kind = Literal["text", "category", "findings", "integer", "number", "boolean"]
"""``category`` is one of a few words, ``findings`` the text that ``findings.to_cell`` writes."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name
        As in the header; of columns that are several, what they are named after.
    kind
        What its cells hold.
    unit
        Of numbers: what is counted, or the scale. Empty of other kinds.
    meaning
        One plain sentence. A parameter stands in it as ``section.name`` in backticks.
    empty
        When a cell is empty; "" if it never is.
    words
        All that a category may say; none given: not checked.
    several
        Stands for any number of columns, which lie here, with names of their own.
    optional
        A table may lack it.
    missing
        An empty text is a missing value (None), not one that says nothing ("").
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    empty: str = ""
    words: tuple[str, ...] = ()
    several: bool = False
    optional: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    rows
        What a row is, in a sentence or two.
    columns
        In the order of the file.
    optional
        The report is drawn without it, where a folder lacks it.
    command
        What writes it. A run takes away what other commands told of an earlier one.
    """

    rows: str
    columns: tuple[Column, ...]
    optional: bool = False
    command: str = "run"

    def column(self, name: str) -> Column | None:
        """What is declared of a column; None if nothing is."""
        several = next((each for each in self.columns if each.several), None)
        return next((each for each in self.columns if each.name == name and not each.several), several)

    def order(self, names: list[str]) -> list[str]:
        """The names as they follow one another in the file."""
        declared = [each.name for each in self.columns if not each.several]
        own = [name for name in names if name not in declared]
        order = [name for each in self.columns for name in (own if each.several else [each.name])]
        return [name for name in order if name in names]


def spelled(words: tuple[str, ...]) -> str:
    """The words of a category, for its meaning."""
    return listed([f"`{word}`" for word in words], "or")
