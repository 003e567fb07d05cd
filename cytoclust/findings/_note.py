"""A finding without a code of its own."""

from typing import Final

from cytoclust.findings._kind import Kind

__all__ = ["NOTE"]

NOTE: Final = {"note": Kind("{text}")}
