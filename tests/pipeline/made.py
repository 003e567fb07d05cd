"""Simulated cohorts and a finished run, made once for all tests that look at them."""

from functools import cache
from pathlib import Path

import pandas as pd

import cytoclust as ct
from cytoclust.pipeline import Result
from tests.once import once

QUICK = {"embed.enabled": False, "cluster.n_prototypes": 150}
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
    settings = {"embed.n_events": 2000, "run.chunk_events": 4096}
    return once(
        base, "finished", lambda folder: ct.run(sheet, out=folder / "OUT", rules="msc", settings=settings, seed=7)
    )


def _cohort(folder: Path) -> Path:
    ct.datasets.simulate(folder, n_samples=4, n_events=6000, seed=3, enrich=40)
    return folder


def _small(folder: Path) -> Path:
    ct.datasets.simulate(folder, n_samples=3, n_events=2500, seed=5, enrich=60)
    return folder


def labels(out: Path) -> dict[str, pd.DataFrame]:
    """Labels of each sample."""
    return {path.stem: pd.read_parquet(path) for path in sorted((out / "labels").iterdir())}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes; folders with None."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}
