"""Who is compared with whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.findings import Finding

__all__ = ["Comparison", "comparisons"]

LEAST: Final = 2
"""Patients that either side must have. Chosen: one says nothing of how patients differ."""
PAIRS: Final = 3
"""Patients seen on both sides from which on each is compared with herself. Chosen: see sensitivity."""

_FIRST: Final = "first sample"
_Sides = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Comparison:
    """Two sets of patients, or the same patients twice.

    Attributes
    ----------
    contrast
        ``metastatic vs control``, or ``metastatic: relapse vs diagnosis``.
    question
        Whether groups are compared, or times.
    sides
        Names of a and b: groups, or times.
    timepoint
        Where groups are compared; ``relapse vs diagnosis`` where times are; "" where the sheet gives none.
    a, b
        The samples of each patient; of ``paired`` ones, patient by patient.
    batch_a, batch_b
        The batch of each.
    paired
        Patients are compared with themselves.
    notes
        Who was left out, and what to beware of.
    """

    contrast: str
    question: Literal["group", "time"]
    sides: tuple[str, str]
    timepoint: str
    a: tuple[tuple[str, ...], ...]
    b: tuple[tuple[str, ...], ...]
    batch_a: tuple[str, ...]
    batch_b: tuple[str, ...]
    paired: bool
    notes: tuple[Finding, ...]

    @property
    def strata(self) -> NDArray[np.int64]:
        """The batch of each patient as a number, of a then b (n_a + n_b,), or of each pair (n,).

        Patients that share their batch with nobody make one stratum, 0: their batches differ at random, as they do.
        Of pairs, those within one batch, or in batches of their own, are of stratum 0; others of their two batches.
        """
        alone = {batch for batch, n in Counter(self.batch_a + self.batch_b).items() if n == 1}
        if self.paired:
            both = zip(self.batch_a, self.batch_b, strict=True)
            names = ["" if x == y or {x, y} <= alone else "\0".join(sorted((x, y))) for x, y in both]
        else:
            names = ["" if batch in alone else batch for batch in self.batch_a + self.batch_b]
        order = {name: number for number, name in enumerate(sorted({"", *names}))}
        return np.array([order[name] for name in names], dtype=np.int64)

    @property
    def turned(self) -> NDArray[np.bool_]:
        """Of each pair (n,), whether its batches come in the other order than in the stratum's name."""
        return np.array([x > y for x, y in zip(self.batch_a, self.batch_b, strict=True)], dtype=bool)


def comparisons(sheet: pd.DataFrame, contrasts: params.Contrasts = params.D.contrasts) -> list[Comparison]:
    """The comparisons of groups at each time point, and of time points within each group.

    A unit is a patient in a group at a time; several samples of one are its events together. By default, each two
    groups are compared at each time at which both have two patients or more. A group without any time points, such as
    controls seen once, stands beside the others at each of theirs. If no two groups share a time, each patient's first
    sample is compared. Each two time points are compared within each group: within patients if three or more were seen
    at both, else between patients. A patient who is on both sides of a comparison between patients counts where she
    was first. Groups and times are in the order of the sheet: a group stands before those after it, a time after those
    before it.

    Parameters
    ----------
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known. A sample without a patient is its own.
    contrasts
        ``groups`` and ``timepoints``: "A vs B", or ``auto``.

    Raises
    ------
    InputError
        A contrast given by hand that names no two groups or times of the sheet, or has too few patients.
    """
    units = _units(sheet)
    return [*_between_groups(units, contrasts.groups), *_between_times(units, contrasts.timepoints)]


