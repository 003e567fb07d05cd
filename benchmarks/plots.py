"""The two figures of the page."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from benchmarks.quality import BOUND, Row

__all__ = ["draw_quality", "draw_rare"]

OURS = "cytoclust"
COLOURS = {
    OURS: "#d1495b",
    "FlowSOM, 30": "#9ecae1",
    "FlowSOM, best": "#3182bd",
    "FlowSOM batch, 30": "#c7e9c0",
    "FlowSOM batch, best": "#31a354",
    "OpenFlo": "#8c6bb1",
    "scanpy": "#fd8d3c",
    "PARC": "#8c510a",
    "PhenoGraph": "#737373",
}
DPI = 110


def draw_quality(rows: list[Row], path: Path) -> None:
    """Mean F1 of each method on each data set; a short black bar where the truth is known."""
    names = list(dict.fromkeys(row.data for row in rows if row.scores and row.kinds > 1))
    figure, axes = plt.subplots(figsize=(8.5, 0.34 * len(names) + 1.6), layout="constrained")
    for method, colour in COLOURS.items():
        look = {"color": colour, "s": 80, "zorder": 3} if method == OURS else {"color": colour, "s": 36}
        _dots(axes, rows, method, names, **look)
    _dots(axes, rows, BOUND, names, color="black", marker="|", s=140)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="mean one-to-one F1 over kinds", xlim=(-0.02, 1.02))
    axes.grid(axis="x", color="#dddddd")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    _save(figure, path)


def _dots(axes: plt.Axes, rows: list[Row], method: str, names: list[str], **look: Any) -> None:
    """One method's dots, one on each data set's line."""
    mine = [row for row in rows if row.method == method and row.scores and row.data in names]
    axes.scatter([row.mean("f1") for row in mine], [names.index(row.data) for row in mine], label=method, **look)


def draw_rare(found: pd.DataFrame, path: Path) -> None:
    """Recall and precision over the size of the planted population: mean, and a small dot for each background."""
    variants = list(found["markers"].unique())
    figure, axes = plt.subplots(len(variants), 2, sharex=True, sharey=True, squeeze=False, layout="constrained")
    figure.set_size_inches(9, 2.9 * len(variants))
    for row, markers in zip(axes, variants, strict=True):
        for axis, score in zip(row, ("recall", "precision"), strict=True):
            for method, part in found[found["markers"] == markers].groupby("method", sort=False):
                values = part.groupby("events")[score].mean()
                axis.plot(values.index, values, "o-", color=COLOURS[method], label=method)
                axis.plot(part["events"], part[score], ".", color=COLOURS[method], alpha=0.6, ms=4)
            axis.set(title=f"{score}, unlike its host in {markers} marker{'s' if markers > 1 else ''}", xscale="log")
            axis.set_xticks(sorted(found["events"].unique()), sorted(found["events"].unique()))
            axis.grid(color="#dddddd")
    for axis in axes[-1]:
        axis.set_xlabel("events planted in 1,000,000")
    axes[0][0].set_ylim(-0.03, 1.03)
    axes[0][0].set_yticks(np.linspace(0, 1, 6))
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside right center", frameon=False)
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)
