"""What the notebooks do not show is not made where they are only held against what is stored."""

from dataclasses import replace
from typing import Any

import pytest

from cytoclust.engine._fit import Redraws
from tests.pipeline.made import undrawn

__all__ = ["hasten"]

_KEPT: list[Any] = []


def hasten() -> None:
    """For good: reports are empty, and the stability of clusters is told of one further draw instead of five."""
    _KEPT.append(undrawn())
    _KEPT[0].__enter__()
    whole = Redraws.stability
    patch = pytest.MonkeyPatch()
    patch.setattr(Redraws, "stability", lambda self, executor: whole(replace(self, draws=min(self.draws, 1)), executor))
