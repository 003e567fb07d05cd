"""Who is compared with whom."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.errors import InputError

__all__ = ["LEAST", "Question", "Unit", "pairs_of", "questions"]

LEAST: Final = 2
"""Patients that either side must have. Chosen: one says nothing of how patients differ."""
PAIRS: Final = 3
"""Patients seen at both times from which on each is compared with herself. Derived: of two, the differences have one
degree of freedom."""

Unit = tuple[int, ...]
"""Rows of the sheet: samples of one patient at one visit, whose events are added up."""


@dataclass(frozen=True)
class Question:
    """Two sides.

    Attributes
    ----------
    kind
        ``group`` (patients against other patients) or ``time`` (a time against others of the same group).
    group, timepoint
        Whose samples are asked about; "" where the sheet gives none.
    against
        Whom they are compared with, in words.
    sides
        Names of the two sides.
    units
        (n,) what counts once.
    inside
        (n,) whether a unit is of the side asked about.
    patients, batches
        (n,) of each unit.
    paired
        Units are visits, and each patient is compared with herself.
    left_out
        Patients that are on one side only, or on both, and so are not counted.
    levels
        (n,) of categorical covariates that divide batches further; () where there are none.
    numbers
        (n, q) covariates that enter the regression; None where there are none.
    adjusted, separated
        Names of the covariates, and of one that leaves nothing to compare ("" where none does).
    """

    kind: Literal["group", "time"]
    group: str
    timepoint: str
    against: str
    sides: tuple[str, str]
    units: tuple[Unit, ...]
    inside: NDArray[np.bool_]
    patients: tuple[str, ...]
    batches: tuple[str, ...]
    paired: bool = False
    left_out: int = 0
    levels: tuple[str, ...] = ()
    numbers: NDArray[np.float64] | None = None
    adjusted: tuple[str, ...] = ()
    separated: str = ""

    @property
    def where(self) -> str:
        """``metastatic at relapse``."""
        return " ".join(part for part in (self.group, f"at {self.timepoint}" if self.timepoint else "") if part)

    @property
    def contrast(self) -> str:
        """``metastatic vs control``, or ``metastatic: relapse vs diagnosis``."""
        text = " vs ".join(self.sides)
        return f"{self.group}: {text}" if self.kind == "time" and self.group else text

    @property
    def strata(self) -> NDArray[np.int64]:
        """(n,) patients of paired visits, else batches, divided by the levels of covariates.

        Batches of one patient alone make one stratum together.
        """
        batches = self._shared()
        finer = [f"{batch}\t{level}" for batch, level in zip(batches, self.levels or batches, strict=True)]
        names = np.array(self.patients if self.paired else finer, dtype=object)
        return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)

    @property
    def covariates(self) -> NDArray[np.float64]:
        """(n, q) batches of paired visits, one column each but the first; of other units, covariates."""
        if self.numbers is not None:
            return self.numbers
        names = sorted(set(self.batches)) if self.paired else []
        columns = [[batch == name for batch in self.batches] for name in names[1:]]
        return np.array(columns, dtype=np.float64).reshape(len(columns), len(self.units)).T

    @property
    def confounded(self) -> bool:
        """Whether no batch holds both sides, or each pair has its batches in one order, so that batch and side are one.

        Batches that are not named are one batch.
        """
        if self.paired:
            return self._label_is_batch()
        batches = np.array(self._shared(), dtype=object)
        return not set(batches[self.inside]) & set(batches[~self.inside])

    def patients_of(self, *, inside: bool) -> list[str]:
        """Those of one side, in order."""
        return list(dict.fromkeys(who for who, mine in zip(self.patients, self.inside, strict=True) if mine == inside))

    def rows(self, *, inside: bool) -> list[int]:
        """Rows of the sheet on one side."""
        return [row for unit, mine in zip(self.units, self.inside, strict=True) if mine == inside for row in unit]

    def _shared(self) -> list[str]:
        """Batches; one that a patient has for herself is no more than the patient, and becomes ""."""
        times = Counter(self.batches)
        return [batch if times[batch] > 1 else "" for batch in self.batches]

    def _label_is_batch(self) -> bool:
        """Whether the label is a sum of what patients and batches are: least squares leaves nothing of it."""
        who = (self.strata[:, None] == np.unique(self.strata)).astype(np.float64)
        design = np.hstack([who, self.covariates])
        label = self.inside.astype(np.float64)
        rest = label - design @ np.linalg.lstsq(design, label, rcond=None)[0]
        return bool(np.abs(rest).max() < 1e-6)


def questions(sheet: pd.DataFrame) -> list[Question]:
    """Each group against the others at the same time point, then each time point against the others of the same group.

    A unit is a patient in a group at a time; several samples of one are its events together. A group without any time
    points, such as controls seen once, stands beside the others at each of theirs. Where no two groups share a time,
    the first sample of each patient is compared. Times are compared within patients if three or more were seen at both,
    else between those seen once.

    Parameters
    ----------
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known. A sample without a patient is its own.
    """
    visits = _visits(sheet)
    groups = _names(visits, keys.GROUP)
    found = [each for group in groups for each in _against_others(visits, group)] if len(groups) > 1 else []
    if not found and len(groups) > 1:
        first = visits.drop_duplicates(keys.PATIENT).assign(**{keys.TIMEPOINT: ""})
        found = [each for group in groups for each in _against_others(first, group)]
    for group in dict.fromkeys(visits[keys.GROUP]):
        mine = visits[(visits[keys.GROUP] == group) & (visits[keys.TIMEPOINT] != "")]
        for time in _names(mine, keys.TIMEPOINT):
            is_inside = mine[keys.TIMEPOINT] == time
            others = [each for each in _names(mine, keys.TIMEPOINT) if each != time]
            against = " and ".join(others)
            found += _of_times(mine[is_inside], mine[~is_inside], group, time, against, (time, against))
    return found


def pairs_of(sheet: pd.DataFrame, contrasts: params.Contrasts = params.D.contrasts) -> list[Question]:
    """Each two groups at each time point, and each two time points within each group; those asked for by hand.

    Groups and times are in the order of the sheet: a group stands before those after it, a time after those before it.

    Raises
    ------
    InputError
        A contrast given by hand that names no two groups or times of the sheet, or has too few patients.
    """
    visits = _visits(sheet)
    return [*_pairs_of_groups(visits, contrasts.groups), *_pairs_of_times(visits, contrasts.timepoints)]


def _visits(sheet: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, group and time point, in the order of the sheet: these, ``batch`` and its ``rows``."""
    table = pd.DataFrame(index=range(len(sheet)))
    for key in keys.SHEET_COLUMNS:
        column = sheet[key] if key in sheet else pd.Series("", index=sheet.index)
        table[key] = column.where(column.notna(), "").astype(str).to_numpy()
    table[keys.PATIENT] = table[keys.PATIENT].where(table[keys.PATIENT] != "", sheet.index.astype(str))
    of = [keys.PATIENT, keys.GROUP, keys.TIMEPOINT]
    grouped = table.assign(row=table.index).groupby(of, sort=False)
    return grouped.agg(batch=(keys.BATCH, _joined), rows=("row", tuple)).reset_index()


