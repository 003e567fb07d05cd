"""The tree of clusters as ``uns`` holds it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust.engine import Join

__all__ = ["joins_of", "resolution_of"]


def joins_of(table: pd.DataFrame) -> list[Join]:
    """The joins of a table ``first, second, depth``."""
    return [Join(int(first), int(second), float(depth)) for first, second, depth in table.itertuples(index=False)]


def resolution_of(slot: Mapping[str, Any]) -> float:
    """What clusters were found with; ``auto`` is 1."""
    given = slot["params"]["resolution"]
    return 1.0 if given == "auto" else float(given)
