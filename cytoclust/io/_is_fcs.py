"""Whether a file is FCS, by what it holds."""

import gzip
import zlib
from pathlib import Path

from cytoclust.io._unreadable import unreadable

__all__ = ["is_fcs"]


def is_fcs(path: Path) -> bool:
    """Whether a file begins as FCS does, gzipped or not."""
    try:
        with path.open("rb") as handle:
            magic = handle.read(3)
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(path) as handle:
                magic = handle.read(3)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    except OSError as error:
        raise unreadable(path, error) from None
    return magic == b"FCS"
