"""Ticks of an axis in the units of the file, for whoever draws without matplotlib."""

import re

import anndata as ad
import numpy as np

from cytoclust.pl._axis import signal_scale, ticks
from cytoclust.pl._columns import positive_limits

__all__ = ["axis_ticks", "positive_limits"]

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def axis_ticks(adata: ad.AnnData, name: str, low: float, high: float, *, inches: float) -> list[tuple[float, str]]:
    """Places on the scale of ``X`` and their labels, such as ``10³``; where the scale is not told, the scale's own."""
    scale = signal_scale(adata, name)
    if scale is None:
        step = 10.0 ** np.floor(np.log10(max(high - low, 1e-9)))
        places = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        return [(float(place), f"{place:g}") for place in places]
    places, labels, _ = ticks(scale, low, high, inches)
    return [(place, _plain(label)) for place, label in zip(places, labels, strict=True)]


def _plain(label: str) -> str:
    found = re.fullmatch(r"\$(-?)10\^\{(-?\d+)\}\$", label)
    return f"{'−' if found[1] else ''}10{found[2].translate(RAISED)}" if found else label
