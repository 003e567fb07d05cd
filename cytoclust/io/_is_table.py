"""Whether a file is a table of events, by what it holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.io._table_format import find_format
from cytoclust.io._types import Channel
from cytoclust.io._unreadable import unreadable

__all__ = [
    "called_as_channels",
    "is_event_table",
    "is_parquet",
    "is_parquet_of_events",
    "is_text_of_events",
    "why_no_table",
]

_TEXT: Final = (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".txt.gz")
_PARQUET: Final = b"PAR1"
_KNOWN: Final = 2
"""Columns that are called as channels or markers are, from which a table is one of events. Convention: one may be
chance."""
_PLAIN: Final = ("signal", "index")  # roles that any word has
_SHARE: Final = 0.3
"""Of the columns of numbers, those that are called so. Chosen: markers of an unusual panel are words of their own."""


def is_event_table(path: Path, *, strict: bool = False) -> bool:
    """Whether a file is a table of events as text or Parquet; ``strict``, where nobody said that it may be one."""
    return not why_no_table(path, strict=strict)


def is_text_of_events(path: Path) -> bool:
    """Whether a file is a table of events as text."""
    return not is_parquet(path) and is_event_table(path)


def is_parquet_of_events(path: Path) -> bool:
    """Whether a file is a table of events as Parquet."""
    return is_parquet(path) and is_event_table(path)


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet does."""
    try:
        with path.open("rb") as handle:
            return handle.read(4) == _PARQUET
    except OSError as error:
        raise unreadable(path, error) from None


def why_no_table(path: Path, *, strict: bool = False) -> str:
    """Why a file is no table of events, in a few words; empty if it is one."""
    try:
        if is_parquet(path):
            names, rows = _parquet_columns(path), np.empty((0, 0))
        elif not path.name.casefold().endswith(_TEXT):
            return "its name does not end as that of a table"
        else:
            form = find_format(path)
            names, rows = [each.name for each in form.columns if each.kind in ("events", "faulty")], form.sample
            if _is_matrix([each.kind for each in form.columns], rows):
                return "it is a spillover matrix: give it as compensate.matrix"
    except (ValueError, UnicodeError) as error:
        return str(error) if type(error) is ValueError else "it is no text"
    except OSError as error:
        raise unreadable(path, error) from None
    return _why_no_channels(names, strict=strict)


def called_as_channels(names: Sequence[str]) -> bool:
    """Whether columns are called as those of events are."""
    return not _why_no_channels([name for name in names if name], strict=True)


def _why_no_channels(names: Sequence[str], *, strict: bool) -> str:
    from cytoclust.io._named_markers import is_generic
    from cytoclust.io._recognise import recognise
    from cytoclust.io._table_channels import split_name

    channels, _ = recognise([Channel(*split_name(name)) for name in names])
    known = [
        each for each in channels if each.role not in _PLAIN or (each.role != "index" and not is_generic(each.name))
    ]
    enough = len(known) >= _KNOWN and (len(known) >= _SHARE * len(names) or not strict)
    return "" if enough else "its columns of numbers are not called as channels or markers are"


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)  # pyarrow's ArrowInvalid is a ValueError
    return [field.name for field in schema if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)]


def _is_matrix(kinds: Sequence[str], rows: np.ndarray) -> bool:
    """As many rows as columns of numbers, at most one more column, and the largest of each row on the diagonal."""
    n, p = rows.shape
    if n != p or p < 2 or len(kinds) > p + 1 or not np.isfinite(rows).all():
        return False
    return bool((np.argmax(np.abs(rows), axis=1) == np.arange(n)).all()) and len(set(np.diag(rows))) == 1
