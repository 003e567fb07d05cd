"""Work done in this process."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cytoclust.executor._traffic import Traffic

__all__ = ["Threads"]

Item = TypeVar("Item")
Found = TypeVar("Found")


class Threads:
    """Threads of this process: for functions that spend their time in NumPy and compiled code."""

    def __init__(self, workers: int):
        self.workers, self.traffic = workers, Traffic()

    def map(self, function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """``function`` of every item, in the order of the items."""
        return list(self.stream(function, items))

    def stream(self, function: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """The same one by one."""
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(function, items)
