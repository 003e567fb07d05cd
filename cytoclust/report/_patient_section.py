"""A page for each patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.report._amounts import Amount, amounts_of, base_of, key_populations, level_range, malignant
from cytoclust.report._cards import asked_about
from cytoclust.report._found_section import named_populations
from cytoclust.report._gather import Inputs
from cytoclust.report._patient_drawings import Biplot, Chart, Densities, draw_chart, population_colours
from cytoclust.report._patient_words import Series, four_answers, leading
from cytoclust.report._sample_notes import sample_notes
from cytoclust.report._visits import Patient, Visit, patients_of
from cytoclust.stats import exact_interval
from cytoclust.words import count, percent

__all__ = ["MOST_PAGES", "PatientPage", "patient_pages"]

NOT_TOLD: Final = keys.DILUTED[-1]

MOST_PAGES: Final = 150  # patients that have a page in the report; of more, each has one of its own when asked for
MOST_ROWS: Final = 12  # populations of the table
MANY: Final = 1000.0  # a change beyond is not spelled out


@dataclass(frozen=True)
class PatientPage:
    """What the page of one patient shows."""

    patient: Patient
    sub: str
    answers: list[tuple[str, str]]
    charts: list[Chart]
    biplots: list[list[Biplot]]
    rows: list[tuple[str, list[Amount | None]]]
    changes: list[tuple[str, list[str]]]
    steps: list[str]
    others: list[tuple[str, list[str]]]
    names: list[str]
    samples: list[tuple[str, list[str]]]
    notes: list[tuple[str, str]]
    lod_events: int
    loq_events: int


def patient_pages(inputs: Inputs, only: str = "") -> list[PatientPage]:
    """Pages of all patients, or of one; none where no population was counted, or there are too many patients."""
    amounts, patients = amounts_of(inputs), patients_of(inputs)
    names = key_populations(inputs, asked_about(inputs)) if amounts else []
    if not names or (not only and len(patients) > MOST_PAGES):
        return []
    lead = leading(inputs, names, malignant(inputs))
    densities, hues = Densities(inputs), population_colours(inputs)
    alone = sum(len(patient.visits) for patient in patients) == 1
    table = named_populations(inputs.populations) if alone else _table_names(inputs, names)
    return [
        _page(inputs, patient, patients, amounts, names, lead, table, densities, hues)
        for patient in patients
        if not only or patient.name == only
    ]


def _page(
    inputs: Inputs,
    patient: Patient,
    patients: Sequence[Patient],
    amounts: Mapping[tuple[str, str], Amount],
    names: Sequence[str],
    lead: Sequence[str],
    table: Sequence[str],
    densities: Densities,
    hues: Mapping[str, str],
) -> PatientPage:
    series: Series = {name: [amounts.get((sample, name)) for sample in patient.samples] for name in names}
    beside = {name: _others(patient, patients, amounts, name) for name in names}
    whens = [visit.when for visit in patient.visits]
    charts = [draw_chart(name, base_of(inputs, name), hues.get(name, "#0072b2"), series[name], whens, beside[name])
              for name in names]  # fmt: skip
    drawn = [
        [densities.draw(visit.sample, visit.when, *pair) for visit in patient.visits] for pair in densities.pairs()
    ]
    return PatientPage(
        patient, _sub(inputs, patient), four_answers(inputs, patient, series, lead),
        [chart for chart in charts if chart],
        _rows(drawn, one=len(whens) == 1),
        [(name, [amounts.get((sample, name)) for sample in patient.samples]) for name in table],
        [(name, _changes(inputs, series[name])) for name in names] if len(whens) > 1 else [],
        [f"{one} → {other}" for one, other in pairwise(whens)],
        _beside(beside, names),
        list(names), _samples(inputs, patient), sample_notes(inputs, patient.samples),
        *(inputs.parameter("detect", name) for name in ("lod_events", "loq_events")),
    )  # fmt: skip


def _beside(others: Mapping[str, Mapping[str, Sequence[Amount]]], names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Other groups with the number of their samples, and of each population what these have."""
    groups = others[names[0]]
    return [
        (f"{group} ({len(amounts)})", [level_range(others[name][group]) for name in names])
        for group, amounts in groups.items()
    ]


def _rows(drawn: Sequence[Sequence[Biplot | None]], *, one: bool) -> list[list[Biplot]]:
    """A row a pair of markers, a biplot a visit; of one visit all in one row."""
    rows = [[each for each in row if each] for row in drawn if any(row)]
    return [[each for row in rows for each in row]] if one and rows else rows


def _sub(inputs: Inputs, patient: Patient) -> str:
    """Visits with their samples, the panel, rules, version."""
    visits = ", ".join(v.when if v.when == v.sample else f"{v.when} ({v.sample})" for v in patient.visits)
    rules = inputs.run.rules
    stained = sum(column.role == "clustering" for column in inputs.run.panel)
    told = [patient.group, visits, f"{stained} markers" if stained else ""]
    told += [f"rules {rules.name} {rules.version}".strip()] if rules else []
    told += [f"cytoclust {inputs.run.cytoclust}"] if inputs.run.cytoclust else []
    return " · ".join(each for each in [*told, "for research use only"] if each)


