"""Whether the data were measured at all, and on what."""

from typing import Final

from cytoclust.report._gather import Inputs
from cytoclust.slots import read_meta
from cytoclust.words import listed, some

__all__ = ["simulated", "specimen"]

COLUMNS: Final = ("specimen", "tissue", "material", "sample_type", "source")
"""What sheets call the specimen."""
MOST: Final = 3  # specimens that are named


def simulated(inputs: Inputs) -> str:
    """``SIMULATED`` where every file says that a simulator wrote it, ``PARTLY SIMULATED`` where some do; else empty."""
    written = [each.cytometer for each in inputs.run.inputs] or _cytometers(inputs)
    made = ["simulat" in name.lower() for name in written]
    return "" if not any(made) else "SIMULATED" if all(made) else "PARTLY SIMULATED"


def _cytometers(inputs: Inputs) -> list[str]:
    return [str(text.get("$CYT", "")) for text in read_meta(inputs.adata).values() if hasattr(text, "get")]


def specimen(inputs: Inputs) -> str:
    """What the sheet calls the specimen; empty where it says nothing."""
    found = [
        value
        for each in inputs.run.inputs
        for name, value in each.further.items()
        if name.strip().lower().replace(" ", "_") in COLUMNS and value
    ]
    names = list(dict.fromkeys(found))
    return listed(names) if len(names) <= MOST else some(names, MOST)
