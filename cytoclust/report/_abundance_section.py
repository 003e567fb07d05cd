"""Section 2: how much of each population there is in each sample."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl.places import abundance_places, detection_places
from cytoclust.report._blocks import Cell, Figure, Table, events, fraction, name, number, signal, text
from cytoclust.report._contrast_section import contrasts
from cytoclust.report._found_section import named_populations
from cytoclust.report._gather import Inputs, present
from cytoclust.report._marker_levels import marker_levels
from cytoclust.report._status import CANNOT, STYLES, SYMBOLS, WHY, status_cell
from cytoclust.words import count, percent, plural

__all__ = ["abundance_section"]

*_, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES


def abundance_section(inputs: Inputs) -> dict[str, Any]:
    """Figures of amounts and of detection, their tables, and contrasts if there are any."""
    counted = len(inputs.populations) > 0
    several = counted and len(set(inputs.populations[keys.SAMPLE])) > 1
    return {
        "figure": _figure(inputs) if several else None,
        "detection": _detection(inputs) if several else None,
        "matrix": _matrix(inputs.populations) if counted else None,
        "table": _table(inputs) if counted else None,
        "contrasts": contrasts(inputs),
        "levels": marker_levels(inputs),
        "several": several,
        "notes": inputs.notes,
    }


def _figure(inputs: Inputs) -> Figure:
    populations = inputs.populations
    names = [n for n in dict.fromkeys(populations[keys.POPULATION].astype(str)) if n != keys.UNASSIGNED]
    grouped, n_samples = present(populations, keys.GROUP), populations[keys.SAMPLE].nunique()
    split = ", by group" if grouped else ""
    alt = (
        f"Fraction of {plural(len(named_populations(populations)), 'population')} in"
        f" {plural(n_samples, 'sample')}{split}, a panel for each population, on a logarithmic scale. The"
        " numbers are in the table below."
    )
    caption = (
        f"Each point is a sample{split}; vertical lines are counting intervals, thin lines join the samples of a"
        " patient. Filled circles: quantified; open circles: detected; diamonds: a trace; triangles: not detected,"
        " drawn at the upper limit; crosses at the top: not evaluable."
    )
    if grouped:
        caption += (
            " A horizontal line is the median of the samples (but those not evaluable), where more than half have the"
            " population."
        )
    places = partial(abundance_places, populations=populations)
    return inputs.drawings.draw(
        pl.abundance, populations, names=names, palette=inputs.adata, alt=alt, caption=caption, places=places
    )  # fmt: skip


def _detection(inputs: Inputs) -> Figure:
    populations = inputs.populations
    n_samples, names = populations[keys.SAMPLE].nunique(), named_populations(populations)
    return inputs.drawings.draw(
        pl.detection,
        populations,
        places=partial(detection_places, populations=populations),
        alt=f"Matrix of {plural(n_samples, 'sample')} and {plural(len(names), 'population')}: quantified,"
        " detected, trace, not detected or not evaluable. The table below has the same.",
        caption="Which population was found in which sample."
        " “Not detected” and “not evaluable” are drawn apart: only the first is evidence of absence.",
    )


def _matrix(populations: pd.DataFrame) -> Table:
    names = list(dict.fromkeys(populations[keys.POPULATION].astype(str)))
    extra = [column for column in (keys.PATIENT, keys.GROUP, keys.TIMEPOINT) if present(populations, column)]
    titles = ["Sample", *(column.removesuffix("_id").capitalize() for column in extra), *names]
    caption = f"Fraction of its parent and status of each population{_in_each(populations)}"
    table = Table("detection", caption, titles, tall=True, style="matrix", data=_wide(populations, extra, names))
    for sample, rows in populations.groupby(populations[keys.SAMPLE].astype(str), sort=False):
        by_name: dict[str, Any] = {str(row[keys.POPULATION]): row for row in rows.to_dict("records")}
        cells = [Cell(str(sample)), *(name(rows[column].iloc[0]) for column in extra)]
        table.rows.append(cells + [_status_cell(by_name.get(name)) for name in names])
    return table


def _in_each(rows: pd.DataFrame) -> str:
    """``in each sample``, where there are several."""
    return " in each sample" if len(set(rows[keys.SAMPLE])) > 1 else ""


def _wide(populations: pd.DataFrame, extra: list[str], names: list[str]) -> pd.DataFrame:
    """One row a sample: status and fraction of each population."""
    table = populations.assign(**{column: populations[column].astype(str) for column in (keys.SAMPLE, keys.POPULATION)})
    wide = table.drop_duplicates(keys.SAMPLE)[[keys.SAMPLE, *extra]].set_index(keys.SAMPLE)
    for column in (keys.STATUS, keys.FRACTION):
        of = table.drop_duplicates([keys.SAMPLE, keys.POPULATION]).pivot(
            index=keys.SAMPLE, columns=keys.POPULATION, values=column
        )
        wide = wide.join(of[names].add_suffix(f" {column}"))
    return wide.reset_index()


def _status_cell(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell("", "")
    status = str(row[keys.STATUS])
    here = status in keys.SHOWN
    tip = f"{status}: {count(row[keys.N_EVENTS])} of {count(row[keys.N_PARENT])} events"
    if not here and pd.notna(row.get(keys.UPPER)):
        tip += f"; at most {percent(row[keys.UPPER])} of cells"
    untold = text(row.get(keys.CANNOT_TELL)).text
    known = here and pd.notna(row[keys.FRACTION])
    shown = percent(row[keys.FRACTION]) if known else f"{status}, share: cannot tell" if here else status
    shown = CANNOT if untold == keys.UNTOLD[0] else shown
    tip += f"; {WHY[untold]}" if untold in WHY else ""
    sort = row[keys.FRACTION] if known else -2.0 if status == NOT_EVALUABLE else -1.0
    return Cell(f"{SYMBOLS.get(status, '')} {shown}", float(sort), STYLES.get(status, ""), tip)


def _share(row: Mapping[Any, Any]) -> list[Cell]:
    """The fraction and its interval; why it is left open where it is."""
    if pd.isna(row[keys.FRACTION]):
        why = WHY.get(text(row.get(keys.CANNOT_TELL)).text, "its parent has no event")
        return [Cell(CANNOT, -1.0, "num", why), Cell("–", -1.0, "num")]
    if row[keys.STATUS] == NOT_EVALUABLE:
        most = Cell(f"<\u00a0{percent(row[keys.CI_HIGH])}", float(row[keys.CI_HIGH]), "num")
        return [Cell(CANNOT, float(row[keys.FRACTION]), "num", "the sample could have missed it"), most]
    interval = f"{percent(row[keys.CI_LOW])} – {percent(row[keys.CI_HIGH])}"
    return [fraction(row[keys.FRACTION]), Cell(interval, float(row[keys.CI_HIGH]), "num")]


def _table(inputs: Inputs) -> Table:
    rows = inputs.populations
    sheet = [column for column in keys.SHEET_COLUMNS if present(rows, column)]
    sure = f"{100 * inputs.parameter('detect', 'confidence'):g}\u00a0%"
    titles = ["Sample", *(column.removesuffix("_id").capitalize() for column in sheet), "Population", "Status"]
    titles += ["Fraction", f"{sure} counting interval", *(["Parent"] if keys.PARENT in rows else [])]
    titles += ["Events", "Parent events", "Background, at most", "Per million cells", "Least detectable", "At most"]
    legend = [("Least detectable", "per million cells, what the sample would have shown"),
              ("At most", "per million cells, what there may be")]  # fmt: skip
    caption = f"Events and fraction of each population{_in_each(rows)}"
    table = Table("populations", caption, titles, tall=True, data=rows, legend=legend)
    for row in rows.to_dict("records"):
        cells = [text(row[keys.SAMPLE]), *(name(row[column]) for column in sheet), name(row[keys.POPULATION])]
        cells += [status_cell(row[keys.STATUS], row.get(keys.CANNOT_TELL)), *_share(row)]
        cells += [name(row[keys.PARENT])] if keys.PARENT in row else []
        cells += [events(row[keys.N_EVENTS]), events(row[keys.N_PARENT])]
        cells += [number(row.get(keys.LOB)), signal(row.get(keys.PER_MILLION))]
        cells += [signal(1e6 * row.get(key, float("nan"))) for key in (keys.LOD95, keys.UPPER)]
        table.rows.append(cells)
    return table
