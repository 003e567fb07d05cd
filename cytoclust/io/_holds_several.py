"""Whether a file holds more than one sample."""

from pathlib import Path

from cytoclust.io._datasets import kept_datasets

__all__ = ["holds_several"]


def holds_several(path: Path) -> bool:
    """Whether a file holds data sets of different events; of one that cannot be read it is not known."""
    return path.is_file() and len(kept_datasets(path)[0]) > 1