def _joined(batches: pd.Series) -> str:
    """What was measured in two batches is of neither."""
    return "+".join(dict.fromkeys(batches))


def _names(visits: pd.DataFrame, key: str) -> list[str]:
    return [name for name in dict.fromkeys(visits[key]) if name]


def _at(visits: pd.DataFrame, time: str) -> pd.DataFrame:
    """Visits at a time, and those of groups that have none."""
    timeless = visits.groupby(keys.GROUP)[keys.TIMEPOINT].transform(lambda times: (times == "").all())
    return visits[(visits[keys.TIMEPOINT] == time) | timeless]


def _against_others(visits: pd.DataFrame, group: str) -> Iterator[Question]:
    named = visits[visits[keys.GROUP] != ""]
    times = dict.fromkeys(named[keys.TIMEPOINT][named[keys.GROUP] == group])
    if list(times) == [""]:  # a group without times stands beside the others at each of theirs
        times = dict.fromkeys([each for each in named[keys.TIMEPOINT] if each] or [""])
    for time in times:
        now = _at(named, time)
        mine = now[keys.GROUP] == group
        against = "other groups" + (f" at {time}" if time else "")
        yield from _between("group", now[mine], now[~mine], group, time, against, (group, against))


def _pairs_of_groups(visits: pd.DataFrame, asked: Literal["auto"] | list[str]) -> Iterator[Question]:
    names = _names(visits, keys.GROUP)
    pairs = list(combinations(names, 2)) if asked == "auto" else [_parse(each, names, keys.GROUP) for each in asked]
    found = {pair: list(_pair_of_groups(visits, *pair)) for pair in pairs}
    if asked == "auto" and any(found.values()):
        yield from (each for some in found.values() for each in some)
        return
    first = visits.drop_duplicates(keys.PATIENT).assign(**{keys.TIMEPOINT: ""})
    for pair, some in found.items():
        made = some or [replace(each, timepoint="first sample") for each in _pair_of_groups(first, *pair)]
        if not made and asked != "auto":
            raise _too_few(" vs ".join(pair), keys.GROUP)
        yield from made


