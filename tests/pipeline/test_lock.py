"""One run at a time."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from cytoclust.comparison import compare
from cytoclust.errors import InputError
from cytoclust.pipeline import clean, export_run, redraw, validate
from cytoclust.pipeline._lock import Lock
from cytoclust.pipeline._store import Store

HOLD = """
import sys, time
from pathlib import Path
from cytoclust.pipeline._lock import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    (tmp_path / ".store").mkdir()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_run_is_refused_in_one_line_and_a_dead_one_is_not_waited_for(tmp_path, holder):
    (tmp_path / "sheet.csv").touch()
    for refused in (
        lambda: Store(tmp_path).__enter__(), lambda: clean(tmp_path), lambda: redraw(tmp_path),
        lambda: export_run(tmp_path, fcs=True), lambda: validate(tmp_path, cfu=tmp_path / "sheet.csv"),
        lambda: compare(tmp_path, tmp_path / "sheet.csv"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            refused()
        message = str(caught.value)
        assert f"A run is writing to {tmp_path} (process {holder.pid} on " in message
        assert "\n" not in message
    assert (tmp_path / ".store").is_dir()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with Lock(tmp_path) as lock:
        assert lock.held
    assert list((tmp_path / ".store").iterdir()) == []


def test_a_disk_without_locks_is_no_reason_to_stop(tmp_path, monkeypatch):
    def without(*_, **__):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("filelock.FileLock.acquire", without)
    with Store(tmp_path) as store:
        assert [told.code for told in store.greetings()] == ["no lock"]
