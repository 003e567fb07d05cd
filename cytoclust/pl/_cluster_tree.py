"""The tree of clusters."""

from typing import Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import NullLocator

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import stored_table
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, LIGHT, NO_NAME, categories, colours, new_axes, safe_text
from cytoclust.words import count

__all__ = ["cluster_tree"]

NEEDED: Final = (keys.CLUSTER, keys.JOINS, keys.DEPTH)
DEEPEST: Final = 1e-3  # a valley with less than a thousandth of the density is drawn as one of a thousandth
TALL: Final = 60  # clusters, from which on the axis stands above and below
ONE_BRANCH: Final = 0.5  # valleys shallower than this part no ``cluster_parent``


@figure
def cluster_tree(
    tree: ad.AnnData | pd.DataFrame,
    clusters: pd.DataFrame | None = None,
    *,
    names: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Clusters as the leaves of a tree whose forks are the valleys of density between them.

    From left to right the valleys get shallower: two branches part where the density in the valley between them,
    as a share of the density at the lower of the two peaks, is that of the axis. The dashed line is the level of
    ``cluster_parent``: branches that part to the right of it are one there. A line of one colour leads to each leaf, by
    population. With :func:`cytoclust.tl.coarsen` any other level can be had.

    Parameters
    ----------
    tree
        ``tables/cluster_tree.csv``: ``cluster, joins, depth``, and ``doublet_of`` if there is one. Of an AnnData, this
        table and that of clusters in ``uns["tables"]``.
    clusters
        ``tables/clusters.csv``, for populations and numbers of events.
    names
        Write population and number of events beside the number of each cluster.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        A column or table that is not there, or joins that make no tree.
    """
    if isinstance(tree, ad.AnnData):
        adata, tree = tree, stored_table(tree, "cluster_tree")
        clusters = stored_table(adata, "clusters") if clusters is None else clusters
    missing = [column for column in NEEDED if column not in tree]
    if missing:
        raise InputError(f"The tree lacks the column {missing[0]!r}. It has {list(tree)}.")
    leaves = tree[keys.CLUSTER].astype(str).tolist()
    forks, order = _forks(tree, leaves)
    described = _described(leaves, tree, clusters)
    row = {name: y for y, name in enumerate(order)}
    if ax is None:
        ax = _own_axes(described if names else described.assign(label=""))
    _branches(ax, forks, row, described)
    size = 7.5 if len(leaves) <= 40 else 6.5 if len(leaves) <= 80 else 6.0
    for name in order:
        label = described["label"][name] if names else safe_text(name, 12)
        ax.text(1.12, row[name], str(label), va="center", fontsize=size, clip_on=False)
    _frame(ax, len(leaves))
    return ax


def _forks(tree: pd.DataFrame, leaves: list[str]) -> tuple[list[tuple[str, str, float]], list[str]]:
    """Joins (the branch's largest cluster, the one that joins it, where), the shallowest first; the leaves in order.

    The branch of the larger cluster stands above that which joins it.
    """
    joined = tree[tree[keys.JOINS].notna()]
    into = [str(int(value)) if isinstance(value, float) else str(value) for value in joined[keys.JOINS]]
    joins = list(zip(into, joined[keys.CLUSTER].astype(str), joined[keys.DEPTH].astype(float), strict=True))
    above = {second: first for first, second, _ in joins}
    joins.sort(key=lambda join: (-join[2], -_steps_up(join[1], above)))  # of equally deep ones, from the leaves on
    forks, members = [], {name: [name] for name in leaves}
    for first, second, depth in joins:
        if first not in members or second not in members or first == second:
            raise InputError(f"The joins make no tree: {second} joins {first}, which is no branch by then.")
        members[first] += members.pop(second)
        forks.append((first, second, float(np.clip(depth, DEEPEST, 1.0))))
    return forks, [name for branch in members.values() for name in branch]


def _steps_up(name: str, above: dict[str, str]) -> int:
    """How many branches a cluster's branch becomes part of, one after the other; no end in a circle."""
    steps = 0
    while name in above and steps < len(above):
        name, steps = above[name], steps + 1
    return steps


def _described(leaves: list[str], tree: pd.DataFrame, clusters: pd.DataFrame | None) -> pd.DataFrame:
    """Label and colour of each cluster."""
    described = pd.DataFrame({"label": [safe_text(name, 12) for name in leaves], "colour": GREY}, index=leaves)
    if clusters is not None:
        known = clusters.set_index(clusters[keys.CLUSTER].astype(str)).reindex(leaves)
        population = known.get(keys.POPULATION, pd.Series("", index=leaves)).fillna("").astype(str)
        shade = colours(categories(population))
        described["colour"] = [
            shade.get(name, GREY) if name not in NO_NAME else NO_NAME[keys.UNKNOWN] for name in population
        ]
        described["label"] += ["  " + safe_text(name, 32) if name else "" for name in population]
        if keys.N_EVENTS in known:
            described["label"] += [f"  {count(n)}" for n in known[keys.N_EVENTS]]
    if keys.DOUBLET_OF in tree:
        partners = tree[keys.DOUBLET_OF].fillna("").astype(str)
        described["label"] += [f"  (doublets of {safe_text(pair, 16)}?)" if pair else "" for pair in partners]
    return described


def _own_axes(described: pd.DataFrame) -> Axes:
    n = len(described)
    size = 7.5 if n <= 40 else 6.5 if n <= 80 else 6.0
    right = 0.35 + 0.0096 * size * described["label"].str.len().max()
    height = n * (0.19 if n <= 40 else 0.155 if n <= 80 else 0.13)
    return new_axes(4.2, max(height, 0.4), margins=(0.35, right, 0.55, 0.45))


def _branches(ax: Axes, forks: list[tuple[str, str, float]], row: dict[str, int], described: pd.DataFrame) -> None:
    """Each branch runs from its fork to the right; a leaf's line has its colour."""
    middle = {name: float(y) for name, y in row.items()}
    end = dict.fromkeys(row, 1.0)
    leaf = dict.fromkeys(row, True)
    lines, shades = [], []
    for first, second, depth in forks:
        for name in (first, second):
            lines.append([(depth, middle[name]), (end[name], middle[name])])
            shades.append(described.loc[name, "colour"] if leaf[name] else INK)
        lines.append([(depth, middle[first]), (depth, middle[second])])
        shades.append(INK)
        middle[first], end[first], leaf[first] = (middle[first] + middle[second]) / 2, depth, False
    roots = set(row) - {second for _, second, _ in forks}
    for name in roots:
        lines.append([(DEEPEST, middle[name]), (end[name], middle[name])])
        shades.append(described.loc[name, "colour"] if leaf[name] else INK)
    ax.add_collection(LineCollection(lines, colors=shades, linewidths=1.1, capstyle="projecting"))
    ax.scatter(
        [1.0] * len(row), list(row.values()), s=14, c=list(described.loc[list(row), "colour"]), linewidths=0, zorder=3
    )


def _frame(ax: Axes, n: int) -> None:
    ax.set_xscale("log")
    ax.set_xlim(DEEPEST * 0.93, 1.04)
    ax.set_ylim(n - 0.5, -0.5)
    ax.axvline(ONE_BRANCH, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    ax.annotate(
        "one cluster parent from here", (ONE_BRANCH, 1), (0, 16 if n > TALL else 3), xycoords=ax.get_xaxis_transform(),
        textcoords="offset points", ha="center", va="bottom", fontsize=7, color=GREY,
    )  # fmt: skip
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    texts = ["≤\u00a00.1\u00a0%", "1\u00a0%", "10\u00a0%", "50\u00a0%", "100\u00a0%"]
    ax.set_xticks([DEEPEST, 0.01, 0.1, ONE_BRANCH, 1], texts)
    ax.tick_params(top=n > TALL, labeltop=n > TALL)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(axis="x", color=LIGHT, linewidth=0.4)
    ax.set_xlabel("density in the valley, of the lower peak (log)")
