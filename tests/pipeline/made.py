"""Simulated cohorts and a finished run, made once for all tests that look at them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.executor import Threads
from cytoclust.params import D, update
from cytoclust.pipeline import Result, Silent
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._steps import all_steps
from cytoclust.pipeline._store import Store
from cytoclust.pipeline._take_steps import take_steps
from tests.once import once

QUICK = {"embed.enabled": False, "cluster.n_prototypes": 150, "cluster.n_redraws": 1}
"""For tests that do not look at the UMAP, or at how good the clusters are."""


@cache
def cohort(base: Path) -> Path:
    """Folder of a simulated cohort, enriched so that MSCs exist."""
    return once(base, "simulated", _cohort)


@cache
def small(base: Path) -> Path:
    """Folder of a cohort for tests that run often."""
    return once(base, "simulated small", _small)


@cache
def finished(base: Path) -> Result:
    """A run over the cohort, with rules and a UMAP of a part of the events."""
    sheet = cohort(base) / "samples.csv"
    settings = {"embed.n_events": 2000, "run.chunk_events": 4096, "cluster.n_redraws": 1}
    return once(
        base, "finished", lambda folder: ct.run(sheet, out=folder / "OUT", rules="msc", settings=settings, seed=7)
    )


@cache
def quick(base: Path) -> Path:
    """Folder of a run over the small cohort, without a map and a report, by one worker and in small blocks."""

    def make(folder: Path) -> Path:
        with undrawn():
            settings = QUICK | {"run.chunk_events": 700}
            ct.run(small(base) / "samples.csv", out=folder / "OUT", rules="msc", settings=settings, workers=1)
        return folder / "OUT"

    return once(base, "quick", make)


def _cohort(folder: Path) -> Path:
    ct.datasets.simulate(folder, n_samples=4, n_events=6000, seed=3, enrich=40)
    return folder


def _small(folder: Path) -> Path:
    ct.datasets.simulate(folder, n_samples=3, n_events=2500, seed=5, enrich=60)
    return folder


def context(
    out: Path, settings: Mapping[str, Any], cleanup: ExitStack, *, on_error: str = "stop", resume: bool = False
) -> Context:
    """What steps are given by a run that nobody listens to."""
    config = update(D, dict(settings))
    store = cleanup.enter_context(Store(out, where=config.run.store, resume=resume))
    output = cleanup.enter_context(Output(out, []))
    return Context(config, output, store, Threads(config.run.workers), Silent(), on_error, cleanup, steps=all_steps())


def steps_to(
    last: str,
    request: Any,
    out: Path,
    settings: Mapping[str, Any] = QUICK,
    *,
    rules: Any = None,
    on_error: str = "stop",
    resume: bool = False,
) -> dict[str, Any]:
    """What the steps of a run make, up to the last one wanted; and ``context``, which they were given."""
    steps = all_steps()
    wanted = steps[: [step.name for step in steps].index(last) + 1]
    with ExitStack() as cleanup:
        given = context(out, settings, cleanup, on_error=on_error, resume=resume)
        return take_steps(given, wanted, {"request": request, "rules": rules}) | {"context": given}


@contextmanager
def undrawn() -> Iterator[None]:
    """An empty page is written: three quarters of the time of a run over a few thousand events are its figures."""

    def write(_: Any, path: Path, **__: Any) -> None:
        path.write_text("<!doctype html>", encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cytoclust.report.write", write)
        yield


def labels(out: Path) -> dict[str, pd.DataFrame]:
    """Labels of each sample."""
    return {path.stem: pd.read_parquet(path) for path in sorted((out / "labels").iterdir())}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes; folders with None."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}
