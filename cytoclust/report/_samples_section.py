"""The samples: a row each, as general statistics, and what each is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cytoclust import keys, pl
from cytoclust.pl.places import Place
from cytoclust.pl.style import qc_colour, safe_text
from cytoclust.report._amounts import Amount, amounts_of, key_populations
from cytoclust.report._blocks import Cell, Figure, Table
from cytoclust.report._cards import asked_about
from cytoclust.report._gather import Inputs, present
from cytoclust.report._patient_drawings import population_colours
from cytoclust.report._visits import Patient, patients_of
from cytoclust.stats import composition_map
from cytoclust.words import count, percent, plural

__all__ = ["own_shares", "samples_section"]

OK: Final = keys.QC[keys.QC_OK]
FEWEST: Final = 3  # samples that a map needs
FEW_OK: Final = 0.5
"""Share of its events below which a sample is pointed out. Chosen: as in the section on quality."""
NAMED: Final = 0.005
"""Share of a sample's cells from which on a population stands in the key of the bars. Bears on no result."""
ROOM: Final = 20  # letters beside a bar
REST: Final = "without a name"
KEPT_BAR: Final = "#b9d7c6"


@dataclass(frozen=True)
class Part:
    """A population on a bar: where it begins and ends, of one."""

    name: str
    colour: str
    start: float
    width: float
    told: str


@dataclass(frozen=True)
class Bar:
    """What a sample is made of."""

    sample: str
    whose: str
    parts: list[Part]

    @property
    def label(self) -> str:
        """Who it is, as far as there is room."""
        told = " ".join(part for part in (self.whose, self.sample) if part)
        return told if len(told) <= ROOM else safe_text(self.whose or self.sample, ROOM)

    @property
    def told(self) -> str:
        """In words, the largest first."""
        largest = sorted(self.parts, key=lambda part: -part.width)
        return f"{self.sample}: {', '.join(f'{part.name} {part.told}' for part in largest)}"


def samples_section(inputs: Inputs) -> dict[str, Any] | None:
    """Table, bars with their key, map, and who is who; None of one sample alone, of which all stands elsewhere."""
    patients = patients_of(inputs)
    if sum(len(patient.visits) for patient in patients) < 2:
        return None
    bars = _bars(inputs, patients)
    shown = {part.name: part.colour for bar in bars for part in bar.parts if part.width >= NAMED}
    return {
        "table": _table(inputs, patients),
        "bars": bars,
        "key": list(shown.items()),
        "map": _map(inputs),
        "who": _who(patients),
        "tumour": any(each.malignant for each in inputs.rules),
    }


def _who(patients: Sequence[Patient]) -> list[dict[str, str]]:
    """What each sample belongs to, for the page's script."""
    return [
        {"sample": visit.sample, "patient": patient.name, "group": patient.group, "when": visit.when}
        for patient in patients
        for visit in patient.visits
    ]


def _table(inputs: Inputs, patients: Sequence[Patient]) -> Table:
    """Events, what is kept and why the rest is not, how deep, and the populations that the study asks about."""
    amounts = amounts_of(inputs)
    asked = key_populations(inputs, asked_about(inputs)) if amounts else []
    counts = {str(row[keys.SAMPLE]): row for row in inputs.run.events}
    reasons = [name for name in keys.QC if name != OK and any(row.get(name) for row in counts.values())]
    hues = population_colours(inputs)
    dilution = _dilution(inputs)
    sheet = [column for column in keys.SHEET_COLUMNS if present(inputs.sheet, column)]
    titles = ["Sample", *(column.removesuffix("_id").capitalize() for column in sheet)]
    first = len(titles) + (2 if counts else 0)
    titles += [*(["Events", "Kept"] if counts else []), *asked]
    titles += [*(name.capitalize() for name in reasons), "Rarest it could show"] if counts else []
    titles += ["Diluted with blood"] if dilution else []
    table = Table(
        "samples", "Samples: quality, depth and the populations asked about", titles, tall=True, style="stats"
    )
    most = max((row["total"] for row in counts.values()), default=1)
    rows = inputs.sheet.assign(**{keys.SAMPLE: inputs.sheet[keys.SAMPLE].astype(str)}).set_index(keys.SAMPLE)
    for patient in patients:
        for visit in patient.visits:
            own = rows.loc[visit.sample]
            cells = [Cell(visit.sample, link=patient.slug, style="name")]
            cells += [Cell(str(own[column]) if pd.notna(own[column]) else "", style="name") for column in sheet]
            quality = _quality(counts.get(visit.sample), reasons, most) if counts else []
            levels = [_amount(amounts.get((visit.sample, name)), hues.get(name, "#7c8791")) for name in asked]
            cells += [*quality[:2], *levels, *quality[2:]]
            cells += [Cell(dilution.get(visit.sample, ""))] if dilution else []
            table.rows.append(cells)
    _scale(table, range(first, first + len(asked)))
    return table


