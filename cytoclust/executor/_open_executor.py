"""The executor that a run asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.executor._executor import Executor
from cytoclust.executor._threads import Threads

__all__ = ["is_elsewhere", "open_executor"]


def is_elsewhere(scheduler: str) -> bool:
    """Whether the work is done by other processes."""
    return scheduler != "threads"


@contextmanager
def open_executor(
    scheduler: str,
    *,
    workers: int,
    folder: Path,
    hear: Callable[[int], None],
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Executor]:
    """Who does the work, as long as it lasts.

    Parameters
    ----------
    scheduler
        ``threads`` of this process, ``local:N`` processes of this machine, or the address of a Dask scheduler.
    workers
        Threads of this process.
    folder
        Where large arrays are put for other processes; it is made, and goes at the end.
    hear
        Hears of events done elsewhere.
    tell
        Hears, in a line, who does the work.

    Raises
    ------
    InputError
        There is no such scheduler, its workers cannot do the work, or Dask is not installed.
    """
    if not is_elsewhere(scheduler):
        yield Threads(workers)
        return
    try:
        from cytoclust.executor._scheduler import open_scheduler
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("cloudpickle", "dask", "distributed"):
            raise
        raise InputError(
            f"run.scheduler={scheduler} needs Dask distributed: pip install 'cytoclust[dask]'. Found none."
        ) from None
    with open_scheduler(scheduler, workers=workers, folder=folder, hear=hear, tell=tell) as executor:
        yield executor
