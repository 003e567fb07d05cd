"""A run whose passes over events are done by other processes."""

import os
import signal

import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from tests.pipeline.made import QUICK
from tests.pipeline.test_same import same_output

SETTINGS = QUICK | {"run.chunk_events": 300}


class Meddler:
    """A listener that kills a worker while clusters are sought, and adds one."""

    def __init__(self, cluster):
        self.cluster, self.killed, self.heard, self.stages = cluster, [], {}, []

    def stage(self, name, _total):
        self.stages.append(name)

    def tell(self, what, **data):
        pass

    def advance(self, events):
        now = self.stages[-1]
        self.heard[now] = self.heard.get(now, 0) + events
        if now == "clustering" and not self.killed:
            worker = next(iter(self.cluster.workers.values()))
            self.killed.append(worker.process.pid)
            os.kill(worker.process.pid, signal.SIGKILL)
            self.cluster.scale(3)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.usefixtures("undrawn")
def test_labels_are_the_same_when_a_worker_dies_and_one_comes(quick, small, tmp_path):
    distributed = pytest.importorskip("distributed", reason="cytoclust[dask] is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", memory_limit=0, silence_logs=50
    ) as cluster:
        meddler = Meddler(cluster)
        result = ct.run(
            small / "samples.csv", out=tmp_path / "OUT", rules="msc", settings=SETTINGS, progress=meddler,
            scheduler=cluster.scheduler_address,
        )  # fmt: skip
        assert meddler.killed
        assert len(cluster.scheduler_info["workers"]) == 3
    same_output(quick, tmp_path / "OUT")
    assert meddler.stages[0].startswith(f"2 workers of {cluster.scheduler_address}; dashboard: ")
    n_events = sum(each["total"] for each in result.record["events"])
    assert meddler.heard["quality control"] >= n_events
    assert result.record["traffic"]["received"] > 0
    assert list((tmp_path / "OUT" / ".store").glob("sent*")) == []


def test_events_in_memory_and_workers_elsewhere_exclude_each_other(tmp_path):
    with pytest.raises(InputError, match=r"run\.store=memory keeps events in one process"):
        ct.run("a.fcs", out=tmp_path / "OUT", scheduler="local:2", settings={"run.store": "memory"})
    assert list(tmp_path.iterdir()) == []
