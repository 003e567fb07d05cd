"""Most tests here read words and numbers of a page."""

import hashlib
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cytoclust.report import _drawings
from tests.report.sketched import sketched

MADE: dict[bytes, Any] = {}


@pytest.fixture
def drawn() -> None:
    """For tests whose pages need their pictures."""


@pytest.fixture(autouse=True)
def _no_pictures(request: pytest.FixtureRequest) -> Iterator[None]:
    if "drawn" in request.fixturenames:
        yield
        return
    with sketched(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(_drawings, "_image", _made_once(_drawings._image))
        yield


def _made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """A figure of what another test had a figure of is the same, and made no second time."""

    def image(*asked: Any) -> Any:
        try:
            key = hashlib.sha256(pickle.dumps(asked)).digest()
        except (pickle.PicklingError, AttributeError, TypeError):  # a function that only a test has
            return make(*asked)
        if key not in MADE:
            MADE[key] = make(*asked)
        return MADE[key]

    return image
