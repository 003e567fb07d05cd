"""Figures drawn by two."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import pl
from cytoclust.executor import Beside, Lost
from cytoclust.report._drawings import Drawings
from tests.report.cohort import Cohort

ROWS = pd.DataFrame([{"sample_id": "S1", "total": 10, "ok": 8, "margin": 0, "debris": 2, "doublet": 0, "dead": 0}])
WORDS = {"alt": "Events.", "caption": "Events of each sample."}


class _Here:
    """In place of the process: what it is asked for waits until ``go``."""

    def __init__(self, *, lost: bool = False):
        self.lost, self.go, self.done = lost, threading.Event(), 0

    def share(self, _: Any) -> None:
        self.go.wait()

    def do(self, function: Callable[..., Any], *args: Any) -> Any:
        if self.lost:
            raise Lost
        self.done += 1
        return function(*args)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("lost", [False, True])
def test_the_image_is_the_same_whoever_draws_it(lost: bool) -> None:
    there = _Here(lost=lost)
    alone = Drawings().draw(pl.events, ROWS, **WORDS)
    with Drawings(cast(Beside, there)) as drawings:
        figure = drawings.draw(pl.events, ROWS, **WORDS)
        there.go.set()
        drawings._pool.submit(lambda: None).result()  # the turn of the figure has come
        drawings.finish()
        assert figure.image() == alone.image()
    assert there.done == (0 if lost else 1)


def test_what_was_not_begun_beside_is_drawn_here() -> None:
    there = _Here()
    with Drawings(cast(Beside, there)) as drawings:
        figure = drawings.draw(pl.events, ROWS, **WORDS)
        drawings.finish()
        there.go.set()
        assert figure.uri.startswith("data:image/svg+xml;base64,")
    assert there.done == 0


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
def test_the_page_of_two_processes_is_that_of_one(tmp_path: Path) -> None:
    cohort = Cohort(1, 6, groups=False, n_events=300)
    pages = []
    with Beside("cytoclust.report") as started:
        for name, beside in (("one", None), ("two", started)):
            path = tmp_path / f"{name}.html"
            ct.report.write(cohort.adata, path, tables=cohort.tables, run=cohort.run, beside=beside)
            pages.append(path.read_bytes())
        assert started.do(len, started._shared[0]) == cohort.adata.n_obs
    assert pages[0] == pages[1]
    assert pages[0].count(b"data:image/svg+xml") >= 2
