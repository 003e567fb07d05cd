"""Writing a file so that it is there whole or not at all."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from cytoclust.errors import InputError

__all__ = ["atomic_path"]


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path``, moved onto it when the block ends well and removed when it does not.

    The temporary file exists and is empty; it keeps the suffix, since some writers go by it.

    Raises
    ------
    InputError
        The folder is absent or cannot be written to.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(6)}{path.suffix}")
    try:
        temporary.touch(exist_ok=False)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
