"""The three figures of the page."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from cytoclust import keys

__all__ = ["draw_p_values", "draw_status", "draw_thresholds"]

DPI = 90
COLOURS = dict(zip(keys.STATUSES, ("#006d2c", "#31a354", "#c7e9c0", "#d1495b", "#bbbbbb"), strict=True))


def draw_p_values(p: pd.DataFrame, path: Path) -> None:
    """Share of contrasts with a p value up to each level, by denominator; the diagonal is what chance gives."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], color="black", lw=0.8)
    for denominator, part in p.groupby("denominator"):
        values = np.sort(part["p"].to_numpy())
        axes.step(
            values, np.arange(1, len(values) + 1) / len(values), where="post", label=f"{denominator} ({len(part)})"
        )
    axes.set(xlabel="p", ylabel="share of contrasts with p up to this", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, loc="lower right", fontsize="small")
    _save(figure, path)


def draw_status(status: pd.DataFrame, path: Path) -> None:
    """Share of samples with each status over the number of true cells, one panel a depth."""
    depths = sorted(status["depth"].unique())
    figure, axes = plt.subplots(1, len(depths), figsize=(2.6 * len(depths), 2.8), sharey=True, layout="constrained")
    edges = np.array([0, 1, 5, 10, 15, 20, 25, 30, 40, 60, 100, 1e9])
    for axis, depth in zip(np.atleast_1d(axes), depths, strict=True):
        mine = status[status["depth"] == depth]
        place = np.digitize(mine["true"], edges) - 1
        counts = pd.crosstab(place, mine["status"]).reindex(range(len(edges) - 1), fill_value=0)
        shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
        bottom = np.zeros(len(shares))
        for name in keys.STATUSES:
            height = shares[name].to_numpy() if name in shares else np.zeros(len(shares))
            axis.bar(range(len(shares)), height, bottom=bottom, color=COLOURS[name], label=name, width=0.9)
            bottom += height
        axis.set_xticks(range(len(shares)), [f"{int(edge)}" for edge in edges[:-1]], rotation=90)
        axis.set(title=f"{depth:,} events", xlabel="true cells, from")
    handles = np.atleast_1d(axes)[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=5, frameon=False)
    _save(figure, path)


def draw_thresholds(errors: pd.DataFrame, near: float, path: Path) -> None:
    """Error of each threshold, by marker."""
    markers = sorted(errors["marker"].unique())
    figure, axes = plt.subplots(figsize=(6.5, 0.28 * len(markers) + 1.0), layout="constrained")
    axes.axvspan(-near, near, color="#eeeeee")
    jitter = np.random.default_rng(0).uniform(-0.25, 0.25, len(errors))
    axes.plot(errors["error"], errors["marker"].map(markers.index) + jitter, ".", ms=4, color="#3182bd")
    axes.set_yticks(range(len(markers)), markers)
    axes.set(xlabel="threshold − boundary (arcsinh units)")
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)
