"""How many events each event stands for, and what is counted and averaged by that."""

from typing import Final

import anndata as ad
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl.style import GREY

__all__ = ["WEIGHTED", "Weights", "medians", "n_events", "note_weights", "of_rows", "weights_of"]

WEIGHTED: Final = "weighted to all events"
ROOM: Final = 1.0  # inches that the words need at the edge; lower axes have them in two lines
Weights = NDArray[np.float64] | None


def weights_of(adata: ad.AnnData, weights: bool) -> Weights:
    """``obs["weight"]`` (n,); None where it is not wanted or not there, or where each event stands for itself.

    Raises
    ------
    InputError
        A weight that is no number, not finite or negative, or all are 0.
    """
    if not weights or keys.WEIGHT not in adata.obs or not adata.n_obs:
        return None
    try:
        found = adata.obs[keys.WEIGHT].to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        found = np.full(1, np.nan)
    if not (np.isfinite(found).all() and found.min() >= 0 < found.sum()):
        raise InputError(f"obs[{keys.WEIGHT!r}] must be finite, not negative and not all 0, or weights=False.")
    return None if (found == 1).all() else found


def of_rows(weights: Weights, rows: np.ndarray) -> Weights:
    """Those of some events."""
    return None if weights is None else weights[rows]


def n_events(rows: np.ndarray, weights: Weights) -> float:
    """Events that some events stand for; ``rows`` are their numbers, or which they are (bool)."""
    if weights is None:
        return int(rows.sum()) if rows.dtype == bool else len(rows)
    return float(weights[rows].sum())


def medians(values: np.ndarray, weights: Weights) -> np.ndarray:
    """Median of each column, (n, p) to (p,): the lower one of a weighted column whose halves weigh the same."""
    if weights is None or not weights.any():
        return np.asarray(np.median(values, axis=0))
    return np.asarray(np.quantile(values, 0.5, axis=0, weights=weights, method="inverted_cdf"))


def note_weights(ax: Axes, weights: Weights) -> None:
    """Say at the right edge that events are weighted, where they are."""
    if weights is not None:
        high = ax.get_window_extent().height >= ROOM * ax.figure.dpi
        text = WEIGHTED if high else WEIGHTED.replace(" ", "\n", 1)
        ax.text(
            1.01, 0, text, transform=ax.transAxes, rotation=90, ha="left", va="bottom", fontsize=6, color=GREY,
            gid="weights",
        )  # fmt: skip
