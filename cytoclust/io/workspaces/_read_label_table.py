"""Labels of events as a table: what any program can write."""

import io
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.findings import Finding
from cytoclust.io._open_gzip import open_gzip
from cytoclust.io._unreadable import unreadable
from cytoclust.io.workspaces._gates import Gate, Gates
from cytoclust.io.workspaces._source import Events
from cytoclust.words import count

__all__ = ["LabelTable", "read_label_table"]

LABEL: Final = "label"
SEPARATORS: Final = (",", ";", "\t")
_HEADER: Final = 2**20
"""Letters of the first line that are looked at. Bears on no result."""
YES: Final = {"1": True, "true": True, "yes": True, "1.0": True}
NO: Final = {"0": False, "false": False, "no": False, "0.0": False, "": False}


@dataclass(frozen=True, eq=False)
class LabelTable:
    """Labels by sample: ``rows`` has ``event`` (None where the table has none) and a Boolean column a label."""

    path: Path
    samples: dict[str, pd.DataFrame]
    numbered: bool

    def gates(self, events: Events, sample_id: str | None) -> Gates | Finding:
        """The labels of one sample as gates.

        Raises
        ------
        InputError
            They are not of these events.
        """
        if sample_id is None:
            if len(self.samples) != 1:
                known = ", ".join(self.samples)
                raise InputError(f"{self.path} labels {len(self.samples)} samples ({known}): say which, by sample_id.")
            sample_id = next(iter(self.samples))
        rows = self.samples.get(sample_id, self.samples.get("") if len(self.samples) == 1 else None)
        if rows is None:
            return Finding("gates of no sample", samples=list(self.samples))
        names = [str(name) for name in rows if name != keys.EVENT]
        members = np.zeros((events.n_events, len(names)), dtype=bool)
        at = self._places(rows, events, sample_id)
        kept = at >= 0
        members[at[kept]] = rows[names].to_numpy(dtype=bool)[kept]
        missing = events.n_events - int(kept.sum())
        notes = (Finding("labels missing", sample=sample_id, n=missing),) if missing else ()
        counts = members.sum(axis=0)
        gates = tuple(
            Gate(name, name, "", "label", int(n), None, "not counted") for name, n in zip(names, counts, strict=True)
        )
        return Gates(gates, members, notes)

    def _places(self, rows: pd.DataFrame, events: Events, sample: str) -> np.ndarray:
        """Row of each label among the events; −1 of one that is not at hand."""
        whole = events.n_events if events.numbers is None else None
        if not self.numbered:
            if whole is None or len(rows) != whole:
                raise InputError(
                    f"{self.path} has {count(len(rows))} rows for the sample {sample!r}, which has "
                    f"{count(events.n_events)} events: without a column {keys.EVENT!r} one row an event is needed, in "
                    "the order of the file."
                )
            return np.arange(whole)
        numbers = rows[keys.EVENT].to_numpy(dtype=np.int64)
        if whole is not None:
            if len(numbers) and numbers.max() >= whole:
                raise InputError(
                    f"{self.path} labels event {numbers.max()} of the sample {sample!r}, which has the events 0 to "
                    f"{whole - 1}: these are labels of other events, or numbers from 1; numbers from 0 are allowed."
                )
            return numbers
        assert events.numbers is not None  # noqa: S101 (for the type checker: not whole)
        place = pd.Series(np.arange(events.n_events), index=events.numbers)
        return place.reindex(numbers).fillna(-1).to_numpy(dtype=np.int64)


