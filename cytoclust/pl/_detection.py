"""In which samples each population was seen, was not, or could not have been."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from natsort import natsort_keygen

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import table_of
from cytoclust.pl._show import figure
from cytoclust.pl.style import FILLED, GREY, INK, SEQUENTIAL, STATUS_MARKERS, safe_text
from cytoclust.words import percent

__all__ = ["detection", "sample_blocks"]

QUANTIFIED, DETECTED, TRACE, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
NEEDED: Final = (keys.SAMPLE, keys.POPULATION, keys.FRACTION, keys.STATUS)
BLOCK, WRITTEN = 64, 14  # samples side by side, at most; and for fractions to be written out
ROW, HEAD, LETTER = 0.22, 0.36, 0.068  # inches: of a population, of the legend, of a letter
ABSENT: Final = "#a34700"
UNSEEN_CELL: Final = "#f1f2f4"


@figure
def detection(
    populations: pd.DataFrame | ad.AnnData, *, names: list[str] | None = None, ax: Axes | None = None
) -> Axes | list[Axes]:
    """Each population (row) in each sample (column): quantified, detected, trace, not detected, or not evaluable.

    On blue, the darker the larger the fraction of the parent (logarithmic): filled circle, quantified; open circle,
    detected; open diamond, a trace. Open triangle: not detected. Grey cross on grey: not evaluable, which is no
    evidence of absence. Empty: the table has no such row. Up to 14 samples, the fractions are written out. Samples
    stand by group, time point and patient, groups and time points in the table's order, with brackets above.

    Parameters
    ----------
    populations
        ``tables/populations.csv``: one row a sample and population; or an AnnData that was counted.
    names
        Populations to draw; by default each one in the table's order.
    ax
        Axes for the matrix. By default a figure with as many blocks of up to 64 samples as are needed.

    Raises
    ------
    InputError
        A column or population that is not there.
    """
    populations = table_of(populations, "populations")
    missing = [column for column in NEEDED if column not in populations]
    if missing:
        raise InputError(f"The table of populations lacks the column {missing[0]!r}. It has {list(populations)}.")
    known = list(dict.fromkeys(populations[keys.POPULATION].astype(str)))
    names = known if names is None else names
    absent = [name for name in names if name not in known]
    if absent:
        raise InputError(f"There is no population {absent[0]!r}. There are {known}.")
    table = populations[populations[keys.POPULATION].astype(str).isin(names)]
    norm = _norm(table)
    labels = [safe_text(name, 30) for name in names]
    if ax is not None:
        _block(ax, table, names, labels, _samples(populations), norm)
        return ax
    parts = sample_blocks(populations)
    drawn = _own_axes(parts, labels)
    for panel, part in zip(drawn, parts, strict=True):
        _block(panel, table, names, labels, part, norm)
    _legend(drawn[0], norm, shown=set(table[keys.STATUS].astype(str)))
    return drawn[0] if len(drawn) == 1 else drawn


def _samples(populations: pd.DataFrame) -> pd.DataFrame:
    """One row a sample in the order they are drawn: ``group, timepoint, patient_id``, empty where not known."""
    samples = populations.drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)
    columns = [keys.GROUP, keys.TIMEPOINT, keys.PATIENT]
    described = pd.DataFrame(index=samples.index.astype(str))
    for column in columns:
        values = samples[column].astype(object) if column in samples else pd.Series(index=samples.index, dtype=object)
        described[column] = values.where(values.notna(), "").astype(str).to_numpy()
    ranks = list(zip(*(pd.factorize(described[column])[0] for column in columns[:2]), strict=True))
    natural = natsort_keygen()
    order = sorted(
        range(len(described)),
        key=lambda i: (*ranks[i], natural(described[keys.PATIENT].iloc[i]), natural(described.index[i])),
    )
    return described.iloc[order]


def _norm(table: pd.DataFrame) -> LogNorm:
    shown = table[keys.STATUS].astype(str).isin(keys.SHOWN) & (table[keys.FRACTION] > 0)
    seen = table[keys.FRACTION][shown].astype(float)
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (1e-3, 1.0)
    return LogNorm(low, max(high, 10 * low), clip=True)


def sample_blocks(populations: pd.DataFrame) -> list[pd.DataFrame]:
    """Samples, one row each, of the blocks that :func:`detection` draws: whole groups as far as they fit."""
    samples = _samples(populations)
    places: list[list[int]] = [[]]
    for first, last, _ in _runs(samples, [keys.GROUP]):
        n_parts = math.ceil((last + 1 - first) / BLOCK)
        for part in np.array_split(np.arange(first, last + 1), n_parts):
            if len(places[-1]) + len(part) > BLOCK:
                places.append([])
            places[-1] += part.tolist()
    return [samples.iloc[part] for part in places]


def _own_axes(parts: list[pd.DataFrame], labels: list[str]) -> list[Axes]:
    most = max(map(len, parts))
    column = 0.85 if most <= 4 else 0.62 if most <= WRITTEN else 0.3 if most <= 24 else 0.21 if most <= 40 else 0.14
    left = 0.25 + 0.066 * max(map(len, labels), default=0)
    body = ROW * max(len(labels), 1)
    width, top, boxes = max(left + most * column + 0.15, 6.4), HEAD, []
    for part in parts:
        top += 0.08 + sum(level.height for level in _levels(part, column))
        boxes.append((left, top + body, len(part) * column, body))
        top += body + 0.25 + 0.058 * max(len(safe_text(name, 20)) for name in part.index)
    whole = Figure(figsize=(width, top))
    return [whole.add_axes((x / width, 1 - y / top, w / width, h / top)) for x, y, w, h in boxes]


def _block(
    ax: Axes, table: pd.DataFrame, names: list[str], labels: list[str], samples: pd.DataFrame, norm: LogNorm
) -> None:
    place = {name: x for x, name in enumerate(samples.index)}
    row = {name: y for y, name in enumerate(names)}
    table = table[table[keys.SAMPLE].astype(str).isin(place)]
    x = table[keys.SAMPLE].astype(str).map(place).to_numpy(int)
    y = table[keys.POPULATION].astype(str).map(row).to_numpy(int)
    fraction, status = table[keys.FRACTION].to_numpy(float), table[keys.STATUS].astype(str).to_numpy()
    here, absent, unsure = np.isin(status, keys.SHOWN), status == NOT_DETECTED, status == NOT_EVALUABLE
    cells = np.ones((len(names), len(samples), 4))
    known = here & np.isfinite(fraction)
    shade = norm(np.where(known, fraction, np.nan if norm.vmin is None else norm.vmin))
    cells[y[here], x[here]] = SEQUENTIAL(0.15 + 0.85 * shade[here])
    cells[y[unsure], x[unsure]] = to_rgba(UNSEEN_CELL)
    ax.imshow(cells, aspect="auto", interpolation="nearest")
    written, size = len(samples) <= WRITTEN, 16 if len(samples) <= 40 else 9
    x = x - (0.36 if written else 0)
    ink = np.where(shade > 0.5, "white", INK)
    for state in keys.SHOWN:
        at, shades = status == state, list(ink[status == state])
        ax.scatter(
            x[at], y[at], s=size, marker=STATUS_MARKERS[state], edgecolors=shades, linewidths=0.9,
            facecolors=shades if state == FILLED else "none",
        )  # fmt: skip
    ax.scatter(
        x[absent], y[absent], s=size, marker=STATUS_MARKERS[NOT_DETECTED], facecolors="none", edgecolors=ABSENT,
        linewidths=0.9,
    )  # fmt: skip
    ax.scatter(x[unsure], y[unsure], s=size, marker=STATUS_MARKERS[NOT_EVALUABLE], c=GREY, linewidths=0.9)
    if written:
        for left, top, value, colour in zip(x[here], y[here], fraction[here], ink[here], strict=True):
            ax.text(left + 0.8, top, percent(value), ha="right", va="center", fontsize=6.5, color=colour)
    _frame(ax, labels, samples)


def _frame(ax: Axes, labels: list[str], samples: pd.DataFrame) -> None:
    ax.set_yticks(range(len(labels)), labels)
    size = 7.5 if len(samples) <= 24 else 6.2
    texts = [safe_text(name, 20) for name in samples.index]
    box = ax.get_window_extent()
    width, height = box.width / ax.figure.dpi, box.height / ax.figure.dpi
    upright = max(map(len, texts)) * LETTER > width / len(samples)
    ax.set_xticks(range(len(samples)), texts, rotation=90 if upright else 0, fontsize=size)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for edge in np.arange(0.5, len(labels) - 1):
        ax.axhline(edge, color="white", linewidth=0.8)
    for edge in np.arange(0.5, len(samples) - 1):
        ax.axvline(edge, color="white", linewidth=0.8)
    above = 0.04
    for level in _levels(samples, width / len(samples)):
        for first, last, name, upright in level.runs:
            span = (first - 0.4, last + 0.4)
            _bracket(ax, span, 1 + above / height, name, upright=upright, weight=level.weight)
        above += level.height
    for first, _, _ in list(_runs(samples, [keys.GROUP]))[1:]:
        ax.axvline(first - 0.5, color=INK, linewidth=1.1)


def _runs(samples: pd.DataFrame, columns: list[str]) -> Iterator[tuple[int, int, str]]:
    """First and last place of samples that share all of these columns, and their name in the last of them."""
    keyed = list(samples[columns].itertuples(index=False, name=None))
    first = 0
    for i in range(1, len(keyed) + 1):
        if i == len(keyed) or keyed[i] != keyed[first]:
            yield first, i - 1, keyed[first][-1]
            first = i


@dataclass(frozen=True)
class _Level:
    """Brackets of one column of the sheet: first and last sample, name, and whether this is too long to lie."""

    runs: list[tuple[int, int, str, bool]]
    weight: str

    @property
    def height(self) -> float:
        """In inches."""
        return max([0.22, *(0.1 + LETTER * len(name) for *_, name, upright in self.runs if upright)])


def _levels(samples: pd.DataFrame, column_width: float) -> list[_Level]:
    """From the matrix up: time points, groups."""
    levels = []
    for column, weight in ((keys.TIMEPOINT, "normal"), (keys.GROUP, "bold")):
        if (samples[column] != "").any():
            named = [(a, b, safe_text(name or "none given", 22)) for a, b, name in _runs(samples, [keys.GROUP, column])]
            wide = [len(name) * LETTER > (b - a + 1) * column_width for a, b, name in named]
            levels.append(_Level([(*run, upright) for run, upright in zip(named, wide, strict=True)], weight))
    return levels


def _bracket(ax: Axes, span: tuple[float, float], height: float, name: str, *, upright: bool, weight: str) -> None:
    transform = ax.get_xaxis_transform()
    ax.plot(
        span, (height, height), color=GREY, linewidth=1.2, transform=transform, clip_on=False, solid_capstyle="butt"
    )
    ax.annotate(
        name, (sum(span) / 2, height), (0, 2.5), xycoords=transform, textcoords="offset points", ha="center",
        va="bottom", rotation=90 if upright else 0, fontsize=7.5, fontweight=weight, annotation_clip=False,
    )  # fmt: skip


def _legend(ax: Axes, norm: LogNorm, *, shown: set[str]) -> None:
    """What the shapes and shades mean, at the top of the figure."""
    whole = ax.figure
    span = f"{percent(norm.vmin or 0)} to {percent(norm.vmax or 1)}"
    told = [state for state in keys.STATUSES if state in shown]
    more = next((state for state in told if state in keys.SHOWN), "")
    words = {state: f"{state} (darker: more, {span} of the parent)" if state == more else state for state in told}
    looks = dict.fromkeys(keys.SHOWN, to_hex(SEQUENTIAL(0.75))) | {NOT_DETECTED: ABSENT, NOT_EVALUABLE: GREY}
    handles = [
        Line2D([], [], linestyle="", marker=STATUS_MARKERS[state], markersize=5, color=looks[state], label=words[state],
               markerfacecolor=looks[state] if state in (FILLED, NOT_EVALUABLE) else "none")
        for state in told
    ]  # fmt: skip
    whole.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        handletextpad=0.2,
        columnspacing=1.2,
    )
