"""Work done in other processes: the same results, whoever dies, and little on the way."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.executor import open_executor
from cytoclust.executor._compare_versions import compare_versions

distributed = pytest.importorskip("distributed", reason="cytoclust[dask] is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", memory_limit=0, silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def executor(cluster, tmp_path):
    with open_executor(cluster.scheduler_address, workers=1, folder=tmp_path / "sent", hear=print) as made:
        yield made


def test_results_are_in_the_order_of_the_items(executor):
    add = 5
    assert executor.map(lambda number: number + add, range(100)) == [number + 5 for number in range(100)]
    assert executor.map(str, []) == []


def test_a_large_array_goes_by_a_file_once_and_reads_the_same(executor, tmp_path):
    numbers = np.random.default_rng(0).normal(size=(200_000, 2)).astype(np.float32)[:, ::-1]
    sums = executor.map(lambda i: float(numbers[i].sum()), range(50))
    assert sums == [float(row.sum()) for row in numbers[:50]]
    executor.map(lambda i: float(numbers[-i].sum()), range(50))
    assert executor.traffic.filed == numbers.nbytes
    assert executor.traffic.sent < 100_000
    assert len(list((tmp_path / "sent").glob("*.npy"))) == 1


def test_an_error_of_ours_keeps_its_words_and_its_file(executor):
    def refuse(number):
        if number == 3:
            raise InputError("a.fcs is empty.", path=Path("a.fcs"))
        return number

    with pytest.raises(InputError, match=r"^a\.fcs is empty\.$") as caught:
        executor.map(refuse, range(9))
    assert caught.value.path == Path("a.fcs")


def test_a_worker_that_dies_costs_nothing_but_time(executor, tmp_path):
    folder = str(tmp_path)

    def die_once(number):
        first = Path(folder) / "dead"
        if number == 7 and not first.exists():
            first.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    assert executor.map(die_once, range(40)) == [number * number for number in range(40)]
    assert (tmp_path / "dead").exists()


def test_the_folder_goes_with_the_executor(cluster, tmp_path):
    with open_executor(cluster.scheduler_address, workers=1, folder=tmp_path / "sent", hear=print):
        assert (tmp_path / "sent").is_dir()
    assert not (tmp_path / "sent").exists()


def test_other_versions_are_told_in_one_line():
    here, there = {"python": "3.11.7", "numpy": "2.4.6"}, {"python": "3.11.7", "numpy": "2.3.0"}
    compare_versions(here, {"tcp://a:1": here}, "tcp://s:1")
    with pytest.raises(InputError) as caught:
        compare_versions(here, {"tcp://a:1": here, "tcp://b:1": there}, "tcp://s:1")
    assert str(caught.value) == (
        "The workers of tcp://s:1 have other versions than this process: numpy 2.3.0 (here 2.4.6) on tcp://b:1. "
        "Install the same on all."
    )


def test_workers_that_do_not_see_the_folder_are_refused(cluster, tmp_path, monkeypatch):
    from cytoclust.executor import _scheduler

    monkeypatch.setattr(_scheduler, "_teller_of_files", lambda _path: lambda: False)
    with (
        pytest.raises(InputError, match="does not see the folder"),
        open_executor(cluster.scheduler_address, workers=1, folder=tmp_path / "sent", hear=print),
    ):
        pass


def test_no_scheduler_there(tmp_path, monkeypatch):
    from cytoclust.executor import _scheduler

    monkeypatch.setattr(_scheduler, "PATIENCE", 1)
    with (
        pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        open_executor("tcp://127.0.0.1:9", workers=1, folder=tmp_path / "sent", hear=print),
    ):
        pass
