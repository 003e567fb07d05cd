"""The cohort that figures are drawn of."""

import pytest

from tests.report.cohort import Cohort


@pytest.fixture(scope="session")
def cohort() -> Cohort:
    return Cohort(8, 25, n_events=3000)
