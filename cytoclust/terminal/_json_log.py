"""What a run does, for programs: one JSON object a line on stderr."""

import json
import threading
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from cytoclust.errors import CytoclustError
from cytoclust.progress import peak_memory_mb

__all__ = ["JsonLog"]

STATUS: Final = ((CytoclustError, 2), (KeyboardInterrupt, 130), (BaseException, 1))
"""Exit status by what ended the run: the first that it is."""


class JsonLog:
    """A line for each stage that begins or is done, each sample, each note, and the end.

    Every line has ``time`` (UTC), ``what`` (``begin``, ``stage begins``, ``sample``, ``stage``, ``left out``, ``note``,
    ``end``) and ``memory_mb``, the peak of the process so far. ``stage`` and ``sample`` have ``stage``, ``events`` and
    ``seconds``; ``end`` has ``status``, the exit status, and ``message``, empty unless something went wrong.
    """

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._begun = time.perf_counter()
        self.tell("begin")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        status = 0 if error is None else next(number for type_, number in STATUS if isinstance(error, type_))
        words = [] if error is None else [str(error), *getattr(error, "__notes__", ())]
        seconds = round(time.perf_counter() - self._begun, 3)
        self.tell("end", status=status, message=" ".join(" ".join(words).split()), seconds=seconds)
        if status > 1:
            raise SystemExit(status)

    def stage(self, name: str, total: int) -> None:
        """A stage begins."""
        self.tell("stage begins", title=name, events=total)

    def advance(self, events: int) -> None:
        """Nothing: samples and stages are told when they are done."""

    def tell(self, what: str, **data: Any) -> None:
        """A line."""
        import click

        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "what": what} | data | {"memory_mb": peak_memory_mb()}
        with self._lock:
            click.echo(json.dumps(line, ensure_ascii=True, default=str), err=True)
