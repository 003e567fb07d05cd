"""Clusters by markers."""

from collections.abc import Collection
from typing import Any, Final, Literal

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import positive_limits
from cytoclust.pl._order import Rows, arrange, order, scaled
from cytoclust.pl._palette import Palette, hues
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, weights_of
from cytoclust.pl.medians import cluster_table, population_table, split_cluster_table
from cytoclust.pl.style import GREY, LIGHT, NO_NAME, SEQUENTIAL, categories, new_axes, safe_text
from cytoclust.positivity import read_phenotype
from cytoclust.words import count

__all__ = ["heatmap"]

TREE, STRIP, BARS, GAP, HEAD = 0.65, 0.09, 0.75, 0.06, 0.62  # inches
KEY_WIDTH, KEY_FONT = 2.3, 6.5  # inches, points
LABEL_WIDTH, NAME_WIDTH = 44, 12  # letters
By = Literal["cluster", "population"]
DARK: Final = "#14264a"


@figure
def heatmap(
    data: ad.AnnData | pd.DataFrame,
    *,
    by: By = "cluster",
    key: str = keys.CLUSTER,
    population_key: str = keys.POPULATION,
    thresholds: pd.Series | None = None,
    palette: Palette | None = None,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Median of each marker in each cluster, with dendrogram, number of events and population.

    Each marker is scaled from its lowest cluster median (0) to its highest (1); a marker whose medians hardly differ is
    not stretched (its span counts as at least a quarter of the typical marker's). Rows and columns are ordered by
    average linkage on the scaled medians; more than 40 clusters stand in groups of one population. A dot marks what the
    phenotype calls positive, or where there is none a median above the marker's threshold.

    Parameters
    ----------
    data
        An AnnData with ``obs[key]``, or a table of clusters (``tables/clusters.csv``).
    by
        A row for each cluster or each population; the median of a population of a table of clusters is the mean of its
        clusters' medians, weighted by events.
    key, population_key
        Columns of ``obs`` with clusters and their names.
    thresholds
        Lower limit of positivity by marker; of an AnnData, ``uns["thresholds"]`` if there is one.
    palette
        Of populations, as :func:`umap` takes it.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw the matrix in; dendrogram, counts and names stand outside them. By default a figure of their own.

    Raises
    ------
    InputError
        No cluster column, no populations to draw by, or weights that are none.
    """
    if by not in ("cluster", "population"):
        raise InputError(f"by must be 'cluster' or 'population'. Got {by!r} instead.")
    weighted = False
    adata = data if isinstance(data, ad.AnnData) else None
    if isinstance(data, ad.AnnData):
        thresholds = positive_limits(data) if thresholds is None else thresholds
        weighted = weights_of(data, weights) is not None
        rows_of = key if by == "cluster" else population_key
        data = cluster_table(data, key=rows_of, population_key=population_key, weights=weights)
    elif by == "population":
        data = population_table(data)
    told, medians = split_cluster_table(data)
    matrix = scaled(medians.to_numpy())
    rows = arrange(matrix, told[keys.POPULATION].astype(str) if keys.POPULATION in told else None)
    _, columns = order(matrix.T)
    told, medians, matrix = (
        told.iloc[rows.order],
        medians.iloc[rows.order, columns],
        matrix[np.ix_(rows.order, columns)],
    )
    labels = _labels(told, rows, [str(name) for name in medians.columns])
    ax = _own_axes(medians, _names(told), labels, rows) if ax is None else ax
    positive = _positive(told, medians, thresholds)
    _matrix(ax, matrix, medians, positive, rows)
    shade = _hues(told, population_key, palette, adata)
    _around(ax, told, rows, labels, shade)
    _key(ax, dots=bool(positive.any()), weighted=weighted)
    return ax


def _labels(told: pd.DataFrame, rows: Rows, markers: Collection[str]) -> list[str]:
    """What a cluster is; of clusters in groups, the name of the population stands once."""
    population = told.get(keys.POPULATION, pd.Series("", index=told.index)).fillna("").astype(str)
    phenotype = told.get(keys.PHENOTYPE, pd.Series("", index=told.index)).fillna("").astype(str)
    texts = []
    for name, spelled, first in zip(population, phenotype, rows.first, strict=True):
        again = rows.first.any() and not first
        texts.append(_short(spelled, markers) if name in NO_NAME and spelled else "" if again else name)
    return [safe_text(text, LABEL_WIDTH) for text in texts]


def _short(phenotype: str, markers: Collection[str]) -> str:
    """What a cluster has, without what it lacks."""
    has = [f"{marker}{state}" for marker, state in read_phenotype(phenotype, markers).items() if state != "-"]
    text = " ".join(has) or "negative for all"
    return text if len(text) < LABEL_WIDTH - 4 else f"{text[: LABEL_WIDTH - 5].rsplit(' ', 1)[0]} …"


def _row_height(n_rows: int) -> float:
    return 0.21 if n_rows <= 40 else 0.16 if n_rows <= 80 else 0.135


def _font(n_rows: int) -> float:
    return 7.5 if n_rows <= 40 else 6.5 if n_rows <= 80 else 6


def _own_axes(medians: pd.DataFrame, names: list[str], labels: list[str], rows: Rows) -> Axes:
    height = rows.n_rows * _row_height(rows.n_rows)
    width = min(max(medians.shape[1] * 0.27, 2.0), 9.0)
    letters = max(map(len, labels), default=0)
    right = BARS + 3 * GAP + max(0.1 + letters * 0.0088 * _font(rows.n_rows), KEY_WIDTH)
    below = 0.1 + (_name_height(medians) if rows.n_rows > 40 else 0)
    left = TREE + STRIP + 3 * GAP + _name_width(names, _font(rows.n_rows))
    return new_axes(width, max(height, 0.4), margins=(left, right, below, max(_name_height(medians), HEAD)))


def _name_height(medians: pd.DataFrame) -> float:
    return 0.2 + 0.068 * max((min(len(str(name)), 18) for name in medians.columns), default=0)


def _names(told: pd.DataFrame) -> list[str]:
    """Of clusters; none of populations, since these stand at the right."""
    twice = keys.POPULATION in told and (told.index == told[keys.POPULATION].astype(str)).all()
    return ["" if twice else safe_text(name, NAME_WIDTH) for name in told.index]


def _name_width(names: list[str], font: float) -> float:
    return 0.04 + max(map(len, names), default=0) * 0.0092 * font


def _inches(ax: Axes) -> tuple[float, float]:
    box = ax.get_window_extent()
    return box.width / ax.figure.dpi, box.height / ax.figure.dpi


def _positive(told: pd.DataFrame, medians: pd.DataFrame, thresholds: pd.Series | None) -> np.ndarray:
    """Which cells get a dot (c, m): what the phenotype calls positive, else what lies above its threshold."""
    if keys.PHENOTYPE in told and told[keys.PHENOTYPE].notna().any():
        markers = [str(name) for name in medians.columns]
        spelled = [read_phenotype(str(phenotype), markers) for phenotype in told[keys.PHENOTYPE].fillna("")]
        return np.array([[states.get(name, "-") != "-" for name in markers] for states in spelled])
    if thresholds is None:
        return np.zeros(medians.shape, dtype=bool)
    return np.asarray(medians.to_numpy() >= thresholds.reindex(medians.columns).to_numpy(float))  # never of a nan limit


def _matrix(ax: Axes, matrix: np.ndarray, medians: pd.DataFrame, positive: np.ndarray, rows: Rows) -> None:
    n_columns = matrix.shape[1]
    image = np.full((rows.n_rows, n_columns), np.nan)
    image[rows.place] = matrix
    ax.imshow(image, cmap=SEQUENTIAL, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    for edge in np.arange(0.5, n_columns - 1):
        ax.axvline(edge, color="white", linewidth=0.8)
    for edge in np.arange(0.5, rows.n_rows - 1):
        ax.axhline(edge, color="white", linewidth=0.5 if rows.n_rows <= 80 else 0.25)
    names = [safe_text(name, 18) for name in medians.columns]
    ax.set_xticks(range(n_columns), names, rotation=90, fontsize=7.5 if n_columns <= 36 else 6)
    ax.tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=rows.n_rows > 40, pad=2)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    y, x = np.nonzero(positive)
    shade = np.where(matrix[y, x] > 0.45, "white", DARK)
    ax.scatter(x, rows.place[y], s=5 if rows.n_rows <= 40 else 2.5, c=list(shade), linewidths=0)


def _hues(told: pd.DataFrame, key: str, palette: Palette | None, adata: ad.AnnData | None) -> dict[str, str]:
    names = categories(told[keys.POPULATION].astype(str)) if keys.POPULATION in told else []
    return hues(names, key=key, palette=palette, adata=adata)


def _around(ax: Axes, told: pd.DataFrame, rows: Rows, labels: list[str], shade: dict[str, str]) -> None:
    """Left of the matrix trees, names of clusters and colours of populations; right of it events and populations."""
    width, _ = _inches(ax)
    font = _font(rows.n_rows)
    names = _names(told)
    room = _name_width(names, font)
    _strip(ax.inset_axes((-(STRIP + GAP / 2) / width, 0, STRIP / width, 1)), told, rows, shade)
    place = -(STRIP + GAP) / width
    for row, name, label in zip(rows.place, names, labels, strict=True):
        at: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": font}
        ax.text(place, row, name, ha="right", gid="cluster", **at)
        ax.text(1 + (2 * GAP + BARS) / width, row, label, gid="population", **at)
    if rows.trees:
        _trees(ax.inset_axes((place - (TREE + room) / width, 0, TREE / width, 1)), rows)
    _counts(ax.inset_axes((1 + GAP / width, 0, BARS / width, 1)), told, rows, font)


def _trees(ax: Axes, rows: Rows) -> None:
    from scipy.cluster.hierarchy import dendrogram

    lines = []
    for tree, first in rows.trees:
        drawn = dendrogram(tree, no_plot=True, orientation="left")
        lines += [
            np.column_stack([depth, first + (np.array(place) - 5) / 10])  # leaves stand at 5, 15, 25, …
            for place, depth in zip(drawn["icoord"], drawn["dcoord"], strict=True)
        ]
    ax.add_collection(LineCollection(lines, colors=GREY, linewidths=0.7))
    ax.set_xlim(max(tree[:, 2].max() for tree, _ in rows.trees) * 1.02, 0)
    ax.set_ylim(rows.n_rows - 0.5, -0.5)
    ax.axis("off")


def _strip(ax: Axes, told: pd.DataFrame, rows: Rows, shade: dict[str, str]) -> None:
    ax.axis("off")
    ax.set_ylim(rows.n_rows - 0.5, -0.5)
    if keys.POPULATION in told:
        names = told[keys.POPULATION].astype(str)
        ax.barh(rows.place, 1, height=1, color=[shade.get(name, LIGHT) for name in names], linewidth=0)
    ax.set_xlim(0, 1)


def _counts(ax: Axes, told: pd.DataFrame, rows: Rows, font: float) -> None:
    ax.axis("off")
    ax.set_ylim(rows.n_rows - 0.5, -0.5)
    if keys.N_EVENTS not in told:
        return
    events = told[keys.N_EVENTS].to_numpy(float)
    ax.barh(rows.place, np.log10(np.maximum(events, 1)), height=0.78, color="#e3e8ec", linewidth=0)
    ax.set_xlim(0, max(np.log10(max(events.max(), 10)), 1))
    for row, n_events in zip(rows.place, events, strict=True):
        ax.text(0.97, row, count(n_events), transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=font)
    ax.text(0.97, 1, "events", transform=ax.transAxes, ha="right", va="bottom", fontsize=7.5)


def _key(ax: Axes, *, dots: bool, weighted: bool) -> None:
    """Above the names of populations, so that it is seen with the first rows of a long heatmap."""
    width, height = _inches(ax)
    left = 1 + (2 * GAP + BARS) / width
    bar = ax.inset_axes((left + 0.36 / width, 1 + 0.43 / height, 0.6 / width, 0.09 / height))
    bar.imshow(np.linspace(0, 1, 64)[None], cmap=SEQUENTIAL, aspect="auto")
    bar.axis("off")
    text: dict[str, Any] = {"transform": ax.transAxes, "fontsize": KEY_FONT}
    ax.text(left, 1 + 0.475 / height, "lowest", va="center", **text)
    ax.text(left + 1.02 / width, 1 + 0.475 / height, "highest", va="center", **text)
    note = ["cluster median, each marker on its own scale", *(["• positive"] if dots else []), *([WEIGHTED] * weighted)]
    ax.text(left, 1 + 0.36 / height, "\n".join(note), va="top", **text)
