"""Values of every event, in memory or in a file."""

import errno
import mmap

import numpy as np
import pytest

from cytoclust.engine import _per_event
from cytoclust.engine._per_event import PerEvent, forget, sizes_of


@pytest.mark.parametrize("limit", [0, 2**30])
def test_a_file_gives_back_what_memory_does(limit, monkeypatch):
    monkeypatch.setattr(_per_event, "_IN_MEMORY", limit)
    wanted = np.random.default_rng(0).integers(0, 9, 50_000).astype(np.int32)
    kept = PerEvent(len(wanted), np.int32)
    for start in range(0, len(wanted), 7_000):
        kept.append(wanted[start : start + 7_000])
    base = kept.array.base
    assert isinstance(getattr(base, "obj", base), mmap.mmap) == (limit == 0)
    assert np.array_equal(kept.array, wanted)
    forget(kept.array[10:20])
    assert np.array_equal(kept.array, wanted)
    assert np.array_equal(sizes_of(kept.array, 12), np.bincount(wanted, minlength=12))


def test_a_disk_without_room_is_no_reason_to_stop(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_per_event, "_IN_MEMORY", 0)
    monkeypatch.setattr(_per_event.os, "posix_fallocate", full, raising=False)
    kept = PerEvent(3, np.float32)
    kept.append(np.ones(3, dtype=np.float32))
    assert kept.array.tolist() == [1, 1, 1]
