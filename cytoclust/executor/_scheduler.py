"""Work done by the workers of a Dask scheduler."""

import contextlib
import logging
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import dask
from distributed import Client, Future, KilledWorker, LocalCluster
from distributed.comm import CommClosedError

from cytoclust.errors import InputError, LimitError
from cytoclust.executor._compare_versions import compare_versions, teller_of_versions
from cytoclust.executor._pack import Packer, unpack, work
from cytoclust.executor._told import TOPIC
from cytoclust.executor._traffic import Traffic

__all__ = ["Scheduler", "open_scheduler"]

Item = TypeVar("Item")
Found = TypeVar("Found")

LOCAL: Final = "local:"
RETRIES: Final = 3
"""Times that a task which failed is tried again. Bears on no result."""
GROUPS: Final = 16
"""Of items a worker, about, that a map is sent as. Bears on no result: fewer cost less to send, more spread evenly and
less is lost when a worker dies."""
MOST: Final = 32
"""Items of a group. Bears on no result: as GROUPS."""
PATIENCE: Final = 60
"""Seconds to wait for the scheduler, and then for a first worker. Bears on no result."""


class Scheduler:
    """Sends each map as groups of items; the function goes once, as a task of its own, whatever worker dies."""

    def __init__(self, client: Client, address: str, *, folder: Path, workers: int):
        self.workers, self.traffic = workers, Traffic()
        self._client, self._address, self._packer = client, address, Packer(folder)

    def map(self, function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """``function`` of every item, in the order of the items."""
        return list(self.stream(function, items))

    def stream(self, function: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """The same one by one.

        Raises
        ------
        CytoclustError
            That of the first item that could not be used.
        LimitError
            Workers died too often, or the scheduler went.
        """
        waiting = self._submit(function, list(items))
        try:
            for future in waiting:
                results = self._result(future)
                self.traffic.received += len(results)
                future.release()
                yield from unpack(results)
        finally:
            with contextlib.suppress(OSError):  # of a scheduler that went
                self._client.cancel([each for each in waiting if not each.done()])

    def _submit(self, function: Callable[[Any], Any], items: list[Any]) -> list[Future]:
        packed = self._packer.pack(function)
        size = min(max(1, len(items) // (GROUPS * self._n_workers())), MOST)
        groups = [self._packer.pack(items[start : start + size]) for start in range(0, len(items), size)]
        self.traffic.sent += len(packed) + sum(map(len, groups))
        self.traffic.tasks += len(groups)
        self.traffic.filed = self._packer.filed
        name = uuid.uuid4().hex
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            sent = self._client.submit(bytes, packed, key=f"function-{name}")
            return [
                self._client.submit(work, sent, group, key=f"events-{name}-{number}", retries=RETRIES)
                for number, group in enumerate(groups)
            ]

    def _result(self, future: Future) -> bytes:
        try:
            return bytes(future.result())
        except KilledWorker as error:
            raise LimitError(
                f"Workers died {error.allowed_failures + 1} times over one task, such as for want of memory; the last "
                f"was {error.last_worker.address}."
            ) from None
        except (CommClosedError, TimeoutError) as error:
            raise LimitError(f"The scheduler {self._address} went: {error}.") from None

    def _n_workers(self) -> int:
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))


@contextmanager
def open_scheduler(
    address: str, *, workers: int, folder: Path, hear: Callable[[int], None], tell: Callable[[str], None]
) -> Iterator[Scheduler]:
    """Connect to the scheduler, or start one here, and compare what its workers have.

    Raises
    ------
    InputError
        It does not answer, has no workers, or these have other versions or do not see the folder.
    """
    folder = folder.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        client = cleanup.enter_context(_client(address, cleanup))
        n_workers = _compare(client, address, folder)
        client.subscribe_topic(TOPIC, lambda event: hear(event[1]))
        tell(f"{n_workers} workers of {address}; dashboard: {client.dashboard_link}")
        yield Scheduler(client, address, folder=folder, workers=workers)


def _client(address: str, cleanup: ExitStack) -> Client:
    if not address.startswith(LOCAL):
        try:
            return Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, CommClosedError) as error:  # TimeoutError is an OSError
            raise InputError(
                f"run.scheduler: no Dask scheduler answers at {address}: {' '.join(str(error).split())}."
            ) from None
    cluster = LocalCluster(
        n_workers=int(address.removeprefix(LOCAL)), threads_per_worker=1, processes=True, memory_limit=0,
        host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
    )  # fmt: skip
    cleanup.enter_context(cluster)
    return Client(cluster, set_as_default=False)


def _compare(client: Client, address: str, folder: Path) -> int:
    """Compare versions, and look for a file of the folder; how many workers there are."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise InputError(f"The scheduler {address} has no workers after {PATIENCE} s; start some.") from None
    versions = teller_of_versions()
    compare_versions(versions(), client.run(versions), address)
    token = folder / f"{uuid.uuid4().hex}.token"
    token.touch()
    blind = [worker for worker, sees in client.run(_teller_of_files(str(token))).items() if not sees]
    token.unlink()
    if blind:
        raise InputError(
            f"The worker {blind[0]} of {address} does not see the folder {folder}: OUT (or, where that is a URL, "
            "run.scratch) must be a folder that all machines share, under the same path."
        )
    return len(client.scheduler_info(n_workers=-1)["workers"])


def _teller_of_files(path: str) -> Callable[[], bool]:
    def sees() -> bool:
        import os

        return os.path.exists(path)  # noqa: PTH110 (sent as it is)

    return sees
