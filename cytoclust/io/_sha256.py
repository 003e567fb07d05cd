"""Digest of a file."""

import hashlib
from pathlib import Path

from cytoclust.io._unreadable import unreadable

__all__ = ["sha256"]


def sha256(path: Path) -> str:
    """SHA-256 of a file of any size, in hexadecimal digits."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from None
