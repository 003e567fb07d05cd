"""Reports without pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

__all__ = ["sketched"]


@contextmanager
def sketched() -> Iterator[None]:
    """Figures are made and have their place and words on the page, but are not turned into SVG, which takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cytoclust.report._blocks._extent", lambda figure: figure.bbox_inches)
        patch.setattr("cytoclust.report._blocks._saved", lambda *_, **__: b"<svg/>")
        yield
