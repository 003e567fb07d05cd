"""What is in files, what a run would make of them and why, and what to do next."""

from cytoclust.inspection._advice import again
from cytoclust.inspection._begin import write_panel, write_sheet
from cytoclust.inspection._inspect_file import inspect
from cytoclust.inspection._inspect_samples import inspect_samples, is_single

__all__ = [
    "again",
    "inspect",
    "inspect_samples",
    "is_single",
    "write_panel",
    "write_sheet",
]
