"""The spillover matrix of the samples of an AnnData, as gates need it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cytoclust import keys
from cytoclust.io import Spillover
from cytoclust.io.gates import Axis, GateMatrix
from cytoclust.pp import matrix_of, meta_of, read_matrix_csv, samples_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["mark_compensated", "matrices_for"]


def mark_compensated(adata: "AnnData", axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """The axes, those that a matrix mixes as after compensation."""
    mixed: set[str] = set()
    for _, spill in _matrices(adata):
        off = _off(spill)
        mixed |= {spill.channels[i] for i in np.flatnonzero(np.any(off | off.T, axis=0))}
    return tuple(replace(axis, compensated=axis.channel in mixed) for axis in axes)


def matrices_for(adata: "AnnData", samples: Sequence[str]) -> list[GateMatrix]:
    """The different matrices of some samples; none where nothing was compensated.

    Several are those of the samples' own files: a matrix that was given holds for all.
    """
    found: list[GateMatrix] = []
    for name, spill in _matrices(adata):
        matrix = GateMatrix(spill.channels, spill.matrix)
        if name in samples and not any(matrix.is_same(other) for other in found):
            found.append(matrix)
    return found


def _matrices(adata: "AnnData") -> list[tuple[str, Spillover]]:
    told = adata.uns.get(keys.COMPENSATE, {}).get("params", {})
    if not told.get("enabled", keys.COMPENSATE in adata.uns):
        return []
    given = str(told.get("matrix", "file"))
    override = None if given == "file" else read_matrix_csv(given)
    found = [(name or "all", override or matrix_of(meta_of(adata, name))) for name, _ in samples_of(adata)]
    return [(name, spill) for name, spill in found if spill is not None]


def _off(spill: Spillover) -> np.ndarray:
    return np.asarray((spill.matrix != 0) & ~np.eye(len(spill.matrix), dtype=bool))
