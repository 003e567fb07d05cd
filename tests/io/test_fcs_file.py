import time

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Channel, open_fcs, write_fcs
from tests.io.make import fcs, integers


@pytest.fixture
def mixed(tmp_path):
    rows = np.random.default_rng(1).integers(0, 1024, (20_011, 3))
    path = tmp_path / "a.fcs"
    path.write_bytes(fcs(*integers(rows.tolist(), order="4,3,2,1", **{"$P2E": "4,0", "$P3G": "3.7"})))
    return open_fcs(path)


def test_any_cut_gives_the_same_values(mixed):
    whole = mixed.read()
    for size in (1, 977, 8192, 16_384, 30_000):
        starts = range(0, mixed.n_events, size) if size > 1 else range(8190, 8195)
        for start in starts:
            assert (mixed.read(start, start + size) == whole[start : start + size]).all()


def test_columns_and_rows(mixed):
    whole = mixed.read()
    rows = np.array([0, 5, 8191, 8192, 20_010])
    assert (mixed.take(rows, columns=[2, 0]) == whole[rows][:, [2, 0]]).all()
    assert (mixed.read(3, 9, columns=np.array([1])) == whole[3:9, [1]]).all()
    assert mixed.read(columns=[]).shape == (20_011, 0)
    assert mixed.take([]).shape == (0, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda file: file.read(-1),
        lambda file: file.read(5, 4),
        lambda file: file.read(columns=[3]),
        lambda file: file.take([20_011]),
        lambda file: file.take([-1]),
    ],
)
def test_what_is_not_there_is_refused(mixed, call):
    with pytest.raises(InputError, match=r"a\.fcs.* asked for"):
        call(mixed)


@pytest.mark.slow
def test_a_million_events_are_read_fast(tmp_path):
    events = np.random.default_rng(0).normal(size=(1_000_000, 20)).astype(np.float32)
    write_fcs(tmp_path / "a.fcs", events, [Channel(f"C{i}") for i in range(20)])
    file = open_fcs(tmp_path / "a.fcs")
    seconds = []
    for _ in range(5):
        start = time.process_time()
        read = file.read()
        seconds.append(time.process_time() - start)
    assert (read == events).all()
    assert min(seconds) < 0.15
