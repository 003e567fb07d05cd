"""What a kept result depends on."""

import hashlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cytoclust.version import VERSION

__all__ = ["NEEDS", "PACKAGES", "STEP", "Recipe", "versions"]

PACKAGES: Final = (
    "anndata", "fcsparser", "igraph", "leidenalg", "numba", "numpy", "pandas", "pyarrow", "scanpy", "scikit-learn",
    "scipy", "umap-learn",
)  # fmt: skip
NEEDS: Final = "needs "
"""Begins the name of what is known by a digest alone: what another step made."""


STEP: Final = "the step itself"
"""Name of a step's version."""


@cache
def versions() -> dict[str, str]:
    """Of every package that bears on a result."""
    own = {"cytoclust": VERSION, "python": ".".join(platform.python_version_tuple()[:2])}
    return own | {name: importlib.metadata.version(name) for name in PACKAGES}


@dataclass(frozen=True)
class Recipe:
    """A step, of one sample or of all, and everything that its result depends on, by name."""

    step: str
    of: Mapping[str, Any]
    sample: str = ""

    @property
    def key(self) -> str:
        """SHA-256 of all that the result depends on."""
        known = json.dumps([self.step, self.sample, self.plain()], sort_keys=True)
        return hashlib.sha256(known.encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """What it depends on, as JSON has it."""
        return dict(json.loads(json.dumps(dict(self.of), default=str)))

    @property
    def slot(self) -> str:
        """Name of the folder that keeps it; names of samples may be long or alike on some disks."""
        step = re.sub(r"[^a-z]+", "-", self.step.lower())
        return f"{step}-{hashlib.sha256(self.sample.encode()).hexdigest()[:16]}" if self.sample else step

    def difference(self, known: Mapping[str, Any]) -> tuple[str, Any, Any]:
        """The first thing that a kept result depended on which is another now: its name, what it was and is.

        What another step made comes last: why that is another is said of that step.
        """
        now = self.plain()
        names = sorted({*now, *known}, key=lambda name: (name.startswith(NEEDS), name))
        name = next(each for each in names if now.get(each) != known.get(each))
        return name, known.get(name), now.get(name)
