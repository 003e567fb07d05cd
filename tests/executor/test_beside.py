"""Work in a process of its own."""

import operator
import os
from collections.abc import Iterator

import numpy as np
import pytest

from cytoclust.executor import Beside, Lost


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    with Beside("cytoclust.words") as started:
        yield started


def test_a_task_is_done_elsewhere_and_what_it_prints_is_no_answer(beside: Beside) -> None:
    assert beside.do(os.getpid) not in {os.getpid(), None}
    assert beside.do(print, "words") is None
    assert beside.do(operator.add, [1], [2]) == [1, 2]


def test_what_is_shared_is_sent_once(beside: Beside) -> None:
    shared = np.arange(3)
    assert not beside.do(operator.is_, [shared], [shared])
    beside.share(shared)
    assert beside.do(operator.is_, shared, shared)
    assert beside.do(np.sum, shared) == 3


def test_a_task_that_fails_is_told_and_the_next_is_done(beside: Beside) -> None:
    with pytest.raises(Lost, match="ZeroDivisionError"):
        beside.do(operator.truediv, 1, 0)
    assert beside.do(operator.truediv, 1, 2) == 0.5


@pytest.mark.parametrize("reaped", [False, True], ids=["just now", "before"])
def test_a_process_that_ended_is_told(reaped: bool) -> None:
    with Beside("cytoclust.words") as started:
        started._process.kill()
        if reaped:  # its pipe is closed for sure, so what was asked stays in the buffer
            started._process.wait()
        with pytest.raises(Lost, match="has ended"):
            started.do(os.getpid)
