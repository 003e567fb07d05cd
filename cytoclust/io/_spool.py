"""Temporary files."""

import tempfile
import weakref
from pathlib import Path

__all__ = ["Spool"]


class Spool:
    """A temporary file, which goes when nobody holds it any more."""

    def __init__(self, suffix: str = ""):
        handle = tempfile.NamedTemporaryFile(prefix="cytoclust-", suffix=suffix, delete=False)  # noqa: SIM115
        handle.close()
        self.path = Path(handle.name)
        self._gone = weakref.finalize(self, self.path.unlink, missing_ok=True)
