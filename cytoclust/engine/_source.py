"""Events as the engine sees them: blocks of prepared events, whatever they are read from.

No result may depend on the order of events, on where blocks begin and end, or on who works on them: what is drawn by
lot is drawn by an event's values, and sums over blocks are sums of integers.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from cytoclust.executor import Executor

__all__ = ["ArraySource", "Source", "map_blocks", "stream_blocks"]

T = TypeVar("T")


class Source(Protocol):
    """Blocks of events that passed quality control, in the order of samples and files."""

    sizes: NDArray[np.int64]
    """Events in each block."""

    def block(self, number: int) -> NDArray[np.float32]:
        """Events × markers of one block, on the transformed scale, C-contiguous."""
        ...


class ArraySource:
    """Blocks of an array in memory."""

    def __init__(self, read: Callable[[NDArray[np.int64]], NDArray[np.float32]], rows: NDArray[np.int64], size: int):
        """``read`` gives the events of ``rows``, here ``size`` at a time."""
        self._read = read
        self._rows = [rows[start : start + size] for start in range(0, len(rows), size)]
        self.sizes = np.array([len(rows) for rows in self._rows], dtype=np.int64)

    def block(self, number: int) -> NDArray[np.float32]:
        """Events of one block."""
        return self._read(self._rows[number])


def map_blocks(
    source: Source, work: Callable[[int, NDArray[np.float32]], T], *, executor: Executor, tick: Callable[[int], None]
) -> list[T]:
    """``work(number, events)`` of every block, in the order of blocks; ``tick`` hears of events done."""
    return list(stream_blocks(source, work, executor=executor, tick=tick))


def stream_blocks(
    source: Source, work: Callable[[int, NDArray[np.float32]], T], *, executor: Executor, tick: Callable[[int], None]
) -> Iterator[T]:
    """The same one by one."""

    def one(number: int) -> T:
        result = work(number, source.block(number))
        tick(int(source.sizes[number]))
        return result

    return executor.stream(one, range(len(source.sizes)))