def _others(
    patient: Patient, patients: Sequence[Patient], amounts: Mapping[tuple[str, str], Amount], name: str
) -> dict[str, list[Amount]]:  # fmt: skip
    """Of each other group: the amounts in its samples."""
    found: dict[str, list[Amount]] = {}
    for each in patients:
        if each.group and each.group != patient.group:
            here = [amounts[sample, name] for sample in each.samples if (sample, name) in amounts]
            found.setdefault(each.group, []).extend(here)
    return {group: here for group, here in found.items() if here}


def _table_names(inputs: Inputs, names: Sequence[str]) -> list[str]:
    """What the table shows: the main populations with those above, below and beside them, the first of them first."""
    table = inputs.populations
    known = list(dict.fromkeys(table[keys.POPULATION].astype(str)))
    parent = dict(zip(table[keys.POPULATION].astype(str), table[keys.PARENT].astype(str), strict=True))
    wanted = set(names)
    for name in names:
        while parent.get(name, keys.ROOT) in parent and parent[name] not in wanted:
            name = parent[name]
            wanted.add(name)
    wanted |= {name for name in known if parent.get(name) in names}
    wanted |= {name for name in known if parent.get(name) == keys.ROOT and name not in (keys.UNKNOWN, keys.UNASSIGNED)}
    ill = [name for name in known if name in wanted and (name in names[:1] or parent.get(name) in names[:1])]
    return list(dict.fromkeys([*ill, *(name for name in known if name in wanted)]))[:MOST_ROWS]


def _changes(inputs: Inputs, amounts: Sequence[Amount | None]) -> list[str]:
    """From each visit to the next: how many times as much, with the interval of the two counts."""
    confidence = float(inputs.parameter("detect", "confidence"))
    told = []
    for before, after in pairwise(amounts):
        told.append(_change(before, after, confidence) if before and after else "–")
    return told


def _change(before: Amount, after: Amount, confidence: float) -> str:
    """Ratio of two rates from counts: given their sum, one count is binomial (Przyborowski & Wilenski 1940)."""
    one, other = before.n_events, after.n_events
    if not (one + other and before.n_base and after.n_base) or not (before.here or after.here):
        return "–"
    low, high = exact_interval(np.array([other]), np.array([one + other]), confidence=confidence)
    cells = before.n_base / after.n_base

    def ratio(share: NDArray[np.float64]) -> float:
        value = float(share[0])
        return np.inf if value >= 1 else cells * value / (1 - value)

    bounds = (ratio(low), ratio(high))
    if one == 0:
        return f"from none to {count(other)}: at least {_times(bounds[0])}"
    if other == 0:
        return f"from {count(one)} to none: at most {_times(bounds[1])}"
    return f"{_times(cells * other / one)} ({_times(bounds[0])} to {_times(bounds[1])})"


def _times(ratio: float) -> str:
    """``3.1×``, ``0.071×``."""
    if not np.isfinite(ratio) or ratio > MANY:
        return f"> {MANY:g}×"
    if ratio < 1 / MANY:
        return f"< {1 / MANY:g}×"
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.2g}×"


def _samples(inputs: Inputs, patient: Patient) -> list[tuple[str, list[str]]]:
    """Rows of the table on samples, a cell a visit."""
    counts = {str(row[keys.SAMPLE]): row for row in inputs.run.events}
    samples = inputs.table("samples")
    known = {str(row[keys.SAMPLE]): row for row in samples.to_dict("records")} if len(samples) else {}

    def used(visit: Visit) -> str:
        row = counts.get(visit.sample)
        return (
            f"{count(row['ok'])} of {count(row['total'])} ({percent(row['ok'] / max(row['total'], 1))})" if row else "–"
        )

    def aside(visit: Visit) -> str:
        row = counts.get(visit.sample, {})
        parts = [f"{name} {count(row[name])}" for name in keys.QC if name != keys.QC[keys.QC_OK] and row.get(name)]
        return ", ".join(parts) or "nothing"

    def healthy(visit: Visit) -> str:
        row = known.get(visit.sample)
        return count(row[keys.N_OK] - row[keys.N_MALIGNANT]) if row else "–"

    def diluted(visit: Visit) -> str:
        return str(known.get(visit.sample, {}).get(keys.HEMODILUTION, NOT_TOLD))

    rows = [("Cells used, of events", used), ("Left out", aside)]
    if malignant(inputs):
        rows.append(("Cells that are not tumour", healthy))
    if any(row.get(keys.HEMODILUTION, NOT_TOLD) != NOT_TOLD for row in known.values()):
        rows.append(("Diluted with blood", diluted))
    if any(visit.batch for visit in patient.visits):
        rows.append(("Batch", lambda visit: visit.batch or "–"))
    return [(title, [make(visit) for visit in patient.visits]) for title, make in rows]
