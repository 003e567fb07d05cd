"""Who is compared with whom, when it is asked what occurs only, or more, in a group or at a time point."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["Question", "Visit", "questions"]

LEAST = 2
"""Patients that either side must have. Chosen: one says nothing of how patients differ."""
PAIRS = 3
"""Patients seen at both times from which on each is compared with herself. Chosen: see sensitivity."""

Visit = tuple[int, ...]
"""Rows of the sheet: samples of one patient, group and time point, whose events are added up."""


@dataclass(frozen=True)
class Question:
    """Does something occur only, or more, in these patients?

    Attributes
    ----------
    kind
        ``group`` (against other patients) or ``time`` (against other times of the same group).
    group, timepoint
        Whose samples are asked about; "" where the sheet gives none.
    against
        Whom they are compared with, in words.
    units
        (u,) what counts once: the visits of a patient.
    inside
        (u,) whether a unit is asked about.
    patients
        (u,) numbers of the patients that units are of.
    strata
        (u,) labels may be exchanged only within a stratum: a batch, or a patient.
    within
        (u,) the same within a batch: strata in which no batch can be the difference.
    confounded
        No batch holds both sides, so that the batch may be the difference.
    own
        Other visits of the patients asked about, among those compared with: "only" includes these.
    """

    kind: Literal["group", "time"]
    group: str
    timepoint: str
    against: str
    units: tuple[tuple[Visit, ...], ...]
    inside: NDArray[np.bool_]
    patients: NDArray[np.int64]
    strata: NDArray[np.int64]
    within: NDArray[np.int64]
    confounded: bool
    own: tuple[Visit, ...] = ()

    @property
    def where(self) -> str:
        """``metastatic at relapse``."""
        return " ".join(part for part in (self.group, f"at {self.timepoint}" if self.timepoint else "") if part)

    def rows(self, *, inside: bool) -> list[int]:
        """Rows of the sheet on one side."""
        units = [unit for unit, mine in zip(self.units, self.inside, strict=True) if mine == inside]
        return [row for unit in units for visit in unit for row in visit]


def questions(sheet: pd.DataFrame) -> list[Question]:
    """Each group at each of its time points against other patients, then each time point of a group against its others.

    Other patients are those of other groups at that time point; where fewer than two are, every patient who was not
    seen in that group at that time, each counted once over all visits. Times are compared within patients if three or
    more were seen at both; where patients differ altogether, between them, each counted once; else not at all.

    Parameters
    ----------
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known. A sample without a patient is its own.
    """
    visits = _visits(sheet)
    named = [group for group in dict.fromkeys(visits[keys.GROUP]) if group]
    found: list[Question] = []
    for group in named if len(named) > 1 else []:
        for time in dict.fromkeys(visits[keys.TIMEPOINT][visits[keys.GROUP] == group]):
            found += _of_group(visits, group, time)
    for group in dict.fromkeys(visits[keys.GROUP]):
        mine = visits[visits[keys.GROUP] == group]
        times = [time for time in dict.fromkeys(mine[keys.TIMEPOINT]) if time]
        for time in times if len(times) > 1 else []:
            found += _of_time(mine[mine[keys.TIMEPOINT] != ""], group, time)
    return found


def _visits(sheet: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, group and time point: these, the batch, and the rows of the sheet."""
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


def _of_group(visits: pd.DataFrame, group: str, time: str) -> Iterator[Question]:
    mine = (visits[keys.GROUP] == group) & (visits[keys.TIMEPOINT] == time)
    elsewhere = (visits[keys.GROUP] != group) & (visits[keys.GROUP] != "")
    inside = visits[mine]
    outside = visits[elsewhere & visits[keys.TIMEPOINT].isin([time, ""])] if time else visits[elsewhere]
    against = "other groups" + (f" at {time}" if time else "")
    if outside[keys.PATIENT].nunique() < LEAST:
        outside, against = visits[~mine & (visits[keys.GROUP] != "")], "all other patients"
    is_own = outside[keys.PATIENT].isin(inside[keys.PATIENT])
    own, outside = outside[is_own], outside[~is_own]
    if min(inside[keys.PATIENT].nunique(), outside[keys.PATIENT].nunique()) < LEAST:
        return
    question = _between("group", group, time, against, inside, outside)
    yield replace(question, own=tuple(own["rows"]))


def _of_time(visits: pd.DataFrame, group: str, time: str) -> Iterator[Question]:
    is_inside = (visits[keys.TIMEPOINT] == time).to_numpy()
    patients = visits[keys.PATIENT].to_numpy()
    both = np.intersect1d(patients[is_inside], patients[~is_inside])
    if 0 < len(both) < PAIRS or min(len(set(patients[is_inside])), len(set(patients[~is_inside]))) < LEAST:
        return
    if not len(both):
        yield _between("time", group, time, "other times", visits[is_inside], visits[~is_inside])
        return
    keep = np.isin(patients, both)
    batches = _shared(visits[keys.BATCH][keep].tolist())
    within = np.array([f"{who}\0{batch}" for who, batch in zip(patients[keep], batches, strict=True)], dtype=object)
    numbers = _codes(patients[keep])
    yield Question(
        "time", group, time, "other times of the same patients", tuple((rows,) for rows in visits["rows"][keep]),
        inside=is_inside[keep], patients=numbers, strata=numbers, within=_codes(within),
        confounded=_separable(batches, is_inside[keep]),
    )  # fmt: skip


def _between(
    kind: Literal["group", "time"], group: str, time: str, against: str, mine: pd.DataFrame, others: pd.DataFrame
) -> Question:
    """Patients against other patients."""
    units = _by_patient(mine) + _by_patient(others)
    inside = np.arange(len(units)) < mine[keys.PATIENT].nunique()
    batches = _shared([batch for _, batch in units])
    codes = _codes(batches)
    return Question(
        kind, group, time, against, tuple(unit for unit, _ in units), inside=inside, patients=np.arange(len(units)),
        strata=codes, within=codes, confounded=_separable(batches, inside),
    )  # fmt: skip


def _by_patient(visits: pd.DataFrame) -> list[tuple[tuple[Visit, ...], str]]:
    """Visits of each patient, and their batch."""
    grouped = visits.groupby(keys.PATIENT, sort=False)
    return [(tuple(mine["rows"]), _joined(mine[keys.BATCH])) for _, mine in grouped]


def _shared(batches: list[str]) -> NDArray[np.object_]:
    """Batches of several units; one that a unit has for itself is no more than the unit, and becomes ""."""
    times = Counter(batches)
    return np.array([batch if times[batch] > 1 else "" for batch in batches], dtype=object)


def _codes(names: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1]


def _separable(batches: NDArray[np.object_], inside: NDArray[np.bool_]) -> bool:
    """Whether no batch holds both sides."""
    return not set(batches[inside]) & set(batches[~inside])
