"""What a file holds that may hold more than one sample."""

from pathlib import Path

from cytoclust.findings import Finding
from cytoclust.io._datasets import kept_datasets

__all__ = ["first_dataset", "holds_several"]


def holds_several(path: Path) -> bool:
    """Whether a file holds data sets of different events; of one that cannot be read it is not known."""
    return path.is_file() and len(kept_datasets(path)[0]) > 1


def first_dataset(path: Path) -> tuple[int | None, list[Finding]]:
    """Which data set of a file, from 0, a run would take first, and what is noted of the others; None of only one."""
    kept, notes = kept_datasets(path) if path.is_file() else ([0], [])
    return kept[0] if notes and (kept[0] or len(kept) == 1) else None, notes
