"""What an exporter needs of whoever asks for it, a run or a command after it."""

from typing import Protocol

from cytoclust.executor import Executor, Told

__all__ = ["Work"]


class Work(Protocol):
    """Workers, and who hears how many events are done."""

    @property
    def executor(self) -> Executor:
        """Who does the work."""
        ...

    @property
    def advance(self) -> Told:
        """Hears of events done."""
        ...
