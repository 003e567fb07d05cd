"""The HTML report."""

from cytoclust.report._write import write

__all__ = ["write"]
