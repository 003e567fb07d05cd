"""Most tests here read words and numbers of a page."""

from collections.abc import Iterator

import pytest

from tests.report.sketched import sketched


@pytest.fixture
def drawn() -> None:
    """For tests whose pages need their pictures."""


@pytest.fixture(autouse=True)
def _no_pictures(request: pytest.FixtureRequest) -> Iterator[None]:
    if "drawn" in request.fixturenames:
        yield
        return
    with sketched():
        yield