def _quality(row: Mapping[str, Any] | None, reasons: Sequence[str], most: int) -> list[Cell]:
    """Events, the share that is kept, and of each reason the share that is not; a light where few are kept."""
    if row is None or not row["total"]:
        return [Cell("–", -1.0, "num")] * (3 + len(reasons))
    total, kept = row["total"], row[OK]
    few = kept / total < FEW_OK
    cells = [Cell(count(total), float(total), "num", bar=total / most, hue="#d5dade")]
    told = f"{'▲ ' if few else ''}{percent(kept / total)}"
    why = "less than half of the events" if few else ""
    cells.append(Cell(told, kept / total, "num strong" if few else "num", why, bar=kept / total, hue=KEPT_BAR))
    for name in reasons:
        share = row.get(name, 0) / total
        cells.append(Cell(percent(share), share, "num", bar=share, hue=f"{qc_colour(name)}66"))
    rarest = min(3 / kept, 1.0) if kept else 1.0
    return [*cells, Cell(percent(rarest), rarest, "num", f"none of {count(kept)} cells leaves up to this")]


def _amount(amount: Amount | None, hue: str) -> Cell:
    """Sign, level and count, with a bar of the population's hue."""
    if amount is None:
        return Cell("", -3.0, "num")
    if not amount.here:
        shown = "cannot tell" if amount.nameless else "none seen" if not amount.n_events else amount.counted
        return Cell(f"{amount.symbol} {shown}", -2.0 if amount.nameless else -1.0, "num", amount.told)
    told = f"{amount.symbol} {amount.value} · {count(amount.n_events)}"
    return Cell(told, amount.level, "num", amount.told, bar=amount.level, hue=f"{hue}55")


def _scale(table: Table, columns: range) -> None:
    """Bars of a population are of the largest level in its column."""
    for column in columns:
        levels = [row[column].bar or 0.0 for row in table.rows]
        for row, level in zip(table.rows, levels, strict=True):
            if level:
                row[column] = row[column].scaled(max(levels))


def _dilution(inputs: Inputs) -> dict[str, str]:
    samples = inputs.table("samples")
    if keys.HEMODILUTION not in samples or (samples[keys.HEMODILUTION] == keys.DILUTED[-1]).all():
        return {}
    return dict(zip(samples[keys.SAMPLE].astype(str), samples[keys.HEMODILUTION].astype(str), strict=True))


def _bars(inputs: Inputs, patients: Sequence[Patient]) -> list[Bar]:
    """Of each sample the cells of each population that are of none below it, and those without a name."""
    table = inputs.populations
    if not {keys.PARENT, keys.N_PARENT} <= set(table):
        return []
    named = table.assign(**{name: table[name].astype(str) for name in (keys.SAMPLE, keys.POPULATION, keys.PARENT)})
    hues = population_colours(inputs)
    names = [name for name in dict.fromkeys(named[keys.POPULATION]) if name not in (keys.UNKNOWN, keys.UNASSIGNED)]
    by_sample = dict(iter(named.groupby(keys.SAMPLE, sort=False)))
    bars = []
    for patient in patients:
        for visit in patient.visits:
            if visit.sample in by_sample:
                shares = own_shares(by_sample[visit.sample], names)
                whose = " ".join(part for part in (patient.name, visit.when) if part != visit.sample)
                bars.append(Bar(visit.sample, whose, _parts(shares, hues)))
    return bars


def own_shares(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, float]:
    """Of a sample's cells: the share of each population without those below it, and of what has no name."""
    events = dict(zip(rows[keys.POPULATION], rows[keys.N_EVENTS].astype(float), strict=True))
    top = rows[rows[keys.PARENT] == keys.ROOT]
    cells = float(top[keys.N_PARENT].max()) if len(top) else 0.0
    if not cells:
        return {}
    below = rows.groupby(keys.PARENT)[keys.N_EVENTS].sum().to_dict()
    own = {name: (events.get(name, 0.0) - float(below.get(name, 0.0))) / cells for name in names}
    return {**own, REST: max(round(1.0 - sum(own.values()), 12), 0.0)}


def _parts(shares: Mapping[str, float], hues: Mapping[str, str]) -> list[Part]:
    ends = np.cumsum([0.0, *shares.values()])
    return [
        Part(name, hues.get(name, "#a9b0b7"), round(float(start), 5), round(share, 5), percent(share))
        for (name, share), start in zip(shares.items(), ends, strict=False)
        if share > 0
    ]


def _map(inputs: Inputs) -> Figure | None:
    """The map of samples by what they are made of."""
    counts = inputs.table("cluster_counts")
    if not {keys.SAMPLE, keys.CLUSTER, keys.N_EVENTS} <= set(counts) or counts[keys.SAMPLE].nunique() < FEWEST:
        return None
    wide = counts.assign(**{keys.SAMPLE: counts[keys.SAMPLE].astype(str)}).pivot_table(
        index=keys.SAMPLE, columns=keys.CLUSTER, values=keys.N_EVENTS, aggfunc="sum", fill_value=0, sort=False,
        observed=True,
    )  # fmt: skip
    names = list(wide.index)
    return inputs.drawings.draw(
        pl.samples,
        counts,
        inputs.sheet,
        alt=f"Map of {plural(len(names), 'sample')} by composition.",
        caption="Samples of like composition lie together (MDS of Aitchison distances over all clusters). Shapes are"
        " groups; lines join the visits of a patient. One sample far from all others deserves a look at its gates.",
        places=partial(_places, names=names, at=composition_map(wide)[0]),
    )


def _places(ax: Axes, names: list[str], at: np.ndarray) -> list[Place]:
    ax.autoscale_view()  # else the limits are those from before the points
    inches = ax.transData.transform(at) / ax.figure.dpi
    return [(name, float(x), float(y), 0.0, 0.0) for name, (x, y) in zip(names, inches, strict=True)]
