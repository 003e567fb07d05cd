"""Flow cytometry files into named, counted, tested cell populations, without manual gates."""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["datasets", "inspect", "io", "pl", "pp", "report", "rules", "run", "stats", "tl"]

if TYPE_CHECKING:
    from cytoclust import datasets, io, pl, pp, report, rules, stats, tl
    from cytoclust.pipeline import inspect, run


def __getattr__(name: str) -> Any:  # PEP 562: importing cytoclust does no work until a namespace is used
    if name in ("inspect", "run"):
        return getattr(importlib.import_module("cytoclust.pipeline"), name)
    if name in __all__:
        return importlib.import_module(f"cytoclust.{name}")
    raise AttributeError(f"module 'cytoclust' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
