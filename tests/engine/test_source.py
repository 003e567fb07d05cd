import numpy as np
import pytest

from cytoclust.engine._source import map_blocks
from cytoclust.executor import Threads
from tests.engine.blobs import source_of

EVENTS = np.arange(200, dtype=np.float32).reshape(100, 2)


@pytest.mark.parametrize("size", [1, 7, 99, 100, 1000])
@pytest.mark.parametrize("workers", [1, 3])
def test_blocks_in_order_and_every_event_heard_once(size, workers):
    heard = []
    source = source_of(EVENTS, size)
    blocks = map_blocks(source, lambda number, events: (number, events), executor=Threads(workers), tick=heard.append)
    assert [number for number, _ in blocks] == list(range(len(source.sizes)))
    assert np.array_equal(np.concatenate([events for _, events in blocks]), EVENTS)
    assert sum(heard) == source.sizes.sum() == 100


def test_an_error_in_a_block_reaches_the_caller():
    def fail(number, events):
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        map_blocks(source_of(EVENTS, 10), fail, executor=Threads(2), tick=lambda _: None)
