"""What the tests of the pipeline share."""

from pathlib import Path

import pytest

from cytoclust.pipeline import Result
from tests.pipeline import made


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.cohort(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.small(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return made.finished(tmp_path_factory.getbasetemp())
