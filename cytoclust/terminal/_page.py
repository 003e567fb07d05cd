"""Text and tables for a terminal of any width, or for a pipe."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cytoclust.terminal._printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

__all__ = ["Column", "Page", "number"]

GAP = 2


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title, cells
        As text.
    right
        Whether it holds numbers.
    spare
        What goes first where the terminal is too narrow: the highest; 0 never goes.
    fold
        Letters to which a column of text may be folded.
    """

    title: str
    cells: Sequence[str]
    right: bool = False
    spare: int = 0
    fold: int = 14

    @property
    def width(self) -> int:
        """Letters of the longest cell."""
        return max(map(len, (self.title, *self.cells)))

    @property
    def narrowest(self) -> int:
        """Letters that the column can be folded to."""
        return self.width if self.right else min(self.width, self.fold)


class Command(str):
    """Lines that are never folded."""

    __slots__ = ()


@dataclass
class Page:
    """Paragraphs, tables and lists, in order; every text is made printable."""

    parts: list[str | tuple[str, list[str]] | list[Column]] = field(default_factory=list)

    def text(self, line: str) -> None:
        """A line."""
        self.parts.append(printable(line))

    def table(self, columns: Iterable[Column]) -> None:
        """A table; a column without content is left out."""
        safe = [replace(each, cells=[printable(cell) for cell in each.cells]) for each in columns]
        self.parts.append([each for each in safe if any(each.cells)])

    def command(self, *lines: str) -> None:
        """Commands to copy, each on one line."""
        self.parts.append(Command("\n".join(printable(line) for line in lines)))

    def items(self, title: str, lines: Sequence[str]) -> None:
        """A list with a title; nothing if it is empty."""
        if lines:
            self.parts.append((title, [printable(line) for line in lines]))

    def show(self) -> None:
        """Write to stdout: aligned and coloured on a terminal, plain text of any width elsewhere."""
        if sys.stdout.isatty():
            from rich.console import Console

            self.draw(Console(highlight=False, markup=False, emoji=False))
        else:
            print(self.plain())  # noqa: T201

    def plain(self) -> str:
        """Without colours, folding and limits of width."""
        blocks: list[str] = []
        for part in self.parts:
            if isinstance(part, Command):
                blocks += ["", "next", *(f"  {line}" for line in part.split("\n"))]
            elif isinstance(part, str):
                blocks.append(part)
            elif isinstance(part, tuple):
                title, lines = part
                blocks += ["", title, *(f"- {line}" for line in lines)]
            else:
                blocks += ["", *_aligned(part)]
        return "\n".join(blocks)

    def draw(self, console: "Console") -> None:
        """On a terminal."""
        from rich.table import Table
        from rich.text import Text

        for part in self.parts:
            if isinstance(part, Command):
                console.print(Text("\nnext", style="bold"))
                for line in part.split("\n"):
                    console.print(Text(f"  {line}", style="green"), soft_wrap=True)
            elif isinstance(part, str):
                console.print(Text(part, style="bold" if part is self.parts[0] else ""))
            elif isinstance(part, tuple):
                title, lines = part
                console.print(Text(f"\n{title}", style="bold"))
                listed = Table.grid(padding=(0, 1))
                for line in lines:
                    listed.add_row(Text("-"), Text(line))
                console.print(listed)
            else:
                _draw_table(part, console)


def _draw_table(columns: list[Column], console: "Console") -> None:
    from rich.text import Text

    kept = list(columns)
    while sum(each.narrowest + GAP for each in kept) - GAP > console.width and any(each.spare for each in kept):
        kept.remove(max(kept, key=lambda each: each.spare))
    gone = [each.title for each in columns if each not in kept]
    console.print()
    console.print(_rich(kept))
    if gone:
        console.print(Text(f"Left out for want of width: {', '.join(gone)}; --json has all.", style="dim"))


def _rich(columns: list[Column]) -> "RichTable":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", collapse_padding=True)
    for each in columns:
        table.add_column(
            Text(each.title), justify="right" if each.right else "left", overflow="fold",
            no_wrap=each.right, min_width=each.narrowest,
        )  # fmt: skip
    for row in zip(*(each.cells for each in columns), strict=True):
        table.add_row(*(Text(cell) for cell in row), style="dim" if row[-1] == "not used" else None)
    return table


def _aligned(columns: list[Column]) -> list[str]:
    rows = zip(*((each.title, *each.cells) for each in columns), strict=True)
    return [
        (" " * GAP).join(
            cell.rjust(each.width) if each.right else cell.ljust(each.width)
            for cell, each in zip(row, columns, strict=True)
        ).rstrip()
        for row in rows
    ]  # fmt: skip


def number(value: float | None) -> str:
    """``262,144``, ``12.3``, ``0.045``, ``2.6e+07``."""
    if value is None:
        return "?"
    size = abs(value)
    if size >= 1e7:
        return f"{value:.2g}"
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if size >= 1 or size == 0 else f"{value:.2g}"
