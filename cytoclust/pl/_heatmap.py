"""Clusters by markers."""

import re
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from cytoclust import keys
from cytoclust.pl._medians import cluster_table, split_cluster_table
from cytoclust.pl._numbers import count
from cytoclust.pl._style import GREY, LIGHT, NO_NAME, SEQUENTIAL, categories, colours, new_axes, safe_text, styled

__all__ = ["heatmap"]

TREE, STRIP, BARS, GAP = 0.65, 0.09, 0.75, 0.06  # inches
LABEL_WIDTH = 44


@styled
def heatmap(
    data: ad.AnnData | pd.DataFrame,
    *,
    key: str = keys.CLUSTER,
    population_key: str = keys.POPULATION,
    thresholds: pd.Series | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Median of each marker in each cluster, with dendrogram, number of events and population.

    Each marker is scaled from its lowest cluster median (0) to its highest (1); a marker whose medians hardly differ is
    not stretched (its span counts as at least a quarter of the typical marker's). Rows and columns are ordered by
    average linkage on the scaled medians. A dot marks a median above the marker's positivity threshold.

    Parameters
    ----------
    data
        An AnnData with ``obs[key]``, or a table of clusters (``tables/clusters.csv``).
    key, population_key
        Columns of ``obs`` with clusters and their names.
    thresholds
        Lower limit of positivity by marker; of an AnnData, ``uns["thresholds"]`` if there is one.
    ax
        Axes to draw the matrix in; dendrogram, counts and names stand outside them. By default a figure of their own.

    Raises
    ------
    InputError
        No cluster column.
    """
    if isinstance(data, ad.AnnData):
        thresholds = _thresholds(data) if thresholds is None else thresholds
        data = cluster_table(data, key=key, population_key=population_key)
    told, medians = split_cluster_table(data)
    scaled = _scale(medians.to_numpy())
    tree, rows = _order(scaled)
    _, columns = _order(scaled.T)
    told, medians, scaled = told.iloc[rows], medians.iloc[rows, columns], scaled[np.ix_(rows, columns)]
    labels = _labels(told)
    ax = _own_axes(medians, labels) if ax is None else ax
    positive = _positive(told, medians, thresholds)
    _matrix(ax, scaled, medians, positive)
    width, height = _inches(ax)
    if tree is not None:
        _dendrogram(ax.inset_axes((-(TREE + STRIP + GAP) / width, 0, TREE / width, 1)), tree, len(rows))
    _strip(ax.inset_axes((-(STRIP + GAP / 2) / width, 0, STRIP / width, 1)), told)
    _counts(ax.inset_axes((1 + GAP / width, 0, BARS / width, 1)), told, _font(len(rows)))
    for row, label in enumerate(labels):
        x = 1 + (2 * GAP + BARS) / width
        ax.text(x, row, label, transform=ax.get_yaxis_transform(), va="center", fontsize=_font(len(rows)))
    _key(ax, width, height, below=_name_height(medians) if len(rows) > 40 else 0.1, dots=bool(positive.any()))
    return ax


def _thresholds(adata: ad.AnnData) -> pd.Series | None:
    table = adata.uns.get(keys.THRESHOLDS)
    return table.set_index("marker")["positive"] if isinstance(table, pd.DataFrame) else None


def _scale(medians: np.ndarray) -> np.ndarray:
    low = np.nanmin(medians, axis=0) if len(medians) else np.zeros(medians.shape[1])
    span = np.nanmax(medians, axis=0) - low if len(medians) else low
    typical = np.median(span) if span.size else 0.0
    floor = max(0.25 * typical, np.finfo(float).tiny)
    return np.nan_to_num((medians - low) / np.maximum(span, floor))


def _order(scaled: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """Linkage and order of the leaves; none where there are fewer than three rows."""
    if len(scaled) < 3 or scaled.shape[1] == 0:
        return None, np.arange(len(scaled))
    from scipy.cluster.hierarchy import leaves_list, linkage

    tree = linkage(scaled, method="average", optimal_ordering=len(scaled) <= 400)
    return tree, leaves_list(tree)


def _labels(told: pd.DataFrame) -> list[str]:
    population = told.get(keys.POPULATION, pd.Series("", index=told.index)).fillna("").astype(str)
    phenotype = told.get("phenotype", pd.Series("", index=told.index)).fillna("").astype(str)
    texts = [_short(d) if p in NO_NAME and d else p for p, d in zip(population, phenotype, strict=True)]
    named = zip(told.index, texts, strict=True)
    return [f"{safe_text(name, 12)}  {safe_text(text, LABEL_WIDTH)}" for name, text in named]


def _short(phenotype: str) -> str:
    """What a cluster has, without what it lacks."""
    has = [f"{marker}{state}" for marker, state in _states(phenotype).items() if state != "-"]
    text = " ".join(has) or "negative for all"
    return text if len(text) < LABEL_WIDTH - 4 else f"{text[: LABEL_WIDTH - 5].rsplit(' ', 1)[0]} …"


def _states(phenotype: str) -> dict[str, str]:
    """Marker to state of a spelled phenotype, such as ``CD45- CD34dim/+``; a marker's name may hold spaces."""
    return dict(re.findall(r"(\S.*?)((?:[-+]|dim|bright)(?:/(?:[-+]|dim|bright))*)(?:\s+|$)", phenotype))


def _font(n_rows: int) -> float:
    return 7.5 if n_rows <= 40 else 6.5 if n_rows <= 80 else 6


def _own_axes(medians: pd.DataFrame, labels: list[str]) -> Axes:
    n_rows, n_columns = medians.shape
    names = _name_height(medians)
    height = n_rows * (0.21 if n_rows <= 40 else 0.16 if n_rows <= 80 else 0.135)
    width = min(max(n_columns * 0.27, 2.0), 9.0)
    letters = max(map(len, labels), default=0)
    right = BARS + 3 * GAP + 0.1 + letters * 0.0088 * _font(n_rows)
    below = 0.75 + (names if n_rows > 40 else 0.1)
    return new_axes(width, max(height, 0.4), margins=(TREE + STRIP + GAP + 0.08, right, below, names))


def _name_height(medians: pd.DataFrame) -> float:
    return 0.2 + 0.068 * max((min(len(str(name)), 18) for name in medians.columns), default=0)


def _inches(ax: Axes) -> tuple[float, float]:
    box = ax.get_window_extent()
    return box.width / ax.figure.dpi, box.height / ax.figure.dpi


def _positive(told: pd.DataFrame, medians: pd.DataFrame, thresholds: pd.Series | None) -> np.ndarray:
    """Which cells get a dot (c, m): what the phenotype calls positive, else what lies above its threshold."""
    if "phenotype" in told and told["phenotype"].notna().any():
        spelled = [_states(str(phenotype)) for phenotype in told["phenotype"].fillna("")]
        return np.array([[states.get(str(name), "-") != "-" for name in medians.columns] for states in spelled])
    if thresholds is None:
        return np.zeros(medians.shape, dtype=bool)
    return np.asarray(medians.to_numpy() >= thresholds.reindex(medians.columns).to_numpy(float))  # never of a nan limit


def _matrix(ax: Axes, scaled: np.ndarray, medians: pd.DataFrame, positive: np.ndarray) -> None:
    n_rows, n_columns = scaled.shape
    ax.imshow(scaled, cmap=SEQUENTIAL, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    for edge in np.arange(0.5, n_columns - 1):
        ax.axvline(edge, color="white", linewidth=0.8)
    if n_rows <= 80:
        for edge in np.arange(0.5, n_rows - 1):
            ax.axhline(edge, color="white", linewidth=0.5)
    names = [safe_text(name, 18) for name in medians.columns]
    ax.set_xticks(range(n_columns), names, rotation=90, fontsize=7.5 if n_columns <= 36 else 6)
    ax.tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=n_rows > 40, pad=2)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    y, x = np.nonzero(positive)
    shade = np.where(scaled[y, x] > 0.45, "white", "#14264a")
    ax.scatter(x, y, s=5 if n_rows <= 40 else 2.5, c=list(shade), linewidths=0)


def _dendrogram(ax: Axes, tree: np.ndarray, n_rows: int) -> None:
    from scipy.cluster.hierarchy import dendrogram

    drawn = dendrogram(tree, no_plot=True, orientation="left")
    lines = [
        np.column_stack([depth, (np.array(place) - 5) / 10])  # leaves stand at 5, 15, 25, …
        for place, depth in zip(drawn["icoord"], drawn["dcoord"], strict=True)
    ]
    ax.add_collection(LineCollection(lines, colors=GREY, linewidths=0.7))
    ax.set_xlim(tree[:, 2].max() * 1.02, 0)
    ax.set_ylim(n_rows - 0.5, -0.5)
    ax.axis("off")


def _strip(ax: Axes, told: pd.DataFrame) -> None:
    ax.axis("off")
    ax.set_ylim(len(told) - 0.5, -0.5)
    if keys.POPULATION in told:
        names = told[keys.POPULATION].astype(str)
        shade = colours(categories(names))
        ax.barh(range(len(told)), 1, height=1, color=[shade.get(name, LIGHT) for name in names], linewidth=0)
    ax.set_xlim(0, 1)


def _counts(ax: Axes, told: pd.DataFrame, font: float) -> None:
    ax.axis("off")
    ax.set_ylim(len(told) - 0.5, -0.5)
    if "n_events" not in told:
        return
    events = told["n_events"].to_numpy(float)
    ax.barh(range(len(told)), np.log10(np.maximum(events, 1)), height=0.78, color="#e3e8ec", linewidth=0)
    ax.set_xlim(0, max(np.log10(max(events.max(), 10)), 1))
    for row, n_events in enumerate(events):
        ax.text(0.97, row, count(n_events), transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=font)
    ax.text(0.97, 1, "events", transform=ax.transAxes, ha="right", va="bottom", fontsize=7.5)


def _key(ax: Axes, width: float, height: float, *, below: float, dots: bool) -> None:
    low = below + 0.15
    bar = ax.inset_axes((0, -low / height, min(1.2 / width, 1), 0.09 / height))
    bar.imshow(np.linspace(0, 1, 64)[None], cmap=SEQUENTIAL, aspect="auto")
    bar.set_xticks([0, 63], ["lowest", "highest"], fontsize=7)
    bar.set_yticks([])
    bar.tick_params(length=0, pad=2)
    bar.spines[:].set_visible(False)
    text: dict[str, Any] = {"transform": ax.transAxes, "va": "top", "fontsize": 7}
    note = "cluster median, each marker on its own scale"
    note += "\n• positive" if dots else ""
    ax.text(min(1.2 / width, 1) + 0.22 / width, (-low + 0.1) / height, note, **text)
