"""What is in files, what a run would make of them and why, and what to do next."""

from cytoclust.inspection._inspect_file import inspect
from cytoclust.inspection._inspect_samples import holds_events, inspect_samples

__all__ = [
    "holds_events",
    "inspect",
    "inspect_samples",
]
