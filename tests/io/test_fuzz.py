"""Whatever a file holds, it is read or refused: nothing else, and no memory for events that are not there."""

import time
import tracemalloc

import numpy as np

from benchmarks.mutate import outcome, seeds, spoil

FILES = 200  # a slice of what benchmarks/mutate.py does a hundred thousand times


def test_sound_seeds_are_read(tmp_path):
    path = tmp_path / "a.fcs"
    sound = seeds()
    assert {"floats", "integers", "packed", "words", "doubles"} <= set(sound)
    for content in sound.values():
        path.write_bytes(content)
        assert outcome(path) == "read"


def test_spoilt_files_are_read_or_refused(tmp_path):
    path = tmp_path / "a.fcs"
    sound = list(seeds().values())
    outcomes, slowest = [], 0.0
    tracemalloc.start()
    for number in range(FILES):
        path.write_bytes(spoil(sound[number % len(sound)], np.random.default_rng([7, number])))
        start = time.process_time()
        outcomes.append(outcome(path))
        slowest = max(slowest, time.process_time() - start)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(outcomes) == {"read", "refused"}
    assert peak < 30e6
    assert slowest < 5