def read_label_table(path: Path) -> LabelTable:
    """Read labels: ``sample_id`` (unless there is one sample), ``event`` from 0, ``label`` or a column a population.

    With ``label`` each event has one label, empty where it has none; otherwise every other column is a population,
    with 0 or 1. Without ``event`` there is one row for every event, in the order of the file.

    Raises
    ------
    InputError
        The table is none of these: the message names column and row.
    """
    try:
        with _text(path) as rows:
            head = rows.readline(_HEADER)
        between = max(SEPARATORS, key=head.count)
        with warnings.catch_warnings():  # cells beyond the header, of which pandas would make an index or nothing
            warnings.simplefilter("error", pd.errors.ParserWarning)
            with _text(path) as rows:
                table = pd.read_csv(rows, dtype=str, keep_default_na=False, sep=between, index_col=False)
    except (OSError, UnicodeDecodeError) as error:
        raise (
            unreadable(path, error)
            if isinstance(error, OSError)
            else InputError(f"{path} is no text in UTF-8: {error.reason}.")
        ) from None
    except (EOFError, zlib.error):
        raise InputError(f"{path} is not a whole gzip file.") from None
    except pd.errors.ParserWarning:
        raise InputError(f"{path} has rows with more cells than its header has columns; one name a column.") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{path} is no table that can be read: {' '.join(str(error).split())}.") from None
    table.columns = [str(name).strip() for name in table]
    twice = [name for name in dict.fromkeys(table) if list(table).count(name) > 1]
    if twice:
        raise InputError(f"{path} has the column {twice[0]!r} more than once.")
    for known in (keys.SAMPLE, keys.EVENT, LABEL):
        spelt = [name for name in map(str, table) if name.casefold() == known and name != known]
        table = table.rename(columns={spelt[0]: known}) if spelt and known not in table else table
    sample = table[keys.SAMPLE].str.strip() if keys.SAMPLE in table else pd.Series("", index=table.index)
    numbers = _numbers(path, table) if keys.EVENT in table else None
    columns = [name for name in map(str, table) if name not in (keys.SAMPLE, keys.EVENT)]
    if not columns or not len(table):
        raise InputError(f"{path} has no {'row' if columns else 'column of labels'}.")
    wide = _long(table[LABEL]) if LABEL in columns else _wide(path, table[columns])
    if LABEL in columns and len(columns) > 1:
        others = ", ".join(name for name in columns if name != LABEL)
        raise InputError(f"{path} has the column {LABEL!r} and others ({others}): one form of labels is allowed.")
    if numbers is not None:
        wide.insert(0, keys.EVENT, numbers)
        doubled = pd.DataFrame({"s": sample, "e": numbers}).duplicated()
        if doubled.any():
            row = int(np.flatnonzero(doubled)[0])
            raise InputError(
                f"{path}, row {row + 2}: the event {numbers[row]} of {sample[row] or 'the sample'} is there twice."
            )
    parts = {str(name): rows.reset_index(drop=True) for name, rows in wide.groupby(sample, sort=False)}
    return LabelTable(path, parts, numbers is not None)


def _text(path: Path) -> TextIO:
    if path.suffix != ".gz":
        return path.open(encoding="utf-8-sig", newline="")
    return io.TextIOWrapper(open_gzip(path), encoding="utf-8-sig", newline="")


def _numbers(path: Path, table: pd.DataFrame) -> np.ndarray:
    text = table[keys.EVENT].str.strip().str.removesuffix(".0")
    bad = ~text.str.fullmatch(r"\d{1,15}")
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"{path}, row {row + 2}: the event {table[keys.EVENT].iloc[row]!r} is no number of an event; 0 and up are "
            "allowed."
        )
    return text.to_numpy(dtype=np.int64)


def _long(labels: pd.Series) -> pd.DataFrame:
    text = labels.str.strip()
    return pd.DataFrame({name: (text == name).to_numpy() for name in dict.fromkeys(text) if name})


def _wide(path: Path, cells: pd.DataFrame) -> pd.DataFrame:
    found = {}
    for name in cells:
        told = cells[name].str.strip().str.casefold()
        strange = ~told.isin([*YES, *NO])
        if strange.any():
            row = int(np.flatnonzero(strange)[0])
            raise InputError(
                f"{path}, row {row + 2}: the column {name!r} says {cells[name].iloc[row]!r}; 0 or 1 are allowed, or "
                f"one column {LABEL!r} with the name of each event.{nearest(str(name), [LABEL])}"
            )
        found[str(name)] = told.isin([*YES]).to_numpy()
    return pd.DataFrame(found)