def _pair_of_groups(visits: pd.DataFrame, a: str, b: str) -> Iterator[Question]:
    both = visits[visits[keys.GROUP].isin([a, b])]
    for time in dict.fromkeys(each for each in both[keys.TIMEPOINT] if each) or [""]:
        now = _at(both, time)
        yield from _between("group", now[now[keys.GROUP] == a], now[now[keys.GROUP] == b], a, time, b, (a, b))


def _pairs_of_times(visits: pd.DataFrame, asked: Literal["auto"] | list[str]) -> Iterator[Question]:
    names = _names(visits, keys.TIMEPOINT)
    auto = [(b, a) for a, b in combinations(names, 2)]
    for a, b in auto if asked == "auto" else [_parse(each, names, keys.TIMEPOINT) for each in asked]:
        made = []
        for group in dict.fromkeys(visits[keys.GROUP]):
            mine = visits[visits[keys.GROUP] == group]
            sides = [mine[mine[keys.TIMEPOINT] == time] for time in (a, b)]
            made += list(_of_times(sides[0], sides[1], group, a, b, (a, b)))
        if not made and asked != "auto":
            raise _too_few(f"{a} vs {b}", keys.TIMEPOINT)
        yield from made


def _between(
    kind: Literal["group", "time"], mine: pd.DataFrame, others: pd.DataFrame, group: str, time: str, against: str,
    sides: tuple[str, str],
) -> Iterator[Question]:  # fmt: skip
    """Patients against other patients; one who is on both sides is on neither."""
    twice = set(mine[keys.PATIENT]) & set(others[keys.PATIENT])
    parts = [side[~side[keys.PATIENT].isin(twice)] for side in (mine, others)]
    merged = [side.groupby(keys.PATIENT, sort=False).agg({"batch": _joined, "rows": "sum"}) for side in parts]
    if min(map(len, merged)) >= LEAST:
        yield _question(kind, group, time, against, sides, merged, left_out=len(twice))


def _of_times(
    mine: pd.DataFrame, others: pd.DataFrame, group: str, time: str, against: str, sides: tuple[str, str]
) -> Iterator[Question]:
    """Visits of the same patients; patients against patients where fewer than three were seen at both."""
    both = set(mine[keys.PATIENT]) & set(others[keys.PATIENT])
    if len(both) < PAIRS:
        yield from _between("time", mine, others, group, time, against, sides)
    else:
        kept = [side[side[keys.PATIENT].isin(both)].set_index(keys.PATIENT) for side in (mine, others)]
        once = len((set(mine[keys.PATIENT]) | set(others[keys.PATIENT])) - both)
        yield replace(_question("time", group, time, against, sides, kept, left_out=once), paired=True)


def _question(
    kind: Literal["group", "time"], group: str, time: str, against: str, sides: tuple[str, str],
    parts: Sequence[pd.DataFrame], *, left_out: int,
) -> Question:  # fmt: skip
    """From two tables, index patient: ``batch, rows``."""
    table = pd.concat(parts)
    return Question(
        kind, group, time, against, sides, units=tuple(map(tuple, table["rows"])),
        inside=np.arange(len(table)) < len(parts[0]), patients=tuple(table.index.astype(str)),
        batches=tuple(table["batch"]), left_out=left_out,
    )  # fmt: skip


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


def _too_few(text: str, key: str) -> InputError:
    where = "at one time point, or at their first" if key == keys.GROUP else "in one group"
    return InputError(f"The contrasts.{key}s parameter: {text!r} needs {LEAST} patients on each side {where}.")
