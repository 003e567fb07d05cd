"""Fixtures for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cytoclust.pipeline import Result
from tests.compiled import compile_umap_once
from tests.pipeline import made
from tests.report.sketched import sketched as without_pictures

compile_umap_once()
# the same examples each time, and no limit of time that a busy machine could break
settings.register_profile(
    "tests", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


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


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.quick(tmp_path_factory.getbasetemp())


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
