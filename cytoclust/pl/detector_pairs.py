"""Pairs of detectors in the order in which compensation is to be doubted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Literal

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pl._axis import signal_scale
from cytoclust.pl._columns import column
from cytoclust.pl._spillover import known_matrix, suspect_coefficients
from cytoclust.slots import read_findings

__all__ = ["Pair", "detector_pairs", "detectors", "order_sentence"]

BRIGHT: Final = 99.0
"""Percentile of a dye's signal that stands for its bright cells. Chosen: orders panels; bears on no number."""
CODES: Final = ("compensated too much", "compensated too little")

Why = Literal["residual", "coefficient", "amount", "neighbours"]


@dataclass(frozen=True)
class Pair:
    """A dye and the detector that sees it.

    Attributes
    ----------
    source, target
        Names of ``var``.
    why
        Why it stands where it stands: a ``residual`` slope was found; the ``coefficient`` is hardly right; the
        ``amount`` that the matrix takes off; or, without a matrix, detectors that are ``neighbours``.
    coefficient
        Of the matrix, NaN where none is known.
    slope, error
        What was found to be left, signal of the target over signal of the source, and its standard error; else NaN.
    """

    source: str
    target: str
    why: Why
    coefficient: float = float("nan")
    slope: float = float("nan")
    error: float = float("nan")


def detectors(adata: ad.AnnData) -> list[str]:
    """Columns of fluorescence; where ``var`` does not tell, every one."""
    if keys.SIGNAL_TYPE not in adata.var:
        return [str(name) for name in adata.var_names]
    return [str(name) for name in adata.var_names[(adata.var[keys.SIGNAL_TYPE] == "fluorescence").to_numpy()]]


def detector_pairs(adata: ad.AnnData, markers: Sequence[str], *, sample: str | None = None) -> list[Pair]:
    """Each pair of ``markers`` (names of ``var``) once, the worst first; twice where both directions left a slope.

    First those of which a slope was found to be left (``uns["findings"]``, the surest first), then those whose
    coefficient is hardly right, then by how far the matrix moves bright cells of the source along the target's axis:
    the more, the more a wrong coefficient shows. Without a matrix the nearest detectors of the file go first.

    Raises
    ------
    InputError
        ``sample`` has no matrix.
    """
    found = _residuals(adata, markers)
    told = {frozenset((each.source, each.target)) for each in found}
    rest = [(i, j) for i, j in combinations(range(len(markers)), 2) if {markers[i], markers[j]} not in told]
    matrix = _coefficients(adata, markers, sample)
    if matrix is None:
        places = {name: i for i, name in enumerate(adata.var_names)}
        rest.sort(key=lambda pair: abs(places[markers[pair[0]]] - places[markers[pair[1]]]))
        return [*found, *(Pair(markers[i], markers[j], "neighbours") for i, j in rest)]
    wrong, moved = suspect_coefficients(matrix), _moved(adata, markers, matrix)
    turned = [max((pair, pair[::-1]), key=lambda at: (wrong[at], moved[at])) for pair in rest]
    turned.sort(key=lambda at: (not wrong[at], -moved[at]))
    place = {name: i for i, name in enumerate(markers)}
    return [
        *(replace(each, coefficient=float(matrix[place[each.source], place[each.target]])) for each in found),
        *(
            Pair(markers[i], markers[j], "coefficient" if wrong[i, j] else "amount", float(matrix[i, j]))
            for i, j in turned
        ),
    ]


def order_sentence(pairs: Sequence[Pair], shown: int) -> str:
    """Which pairs stand first, and how many are left out."""
    whys = dict.fromkeys(each.why for each in pairs)
    words = {
        "residual": "pairs with a slope that compensation left",
        "coefficient": "pairs whose coefficient is hardly right",
        "amount": "those where the matrix takes most off bright cells",
        "neighbours": "neighbouring detectors (no matrix is known)",
    }
    order = ", then ".join(words[why] for why in whys)
    left = len(pairs) - shown
    if not left:
        return f"All {len(pairs)} pairs, first {order}."
    unseen = sum(each.why in ("residual", "coefficient") for each in pairs[shown:])
    marked = f", {unseen} of them marked" if unseen else ""
    return f"{shown} of {len(pairs)} pairs, first {order}. The other {left} are left out{marked}."


def _residuals(adata: ad.AnnData, markers: Sequence[str]) -> list[Pair]:
    """Slopes that naming found, between these markers."""
    channel = adata.var[keys.CHANNEL].astype(str) if keys.CHANNEL in adata.var else pd.Series(dtype=str)
    name_of = {name: name for name in markers}
    name_of |= {f"{name} ({channel[name]})": name for name in markers if name in channel}
    found = [each.data for _, _, each in read_findings(adata) if each.code in CODES]
    return [
        Pair(name_of[each["source"]], name_of[each["target"]], "residual", slope=float(each["slope"]),
             error=float(each["error"]))
        for each in found if each["source"] in name_of and each["target"] in name_of
    ]  # fmt: skip


def _coefficients(adata: ad.AnnData, markers: Sequence[str], sample: str | None) -> NDArray[np.float64] | None:
    """The matrix of the markers, 0 where it has none; None where there is none, or another than the file's was used."""
    used = adata.uns.get(keys.COMPENSATE, {}).get("params", {})
    found = known_matrix(adata, sample)
    if found is None or not used.get("enabled", True) or used.get("matrix", "file") != "file":
        return None
    values, channels = found[0].to_numpy(float), [str(name) for name in found[0].index]
    own = [str(adata.var[keys.CHANNEL][name]) if keys.CHANNEL in adata.var else name for name in markers]
    held = [i for i, name in enumerate(own) if name in channels]
    at = [channels.index(own[i]) for i in held]
    matrix = np.eye(len(markers))
    matrix[np.ix_(held, held)] = values[np.ix_(at, at)]
    return matrix


def _moved(adata: ad.AnnData, markers: Sequence[str], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far (units of the target's axis) the matrix moves an event without the target that is bright in the source.

    With coefficient c and signal s, compensation takes c·s off the target's detector.
    """
    bright = np.array([_bright(adata, name) for name in markers])
    taken = np.abs(np.nan_to_num(matrix)) * bright[:, None]
    moved = np.zeros(matrix.shape)
    for j, target in enumerate(markers):
        scale = signal_scale(adata, target)
        moved[:, j] = taken[:, j] if scale is None else scale(taken[:, j]) - scale(np.zeros(1))
    return moved


def _bright(adata: ad.AnnData, name: str) -> float:
    """The signal of the file of bright cells."""
    values = column(adata, name)
    values = values[np.isfinite(values)]
    place = float(np.percentile(values, BRIGHT)) if len(values) else 0.0
    scale = signal_scale(adata, name)
    if scale is None:
        return max(place, 0.0)
    signals = np.concatenate([[0.0], np.geomspace(1e-2, 1e9, 500)])
    return float(np.interp(place, scale(signals), signals))
