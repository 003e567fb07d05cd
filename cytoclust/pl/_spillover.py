"""The spillover matrix."""

from collections.abc import Mapping
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, LIGHT, SEQUENTIAL, new_axes, safe_text
from cytoclust.slots import read_meta

__all__ = ["known_matrix", "spillover", "suspect_coefficients"]

SUSPECT: Final = "#a34700"
WIDEST = 24  # characters of a channel and its marker


@figure
def spillover(data: ad.AnnData | pd.DataFrame, *, sample: str | None = None, ax: Axes | None = None) -> Axes:
    """The share of each dye's signal that every detector sees, in per cent: a row is a source, a column a detector.

    Coefficients that are hardly right are outlined, and their number told: below 0, above 100 %, not finite, or, on the
    diagonal, not 100 %. An empty cell is 0.

    Parameters
    ----------
    data
        The matrix with channels as index and columns; or an AnnData with it in ``uns["meta"]["spill"]``, or, of a
        cohort, in ``uns["meta"][sample]["spill"]``.
    sample
        Whose matrix of a cohort; by default the matrix that most samples have.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No matrix, or one that is not square with the same channels as index and columns.
    """
    known = (data, "") if isinstance(data, pd.DataFrame) else known_matrix(data, sample)
    if known is None:
        raise InputError(_none_of(data, sample))
    matrix, title = known
    if matrix.empty or list(map(str, matrix.index)) != list(map(str, matrix.columns)):
        raise InputError(
            "A spillover matrix has the same channels as index and columns. "
            f"Got {list(matrix.index)} and {list(matrix.columns)} instead."
        )
    values = matrix.to_numpy(float)
    labels = _labels(matrix, data)
    ax = _own_axes(labels) if ax is None else ax
    suspect = suspect_coefficients(values)
    _cells(ax, values, suspect)
    _frame(ax, labels)
    if suspect.any():
        title += f"{', ' if title else ''}{int(suspect.sum())} outlined: below 0, above 100 or not finite"
    ax.set_title(title, loc="left", pad=_longest(labels) * 4.4 + 21, fontsize=8)
    return ax


def known_matrix(adata: ad.AnnData, sample: str | None = None) -> tuple[pd.DataFrame, str] | None:
    """The matrix of a sample, or that most samples have, and whose it is; None where there is none."""
    meta = read_meta(adata)
    if isinstance(meta.get(keys.SPILL), pd.DataFrame):
        return meta[keys.SPILL], ""
    found = _matrices(adata)
    if sample is not None:
        return (found[sample], safe_text(sample)) if sample in found else None
    if not found:
        return None
    alike = {name: sum(matrix.equals(other) for other in found.values()) for name, matrix in found.items()}
    most = max(alike, key=lambda name: alike[name])
    n_samples = sum(isinstance(of, Mapping) for of in meta.values())
    return found[most], f"the matrix of {alike[most]} of {n_samples} samples"


def _matrices(adata: ad.AnnData) -> dict[str, pd.DataFrame]:
    """By sample, of those that have one."""
    return {str(name): of[keys.SPILL] for name, of in read_meta(adata).items() if _has_matrix(of)}


def _none_of(adata: ad.AnnData, sample: str | None) -> str:
    if sample is None:
        return "uns['meta'] holds no spillover matrix ('spill'): the files had none."
    return f"uns['meta'] holds no spillover matrix of sample {sample!r}. It has those of {list(_matrices(adata))}."


def _has_matrix(of: Any) -> bool:
    return isinstance(of, Mapping) and isinstance(of.get(keys.SPILL), pd.DataFrame)


def _labels(matrix: pd.DataFrame, data: ad.AnnData | pd.DataFrame) -> list[str]:
    """Channels, with their markers where these are known."""
    marker: dict[str, str] = {}
    if isinstance(data, ad.AnnData) and {keys.CHANNEL, keys.MARKER} <= set(data.var):
        marker = dict(zip(data.var[keys.CHANNEL].astype(str), data.var[keys.MARKER].astype(str), strict=True))
    return [safe_text(f"{name}  {marker.get(str(name), '')}".strip(), WIDEST) for name in matrix.index]


def _longest(labels: list[str]) -> int:
    return max(map(len, labels), default=0)


def _own_axes(labels: list[str]) -> Axes:
    side = 0.36 if len(labels) <= 16 else 0.29 if len(labels) <= 28 else 0.23
    size, letters = side * len(labels), 0.2 + 0.066 * _longest(labels)
    return new_axes(size, size, margins=(letters + 0.2, max(0.1, 3.2 - size), 0.1, letters + 0.5))


def suspect_coefficients(values: np.ndarray) -> np.ndarray:
    """Which coefficients are hardly right."""
    own = np.eye(len(values), dtype=bool)
    return ~np.isfinite(values) | np.where(own, np.abs(values - 1) > 1e-6, (values < 0) | (values > 1))


def _cells(ax: Axes, values: np.ndarray, suspect: np.ndarray) -> None:
    n = len(values)
    own = np.eye(n, dtype=bool)
    shade = np.sqrt(np.clip(np.nan_to_num(values), 0, 0.5) / 0.5)  # small ones matter too
    ax.imshow(np.ma.masked_where(own, shade), cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    font = 7.0 if n <= 16 else 6.0 if n <= 28 else 5.0
    for row, column in zip(*np.nonzero((values != 0) | suspect), strict=True):
        value = values[row, column]
        ink = GREY if own[row, column] else "white" if shade[row, column] > 0.55 else INK
        digits = 1 if abs(value) < 0.0995 and n <= 28 else 0
        least = 10.0**-digits
        text = f"<{least:g}" if 0 < 100 * value < least / 2 else f"{100 * value:.{digits}f}"
        bold = bool(suspect[row, column])
        ax.text(
            column, row, text.replace("-", "−"), ha="center", va="center", fontsize=font, color=ink,
            fontweight="bold" if bold else "normal",
        )  # fmt: skip
        if bold:
            ax.add_patch(
                Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=SUSPECT, linewidth=1.6, zorder=4)
            )


def _frame(ax: Axes, labels: list[str]) -> None:
    n = len(labels)
    font = 7.5 if n <= 28 else 6.5
    ax.set_xticks(range(n), labels, rotation=90, fontsize=font)
    ax.set_yticks(range(n), labels, fontsize=font)
    ax.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    for edge in np.arange(-0.5, n):
        ax.axhline(edge, color=LIGHT if n > 28 else "white", linewidth=0.5)
        ax.axvline(edge, color=LIGHT if n > 28 else "white", linewidth=0.5)
    ax.set_ylabel("source: the dye")
    ax.set_xlabel("detector that sees it, % of the dye's own signal", loc="left", labelpad=9)
    ax.xaxis.set_label_position("top")
