"""What a pass over events asks of whoever does the work."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from cytoclust.executor._traffic import Traffic

__all__ = ["Executor"]

Item = TypeVar("Item")
Found = TypeVar("Found")


class Executor(Protocol):
    """One verb, and the same for results that are put together as they come.

    A function may be sent to other processes, with all that it refers to: what it changes there is not changed here.
    """

    workers: int
    """Threads of this process for work that is not mapped."""
    traffic: Traffic
    """What went to other processes, and came from them."""

    def map(self, function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """``function`` of every item, in the order of the items; the first error is raised."""
        ...

    def stream(self, function: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """The same one by one."""
        ...