def _units(sheet: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, group and time, in the order of the sheet: these, ``batch`` and ``samples``."""
    table = pd.DataFrame({keys.SAMPLE: sheet.index.astype(str)})
    for key in keys.SHEET_COLUMNS:
        column = sheet[key] if key in sheet else pd.Series("", index=sheet.index)
        table[key] = column.where(column.notna(), "").astype(str).to_numpy()
    table[keys.PATIENT] = table[keys.PATIENT].where(table[keys.PATIENT] != "", table[keys.SAMPLE])
    grouped = table.groupby([keys.PATIENT, keys.GROUP, keys.TIMEPOINT], sort=False)
    named = {"batch": (keys.BATCH, lambda each: "+".join(dict.fromkeys(each))), "samples": (keys.SAMPLE, tuple)}
    return grouped.agg(**named).reset_index()


def _between_groups(units: pd.DataFrame, asked: Literal["auto"] | list[str]) -> list[Comparison]:
    names = _names(units, keys.GROUP)
    if asked == "auto":
        pairs = list(combinations(names, 2))
        return [each for pair in pairs for each in _at_each_time(units, pair)] or [
            each for pair in pairs for each in _first_samples(units, pair)
        ]
    made = []
    for text in asked:
        pair = _parse(text, names, keys.GROUP)
        found = _at_each_time(units, pair) or _first_samples(units, pair)
        made += found or _too_few(text, keys.GROUP)
    return made


def _at_each_time(units: pd.DataFrame, pair: tuple[str, str]) -> list[Comparison]:
    sides = [units[units[keys.GROUP] == name] for name in pair]
    times = [list(dict.fromkeys(side[keys.TIMEPOINT])) for side in sides]
    timeless = [each == [""] for each in times]
    if all(timeless) or not any(timeless):
        shared = [time for time in times[0] if time in times[1]]
    else:
        shared = times[timeless.index(False)]
    found = []
    for time in shared:
        notes = [
            Finding("no time points", group=name) for name, none in zip(pair, timeless, strict=True) if none and time
        ]
        a, b = (
            side if none else side[side[keys.TIMEPOINT] == time] for side, none in zip(sides, timeless, strict=True)
        )
        found += _comparison("group", pair, " vs ".join(pair), time, (a, b), notes)
    return found


def _first_samples(units: pd.DataFrame, pair: tuple[str, str]) -> list[Comparison]:
    a, b = (units[units[keys.GROUP] == name].drop_duplicates(keys.PATIENT) for name in pair)
    return _comparison("group", pair, " vs ".join(pair), _FIRST, (a, b), [Finding("first samples")])


def _between_times(units: pd.DataFrame, asked: Literal["auto"] | list[str]) -> list[Comparison]:
    names = _names(units, keys.TIMEPOINT)
    pairs = [(b, a) for a, b in combinations(names, 2)]
    if asked == "auto":
        return [
            each for group in dict.fromkeys(units[keys.GROUP]) for pair in pairs
            for each in _within_group(units, group, pair)
        ]  # fmt: skip
    made = []
    for text in asked:
        pair = _parse(text, names, keys.TIMEPOINT)
        found = [each for group in dict.fromkeys(units[keys.GROUP]) for each in _within_group(units, group, pair)]
        made += found or _too_few(text, keys.TIMEPOINT)
    return made


def _within_group(units: pd.DataFrame, group: str, pair: tuple[str, str]) -> list[Comparison]:
    mine = units[units[keys.GROUP] == group]
    a, b = (mine[mine[keys.TIMEPOINT] == time] for time in pair)
    text = " vs ".join(pair)
    return _comparison("time", pair, f"{group}: {text}" if group else text, text, (a, b), [])


def _comparison(
    question: Literal["group", "time"], names: tuple[str, str], contrast: str, timepoint: str, sides: _Sides,
    notes: Sequence[Finding],
) -> list[Comparison]:  # fmt: skip
    """The comparison, if there are enough patients: a list of one or none."""
    a, b = sides
    known, n = list(notes), len(a) + len(b)
    both = a[keys.PATIENT][a[keys.PATIENT].isin(b[keys.PATIENT])].to_numpy()
    paired = len(both) >= PAIRS
    if paired:
        a, b = (side.set_index(keys.PATIENT, drop=False).loc[both] for side in sides)
        if n > 2 * len(both):
            known.append(Finding("seen on one side", n=n - 2 * len(both)))
    elif len(both):
        first = pd.concat(sides).sort_index().drop_duplicates(keys.PATIENT).index
        a, b = (side[side.index.isin(first)] for side in sides)
        known.append(Finding("seen on both sides", n=len(both)))
    if min(len(a), len(b)) < LEAST:
        return []
    samples_a, samples_b = tuple(a["samples"]), tuple(b["samples"])
    batch_a, batch_b = tuple(a["batch"]), tuple(b["batch"])
    return [
        Comparison(
            contrast, question, names, timepoint, samples_a, samples_b, batch_a, batch_b, paired=paired,
            notes=tuple(known),
        )
    ]  # fmt: skip


def _names(units: pd.DataFrame, key: str) -> list[str]:
    return [name for name in dict.fromkeys(units[key]) if name]


def _parse(text: str, names: list[str], key: str) -> tuple[str, str]:
    a, _, b = (part.strip() for part in text.partition(" vs "))
    where = f"The contrasts.{key}s parameter"
    if not a or not b or a == b:
        raise InputError(f"{where} must have items such as 'A vs B', of two {key}s. Got {text!r} instead.")
    for name in (a, b):
        if name not in names:
            has = f"it has {', '.join(names)}" if names else "it has none"
            raise InputError(f"{where}: the sheet has no {key} {name!r}; {has}.")
    return a, b


def _too_few(text: str, key: str) -> list[Comparison]:
    where = "at one time point, or at their first" if key == keys.GROUP else "in one group"
    raise InputError(f"The contrasts.{key}s parameter: {text!r} needs {LEAST} patients on each side {where}.")
