"""Who was seen when: the sheet by patient, and the place of each patient's page."""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
from natsort import natsort_keygen

from cytoclust import keys
from cytoclust.report._gather import Inputs

__all__ = ["Patient", "Visit", "file_name", "patients_of"]

TEMPLATES: Final = Path(__file__).parent / "templates"
OURS: Final = ("table-", "patient-")  # how ids of the page begin that are made from names


@dataclass(frozen=True)
class Visit:
    """A sample of a patient: ``when`` is its time point, else its own name."""

    sample: str
    when: str
    batch: str = ""


@dataclass(frozen=True)
class Patient:
    """A patient with the samples in the order of the time points; a sample without a patient is one of its own."""

    name: str
    slug: str
    group: str
    visits: tuple[Visit, ...]
    kind: str = "patient"  # or "sample", of which no patient is given

    @property
    def samples(self) -> list[str]:
        """Names of the samples."""
        return [visit.sample for visit in self.visits]


def patients_of(inputs: Inputs) -> list[Patient]:
    """Patients by group, in the sheet's order of groups, and by name; time points in the sheet's order."""
    if keys.SAMPLE not in inputs.sheet:
        return []
    rows = [{name: _text(row.get(name)) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)}
            for row in inputs.sheet.to_dict("records")]  # fmt: skip
    groups, times = (list(dict.fromkeys(row[name] for row in rows)) for name in (keys.GROUP, keys.TIMEPOINT))
    by_patient: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_patient.setdefault(row[keys.PATIENT] or row[keys.SAMPLE], []).append(row)
    natural = natsort_keygen()
    order = sorted(by_patient, key=lambda name: (groups.index(by_patient[name][0][keys.GROUP]), natural(name)))
    slugs = _slugs(order)
    return [
        Patient(
            name, slugs[name], by_patient[name][0][keys.GROUP],
            tuple(_visits(sorted(by_patient[name], key=lambda row: times.index(row[keys.TIMEPOINT])))),
            "patient" if by_patient[name][0][keys.PATIENT] else "sample",
        )
        for name in order
    ]  # fmt: skip


def file_name(patient: str) -> str:
    """What the file of a patient's page is called, without its ending: the name, with what no file may be called so.

    A name that had to be changed ends in a digest of itself, so that no two patients share a file.
    """
    safe = re.sub(r"[^\w+-]", "_", patient, flags=re.ASCII)[:80]
    return safe if safe == patient else f"{safe}-{hashlib.sha256(patient.encode()).hexdigest()[:8]}"


def _visits(rows: list[dict[str, str]]) -> Iterator[Visit]:
    """A time point that a patient has twice is told with the sample's name."""
    times = [row[keys.TIMEPOINT] for row in rows]
    for row in rows:
        when, sample = row[keys.TIMEPOINT], row[keys.SAMPLE]
        several = times.count(when) > 1
        yield Visit(sample, f"{when} ({sample})" if when and several else when or sample, row[keys.BATCH])


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _slugs(names: Collection[str]) -> dict[str, str]:
    """The id of each patient's page: the name itself, but for white space and names that the page has already."""
    found: dict[str, str] = {}
    taken = set(_own_ids())
    for name in names:
        slug = re.sub(r"\s+", "_", name) or "_"
        if slug.startswith(OURS) or slug in taken:
            slug = f"patient-{slug}"
        while slug in taken:
            slug += "_"
        taken.add(slug)
        found[name] = slug
    return found


@cache
def _own_ids() -> frozenset[str]:
    """Every id that the page has for itself."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.iterdir()))
    return frozenset(each for text in texts for each in re.findall(r'\bid="([^"{}]+)"', text))
