"""Section 1: what was found."""

from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Cell, Table, events, fraction, name
from cytoclust.report._discovery_section import discoveries
from cytoclust.report._gather import Inputs, present
from cytoclust.report._panel_limits import panel_limits
from cytoclust.report._status import CANNOT, SYMBOLS, WHY
from cytoclust.report._unknown_section import is_unknown
from cytoclust.words import count, percent, plural

__all__ = ["depths", "found", "named_populations"]

QUANTIFIED, DETECTED, TRACE, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
SPREAD = ("Median", "Lowest", "Highest")
UNEVEN = ("set aside unevenly", "cut unlike others")


def found(inputs: Inputs) -> dict[str, Any]:
    """Headline numbers, a sentence, discoveries, populations, and what the panel cannot tell."""
    rules = inputs.run.rules
    return {
        "tiles": _tiles(inputs),
        "sentence": _sentence(inputs),
        "reading": _reading(inputs),
        "counted": len(inputs.populations) > 0,
        "populations": _summary(inputs),
        "legend": _legend(inputs),
        "left_out": [f"{each.sample_id}: {each.why}" for each in inputs.run.left_out],
        "uneven": [note.sentence for note in inputs.run.notes if note.code in UNEVEN],
        "limits": panel_limits(inputs),
        "rules": rules.name if rules else "",
        "discoveries": discoveries(inputs),
    }


def _n_samples(inputs: Inputs) -> int:
    if inputs.run.inputs:
        return len(inputs.run.inputs)
    for table in (inputs.populations, inputs.adata.obs):
        if keys.SAMPLE in table:
            return int(table[keys.SAMPLE].nunique())
    return 1


def _tiles(inputs: Inputs) -> list[tuple[str, str]]:
    n_samples = _n_samples(inputs)
    tiles = [_tile(n_samples, "sample")] if n_samples > 1 else []  # the first page has the events of one alone
    quality = pd.DataFrame(inputs.run.events)
    if n_samples > 1 and len(quality):
        total, intact = int(quality["total"].sum()), int(quality["ok"].sum())
        tiles += [(count(total), "events"), (percent(intact / max(total, 1)), "passed quality control")]
    elif not len(quality):
        tiles.append((count(inputs.adata.n_obs), "events at hand"))
    if len(inputs.clusters):
        tiles.append(_tile(len(inputs.clusters), "cluster"))
    if len(inputs.populations):
        tiles.append((count(is_unknown(inputs.clusters).sum()), "clusters without a name"))
        n, text = _tile(len(named_populations(inputs.populations)), "population")
        tiles.append((n, f"{text} counted"))
    return tiles


def _tile(number: int, word: str) -> tuple[str, str]:
    return count(number), word if number == 1 else f"{word}s"


def named_populations(populations: pd.DataFrame) -> list[str]:
    """Populations of the table in its order; cells without a name are none."""
    names = dict.fromkeys(populations[keys.POPULATION].astype(str)) if len(populations) else {}
    return [each for each in names if each not in (keys.UNKNOWN, keys.UNASSIGNED)]


def _sentence(inputs: Inputs) -> str:
    table = inputs.populations
    if table.empty:
        return "No rules were given: clusters are described by their markers, not named."
    seen = table[table[keys.STATUS].astype(str).isin(keys.SHOWN)]
    names = named_populations(table)
    n_seen = len(set(seen[keys.POPULATION].astype(str)) & set(names))
    n_samples = _n_samples(inputs)
    where = f"in at least one of {n_samples} samples" if n_samples > 1 else "in the sample"
    if not names:
        return "No population was counted: no cluster has a name."
    if n_seen == len(names):
        each = f"Each of the {len(names)} populations" if n_seen > 1 else "The one population"
        return f"{each} that {'were' if n_seen > 1 else 'was'} counted was found {where}."
    absent = ", ".join(name for name in names if name not in set(seen[keys.POPULATION].astype(str)))
    none = "Found in none" if n_samples > 1 else "Not detected, or not evaluable"
    return (
        f"Of {plural(len(names), 'population')} that {'were' if len(names) != 1 else 'was'} counted, {n_seen}"
        f" {'was' if n_seen == 1 else 'were'} found {where}. {none}: {absent}."
    )


