"""How far work has come: who is told, and the bar that notebooks show."""

import html
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

__all__ = ["NotebookProgress", "Progress", "Silent", "in_notebook", "peak_memory_mb", "watched"]

EVERY = 0.2
"""Seconds between two drawings of a bar."""
PATIENCE = 1.0
"""Seconds that a single step takes before it shows a bar."""


class Progress(Protocol):
    """Hears of stages and of events done."""

    def stage(self, name: str, total: int) -> None:
        """A stage begins; ``total`` events will be worked on, 0 if that is not known."""

    def advance(self, events: int) -> None:
        """Some events are done. May be called from several threads."""

    def tell(self, what: str, **data: Any) -> None:
        """Something is done, or worth saying at once; may be called from several threads.

        ``what`` is ``sample`` (a sample is done with a stage), ``stage``, ``left out``, ``note``, or another word that
        a reader who does not know it may pass over.
        """


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Nothing."""

    def advance(self, events: int) -> None:
        """Nothing."""

    def tell(self, what: str, **data: Any) -> None:
        """Nothing."""


class NotebookProgress:
    """One line under a cell of Jupyter: a bar, the stage, how much of it is done, and the time left.

    Nothing is shown before ``patience`` seconds; at the end the bar gives way to how long it took, or, with
    ``keep=False``, to nothing.
    """

    def __init__(self, *, patience: float = 0.0, keep: bool = True):
        self._patience, self._keep = patience, keep
        self._lock = threading.Lock()
        self._name, self._total, self._done = "", 0, 0
        self._started = self._begun = time.perf_counter()
        self._drawn = -EVERY
        self._display: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        seconds = duration(time.perf_counter() - self._started)
        if self._display is None:
            return
        if kind is not None:
            self._show(f"stopped after {seconds}, while {self._name}")
        else:
            self._show(f"finished in {seconds}" if self._keep else "")

    def stage(self, name: str, total: int) -> None:
        """A stage begins."""
        with self._lock:
            self._name, self._total, self._done = name, total, 0
            self._begun = time.perf_counter()
            self._draw()

    def advance(self, events: int) -> None:
        """Some events are done."""
        with self._lock:
            self._done += events
            if time.perf_counter() - self._drawn >= EVERY:
                self._draw()

    def tell(self, what: str, **data: Any) -> None:
        """Nothing: the notes are in what the run returns."""

    def _draw(self) -> None:
        now = time.perf_counter()
        if now - self._started < self._patience:
            return
        self._drawn = now
        words, bar = html.escape(self._name), "<progress></progress>"
        if self._total:
            done = min(self._done, self._total)
            bar = f'<progress value="{done}" max="{self._total}" aria-label="{words}"></progress>'
            words += f": {done / self._total:.0%}"
            words += f", {left} left" if (left := remaining(done, self._total, now - self._begun)) else ""
        self._show(f"{bar} {words}", plain=self._name)

    def _show(self, text: str, plain: str | None = None) -> None:
        from IPython.display import display

        data = {
            "text/plain": text if plain is None else plain,
            "text/html": f"<small>{text}</small>" if text else "",
        }
        if self._display is None:
            self._display = display(data, raw=True, display_id=True)
        else:
            self._display.update(data, raw=True)


def in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython and ipython.get_ipython(), "kernel", None) is not None


@contextmanager
def watched(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that hears of events done out of ``total``: in Jupyter a bar shows them while work is long."""
    if not in_notebook():
        yield Silent().advance
        return
    with NotebookProgress(patience=PATIENCE, keep=False) as bar:
        bar.stage(name, total)
        yield bar.advance


def peak_memory_mb() -> float:
    """Of this process so far; Linux counts in KiB, macOS in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def remaining(done: int, total: int, seconds: float) -> str:
    """Time left at the rate so far, in words; empty before there is a rate."""
    return duration(seconds * (total - done) / done) if done and seconds > EVERY else ""


def duration(seconds: float) -> str:
    """``4 s``, ``2 min 5 s``, ``1 h 3 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
