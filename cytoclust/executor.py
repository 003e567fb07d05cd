"""Who does the work: every pass over events is a function mapped over samples or over blocks of events.

No result may depend on the executor: functions are pure, and what they return is put together in the order of the
items.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

__all__ = ["Executor", "Threads"]

Item = TypeVar("Item")
Found = TypeVar("Found")


class Executor(Protocol):
    """One verb."""

    workers: int
    """How many items are worked on at once."""

    def map(self, function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """``function`` of every item, in the order of the items; the first error is raised."""
        ...


class Threads:
    """Threads of this process: for functions that spend their time in NumPy and compiled code."""

    def __init__(self, workers: int):
        self.workers = workers

    def map(self, function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """``function`` of every item, in the order of the items."""
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(function, items))
