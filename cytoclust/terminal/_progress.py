"""How far a run has come, on stderr."""

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cytoclust.progress import duration
from cytoclust.terminal._printable import printable

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["LogProgress", "TerminalProgress"]


class TerminalProgress:
    """A bar for each stage: how much of it is done, time taken and time left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description:<23}"), BarColumn(bar_width=20), TaskProgressColumn(),
            TimeElapsedColumn(), TimeLeft(compact=True), console=Console(stderr=True),
        )  # fmt: skip
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._finish()
        self._bar.stop()

    def stage(self, name: str, total: int) -> None:
        """A stage begins, or it is known by now how much work it is."""
        if self._task is not None and self._bar.tasks[self._task].description == name:
            self._bar.update(self._task, total=total or None)
            return
        self._finish()
        self._task = self._bar.add_task(name, total=total or None)

    def advance(self, events: int) -> None:
        """Some events are done."""
        with self._lock:
            if self._task is not None:
                self._bar.advance(self._task, events)

    def tell(self, what: str, **data: Any) -> None:
        """A note, at once; the bars tell the rest."""
        if what == "note":
            self._bar.console.print(f"cytoclust: {printable(data['sentence'])}", markup=False, highlight=False)

    def _finish(self) -> None:
        if self._task is not None:
            done = max(1, int(self._bar.tasks[self._task].completed))
            self._bar.update(self._task, total=done, completed=done)


class LogProgress:
    """One line a stage, for logs, once a run has taken longer than ``patience`` seconds: short ones say nothing."""

    def __init__(self, *, patience: float = 10.0):
        self._patience = patience
        self._lock = threading.Lock()
        self._started = time.perf_counter()
        self._unsaid: list[str] = []
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Nothing."""

    def stage(self, name: str, total: int) -> None:  # noqa: ARG002 (a line tells the stage, not how far it is)
        """A stage begins."""
        with self._lock:
            if name == self._last:
                return
            self._last = name
            after = duration(time.perf_counter() - self._started)
            self._unsaid.append(f"cytoclust: after {after}: {name}")
            self._say()

    def advance(self, events: int) -> None:  # noqa: ARG002
        """Some events are done."""
        with self._lock:
            self._say()

    def tell(self, what: str, **data: Any) -> None:
        """A note, at once; a line a stage tells the rest."""
        import click

        if what == "note":
            click.echo(f"cytoclust: {printable(data['sentence'])}", err=True)

    def _say(self) -> None:
        import click

        if self._unsaid and time.perf_counter() - self._started >= self._patience:
            click.echo("\n".join(self._unsaid), err=True)
            self._unsaid.clear()
