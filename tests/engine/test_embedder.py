import os

import numpy as np
import pytest

from cytoclust.engine._embedder import Embedder, embed


def running(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_gives_what_embed_gives_and_ends():
    events = np.random.default_rng(0).normal(0, 1, (200, 4)).astype(np.float32)
    options = {"n_neighbors": 8, "min_dist": 0.2, "seed": 5}
    with Embedder() as embedder:
        embedder.start(events, **options)
        found = embedder.finish()
        process = embedder._process.pid
    np.testing.assert_array_equal(found, embed(events, **options))
    assert not running(process)


def test_leaves_no_process_behind_when_the_block_fails():
    with pytest.raises(KeyError, match="ours"), Embedder() as embedder:  # noqa: PT012
        process = embedder._process.pid
        assert running(process)
        raise KeyError("ours")
    assert not running(process)
    assert embedder._process.stdin.closed
    assert embedder._process.stdout.closed


def test_leaves_no_process_behind_when_it_is_not_used():
    with Embedder() as embedder:
        process = embedder._process.pid
    assert not running(process)


def test_a_process_that_died_is_said():
    with Embedder() as embedder:
        embedder._process.kill()
        embedder._process.wait()
        embedder.start(np.zeros((50, 2), dtype=np.float32), n_neighbors=5, min_dist=0.1, seed=0)
        with pytest.raises(RuntimeError, match="ended with status -9"):
            embedder.finish()
