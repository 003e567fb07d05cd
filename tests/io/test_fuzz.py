"""Whatever a file holds, it is read or refused: nothing else, and no memory for events that are not there."""

import tracemalloc

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import open_fcs
from tests.io.make import fcs, floats, integers

SEEDS = {
    "integers": fcs(*integers([(i, 2 * i) for i in range(20)], **{"$P1E": "4,1", "SPILL": "2,A,B,1,0.1,0,1"})),
    "floats": fcs(
        *floats(np.arange(40.0).reshape(20, 2), {"N": "Time"}, {"N": "FITC-A", "G": "2"}, **{"$TIMESTEP": "0.01"})
    ),
}


def _damaged(content, rng):
    damaged = bytearray(content)
    kind = rng.integers(4)
    if kind == 0:
        return bytes(damaged[: rng.integers(len(damaged))])
    if kind == 1:  # digits of HEADER
        damaged[10 + rng.integers(48)] = ord(rng.choice(list("0123456789 -x")))
        return bytes(damaged)
    where = rng.integers(58, 600, size=rng.integers(1, 6))
    for i in where:
        damaged[i] = rng.integers(256) if kind == 2 else ord(rng.choice(list("0123456789|,-.$e")))
    return bytes(damaged)


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_are_read_or_refused(tmp_path, name):
    rng = np.random.default_rng(7)
    path = tmp_path / "a.fcs"
    tracemalloc.start()
    outcomes = set()
    for _ in range(1500):
        path.write_bytes(_damaged(SEEDS[name], rng))
        try:
            file = open_fcs(path)
            assert file.read().shape == (file.n_events, len(file.channels))
            outcomes.add("read")
        except InputError as error:
            outcomes.add("refused" if "\n" not in str(error) else "several lines")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes == {"read", "refused"}
    assert peak < 30e6
