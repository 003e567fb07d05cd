"""The file of a reference: a zip of ``reference.json``, arrays, and a digest over both."""

import dataclasses
import hashlib
import io
import json
import tokenize
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.frozen._check_engine import check_engine
from cytoclust.frozen._check_types import check_types
from cytoclust.frozen._plain import from_plain, to_plain
from cytoclust.frozen._reference import SCHEMA, Reference
from cytoclust.io import atomic_path

__all__ = ["open_reference", "write_reference"]

JSON: Final = "reference.json"
DIGEST: Final = "sha256"
SUFFIX: Final = ".ctref"
LARGEST: Final = 2**30
"""Bytes that all members together may have. Chosen: a hundred times what a large reference takes."""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of every member, so that the same reference is the same file: the first that ZIP has. Bears on no result: a date."""


def write_reference(reference: Reference, path: str | Path) -> Reference:
    """Write the file, whole or not at all; the reference with its digest. The same reference gives the same bytes."""
    target = Path(path)
    arrays: list[np.ndarray] = []
    plain = to_plain(dataclasses.replace(reference, sha256=""), arrays)
    text = json.dumps(plain, indent=1, ensure_ascii=False).encode()
    members = {JSON: text} | {_member(number): _npy(array) for number, array in enumerate(arrays)}
    digest = _digest(members)
    with atomic_path(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (members | {DIGEST: digest.encode()}).items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, data)
    return dataclasses.replace(reference, sha256=digest)


def open_reference(path: str | Path) -> Reference:
    """Read the file.

    Raises
    ------
    InputError
        It is absent, cut short, changed, of another kind, or of a later version.
    """
    source = Path(path)
    if not source.is_file():
        raise InputError(f"The reference {source} does not exist.")
    try:
        members = _members(source)
        digest = members.pop(DIGEST).decode("ascii")
        text = members[JSON]
        plain = json.loads(text)
        schema = plain["reference"]["schema"]
    except (
        OSError, KeyError, ValueError, TypeError, EOFError, NotImplementedError, RecursionError, zipfile.BadZipFile,
        zlib.error,
    ) as error:  # fmt: skip
        raise InputError(
            f"{source} is no reference of cytoclust, or not whole ({_said(error)}): give a file that "
            "`cytoclust reference build` wrote."
        ) from None
    if type(schema) is not int or schema > SCHEMA:
        raise InputError(
            f"{source} is a reference of version {schema}; this cytoclust reads up to {SCHEMA}: use the one that wrote "
            f"it ({plain['reference'].get('cytoclust', 'a later one')}), or a later one."
        )
    if digest != _digest(members):
        raise InputError(f"{source} is not as it was written: its digest is not that of its content.")
    try:
        arrays = [_array(members[_member(number)]) for number in range(len(members) - 1)]
        found = from_plain(plain, arrays)
        if not isinstance(found, Reference):
            raise TypeError("no reference")
        check_types(found)
        check_engine(found)
        repr(found), found.config, found.ruleset, found.compensation, found.own, found.instruments
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, InputError) as error:
        raise InputError(f"{source} is not as cytoclust writes a reference: {_said(error)}.") from None
    return dataclasses.replace(found, sha256=digest)


def _members(source: Path) -> dict[str, bytes]:
    """Content of each member, as long as the file says and no longer."""
    with zipfile.ZipFile(source) as file:
        listed = file.infolist()
        size = sum(each.file_size for each in listed)
        names = {JSON, DIGEST} | {_member(number) for number in range(len(listed) - 2)}
        if size > LARGEST:
            raise ValueError(f"it would take {size} bytes, more than {LARGEST}")
        if {each.filename for each in listed} != names or len(names) != len(listed):
            raise ValueError("other members than a reference has")
        found = {}
        for each in listed:
            with file.open(each) as member:
                data = member.read(each.file_size + 1)
            if len(data) != each.file_size:
                raise ValueError(f"{each.filename} is not as long as it says")
            found[each.filename] = data
        return found


def _member(number: int) -> str:
    return f"arrays/{number}.npy"


def _digest(members: dict[str, bytes]) -> str:
    """SHA-256 over names, lengths and content."""
    found = hashlib.sha256()
    for name, data in sorted(members.items()):
        found.update(f"{name} {len(data)}\n".encode())
        found.update(data)
    return found.hexdigest()


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(data: bytes) -> np.ndarray:
    """An array whose header says no more than there is."""
    buffer = io.BytesIO(data)
    version = np.lib.format.read_magic(buffer)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of headers that Python 2 wrote
            shape, fortran, dtype = read(buffer)
    except (tokenize.TokenError, SyntaxError, UserWarning):
        raise ValueError("an array with another header") from None
    if dtype.hasobject or dtype.kind not in "biuf" or fortran:
        raise ValueError("an array of another kind")
    n_bytes = dtype.itemsize * int(np.prod([int(each) for each in shape], dtype=object))
    if n_bytes != len(data) - buffer.tell() or any(each < 0 for each in shape):
        raise ValueError("an array is not as long as it says")
    return np.frombuffer(data, dtype=dtype, offset=buffer.tell()).reshape(shape).copy()


def _said(error: Exception) -> Any:
    return " ".join(str(error).split()) or type(error).__name__
