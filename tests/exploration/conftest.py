"""What the tests of the explorer look at."""

from pathlib import Path

import pytest

from cytoclust.exploration import Explorer, open_run
from cytoclust.pipeline import LabelledCohort, Result
from tests.exploration.toy import toy


@pytest.fixture
def explorer(tmp_path: Path) -> Explorer:
    return toy(tmp_path)


@pytest.fixture(scope="session")
def opened(finished: Result) -> tuple[Explorer, LabelledCohort]:
    """Of a finished run; leave it as it was."""
    return open_run(finished.out)
