"""Fixtures for every test."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import pytest

from cytoclust.pipeline import Result
from tests.pipeline import made
from tests.report.sketched import sketched as without_pictures

_compile = numba.njit


def _compile_once(*signature: Any, **options: Any) -> Any:
    """What umap-learn compiles is kept, as it is in the process that makes maps: else each worker takes 15 s for it."""
    if sys._getframe(1).f_globals["__name__"].partition(".")[0] in ("umap", "pynndescent"):
        options.setdefault("cache", True)
    return _compile(*signature, **options)


numba.njit = _compile_once


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The data beside the project, or a skip that says why."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent: a fresh clone has none")
    return folder


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.cohort(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.small(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return made.finished(tmp_path_factory.getbasetemp())


@pytest.fixture
def undrawn() -> Iterator[None]:
    """For tests that do not look at the report."""
    with made.undrawn():
        yield


@pytest.fixture
def sketched() -> Iterator[None]:
    """For tests that read the report and do not look at its figures."""
    with without_pictures():
        yield
