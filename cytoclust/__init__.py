"""Flow cytometry files into named, counted, tested cell populations, without manual gates."""

import importlib
from typing import TYPE_CHECKING, Any

from cytoclust.version import VERSION

__version__ = VERSION

__all__ = [
    "apply", "clean", "datasets", "explore", "export", "inspect", "io", "pl", "pp", "reference", "report", "rules",
    "run", "stats", "tl", "validate", "validation",
]  # fmt: skip

FUNCTIONS = {
    "apply": "pipeline:apply",
    "clean": "pipeline:clean",
    "explore": "exploration:explore",
    "export": "pipeline:export_run",
    "inspect": "inspection:inspect",
    "run": "pipeline:run",
    "validate": "pipeline:validate",
}
"""Where the functions of the top level are."""

if TYPE_CHECKING:
    from cytoclust import datasets, io, pl, pp, reference, report, rules, stats, tl, validation
    from cytoclust.exploration import explore
    from cytoclust.inspection import inspect
    from cytoclust.pipeline import apply, clean, run, validate
    from cytoclust.pipeline import export_run as export


def __getattr__(name: str) -> Any:  # PEP 562: importing cytoclust does no work until a namespace is used
    if name in FUNCTIONS:
        module, function = FUNCTIONS[name].split(":")
        return getattr(importlib.import_module(f"cytoclust.{module}"), function)
    if name in __all__:
        return importlib.import_module(f"cytoclust.{name}")
    raise AttributeError(f"module 'cytoclust' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
