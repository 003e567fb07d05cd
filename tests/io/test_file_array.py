"""Files that are open take no descriptor."""

import errno
import gzip
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError, LimitError
from cytoclust.io import Channel, open_events, write_fcs


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def path(tmp_path):
    values = np.arange(40.0).reshape(20, 2)
    write_fcs(tmp_path / "a.fcs", values, [Channel("FSC-A"), Channel("PE-A")])
    (tmp_path / "a.fcs.gz").write_bytes(gzip.compress((tmp_path / "a.fcs").read_bytes()))
    (tmp_path / "a.csv").write_text("FSC-A,PE-A\n" + "".join(f"{a},{b}\n" for a, b in values))
    return tmp_path


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list descriptors")
@pytest.mark.parametrize("name", ["a.fcs", "a.fcs.gz", "a.csv"])
def test_open_files_hold_no_descriptor(path, name):
    open_events(path / name)
    before = descriptors()
    files = [open_events(path / name) for _ in range(20)]
    for file in files:
        np.testing.assert_array_equal(file.read(3, 5), [[6, 7], [8, 9]])
        np.testing.assert_array_equal(file.take([7, 2], columns=[1]), [[15], [5]])
    assert descriptors() == before


def test_a_file_that_changes_meanwhile_is_told(path):
    file = open_events(path / "a.fcs")
    with (path / "a.fcs").open("ab") as handle:
        handle.write(b"more")
    with pytest.raises(InputError, match="was changed while it was read"):
        file.read()


def test_too_many_open_files_are_no_fault_of_the_file(path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(np, "memmap", full)
    with pytest.raises(LimitError, match="allows this program no more open files; `ulimit -n`"):
        open_events(path / "a.fcs")