def _reading(inputs: Inputs) -> str:
    """How to read the table of populations, as far as it has what needs it."""
    table = inputs.populations
    if table.empty:
        return ""
    text = ""
    if _n_samples(inputs) > 1:
        text = (
            "Found: as quantified, detected or a trace. A sample in which it was not"
            " evaluable may have it all the same. Median, lowest and highest fraction of the parent are of the samples"
            " where it was found. "
        )
    names = named_populations(table)
    if keys.PARENT in table and set(table[keys.PARENT].astype(str)) & set(names):
        text += "A population with others indented below it has all of their cells, and is counted as one itself. "
    if set(table[keys.POPULATION].astype(str)) - set(names):
        text += f"The row “{keys.UNKNOWN}” holds the cells without a name: it is not counted as a population."
    return text.strip()


def depths(populations: pd.DataFrame) -> dict[str, int]:
    """How deep each population stands in the tree: 0 at the top."""
    if keys.PARENT not in populations:
        return dict.fromkeys(populations[keys.POPULATION].astype(str), 0)
    parent = dict(zip(populations[keys.POPULATION].astype(str), populations[keys.PARENT].astype(str), strict=True))
    depth = {}
    for population in parent:
        step, above = 0, parent[population]
        while above in parent and step < len(parent):
            step, above = step + 1, parent[above]
        depth[population] = min(step, 4)
    return depth


def _summary(inputs: Inputs) -> Table | None:
    """Samples that have it, of all and of each group, and the fractions where they do."""
    populations = inputs.populations
    if populations.empty or _n_samples(inputs) == 1:  # the page of one sample has each
        return None
    groups = list(dict.fromkeys(populations[keys.GROUP].dropna())) if present(populations, keys.GROUP) else []
    parents = keys.PARENT in populations
    table = Table(
        "summary",
        "Populations: samples in which each was found",
        [
            "Population",
            *(["Parent"] if parents else []),
            "Found in",
            *map(str, groups),
            "Trace",
            "Not evaluable",
            *SPREAD,
        ],
    )
    depth = depths(populations)
    for population, rows in populations.groupby(populations[keys.POPULATION].astype(str), sort=False):
        status = rows[keys.STATUS].astype(str)
        seen = rows[keys.FRACTION][status.isin(keys.SHOWN)]
        spread = [seen.median(), seen.min(), seen.max()] if len(seen) else [np.nan] * 3
        cells = [Cell(str(population), style=f"depth{depth[str(population)]} {name(population).style}".strip())]
        cells += [name(rows[keys.PARENT].iloc[0])] if parents else []
        parts = [rows, *(rows[rows[keys.GROUP] == group] for group in groups)]
        cells += [_ratio(part) for part in parts]
        cells += [events((status == word).sum()) for word in (TRACE, NOT_EVALUABLE)]
        table.rows.append(cells + [fraction(value) for value in spread])
    return table


def _ratio(rows: pd.DataFrame) -> Cell:
    """``3 of 7``: found, of the samples."""
    if keys.CANNOT_TELL in rows and (rows[keys.CANNOT_TELL] == keys.UNTOLD[0]).any():
        return Cell(CANNOT, -1.0, "num", WHY[keys.UNTOLD[0]])
    n = int(rows[keys.STATUS].astype(str).isin(keys.SHOWN).sum())
    return Cell(
        f"{n} of {len(rows)}", sort=n / len(rows) if len(rows) else -1.0, style="num" + (" strong" if n else "")
    )


def _legend(inputs: Inputs) -> list[tuple[str, str, str]]:
    lod, loq = inputs.parameter("detect", "lod_events"), inputs.parameter("detect", "loq_events")
    target = inputs.parameter("detect", "reference")
    of = (
        "the frequency that the rules give, else 1 in 10,000 cells"
        if target == "auto"
        else f"{percent(target)} of cells"
    )
    meanings = {
        QUANTIFIED: f"at least {loq} events (the limit of quantification): the fraction can be relied on.",
        DETECTED: f"at least {lod} events (the limit of reporting): it is there, and its fraction is rough.",
        TRACE: "fewer, but more than background makes in 99 of 100 samples: something is there, below what is reported"
        " as detected.",
        NOT_DETECTED: "no more than background makes, in a sample deep enough to have shown it. It may still be there,"
        " up to the upper limit that is given.",
        NOT_EVALUABLE: f"no more than background makes, in a sample that could have missed what was asked for ({of}),"
        " or whose parent population could not be evaluated; or these data do not tell a marker that it needs."
        " This is no evidence of absence.",
    }
    return [(SYMBOLS[word], word, meaning) for word, meaning in meanings.items()]
