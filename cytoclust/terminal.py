"""What the command line shows: progress on stderr, and the description of a file."""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["TerminalProgress", "described"]


class TerminalProgress:
    """Stage, events done and time left, on stderr."""

    def __init__(self, *, shown: bool):
        self._shown = shown
        self._lock = threading.Lock()
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(), TimeLeft(compact=True), console=Console(stderr=True), disable=not self._shown,
        )  # fmt: skip
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._finish()
        self._bar.stop()

    def stage(self, name: str, total: int) -> None:
        """A stage begins."""
        self._finish()
        self._task = self._bar.add_task(name, total=total or None)

    def advance(self, events: int) -> None:
        """Some events are done."""
        with self._lock:
            if self._task is not None:
                self._bar.advance(self._task, events)

    def _finish(self) -> None:
        if self._task is not None:
            done = max(1, int(self._bar.tasks[self._task].completed))
            self._bar.update(self._task, total=done, completed=done)


def described(found: dict[str, Any]) -> str:
    """A file as text: its head, a table of channels, and notes."""
    head = (
        f"{found['path']}: {found['version']}, {found['n_events']:,} events, {len(found['channels'])} channels"
        + (f", {found['cytometer']}" if found["cytometer"] else "")
    )  # fmt: skip
    spill = found["spillover"]
    compensation = (
        f"compensated with the file's matrix ({spill['coefficients']} coefficients, the largest {spill['largest']:.3g})"
        if spill
        else "not compensated"
    )
    columns = ("channel", "label", "marker", "signal_type", "range", "low", "median", "high", "role")
    titles = ("channel", "label", "marker", "type", "range", "1 %", "median", "99 %", "used for")
    rows = [titles] + [tuple(_cell(channel[name]) for name in columns) for channel in found["channels"]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    right = {"range", "low", "median", "high"}
    lines = [
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for cell, width, name in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in rows
    ]
    notes = [f"- {note}" for note in found["notes"]]
    return "\n".join([head, compensation, "", *lines, *(["", "notes", *notes] if notes else [])])


def _cell(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
