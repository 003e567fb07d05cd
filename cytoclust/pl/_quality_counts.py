"""Events of each sample by quality, as they were counted when they were judged."""

from collections.abc import Mapping
from typing import Any, Final

import anndata as ad

from cytoclust import keys
from cytoclust.record import events_by_quality
from cytoclust.slots import read_quality

__all__ = ["quality_counts"]

WHOLE: Final = 0.02
"""Part of a sample's events by which the weights of those at hand may miss them, and still be the whole sample. Chosen:
of an event sample few stand for those set aside; decides only which of two sources is drawn."""


def quality_counts(adata: ad.AnnData, *, weights: bool = True, whole: bool = False) -> list[dict[str, Any]]:
    """``sample_id``, ``total`` and a number for each category, a row a sample.

    Of ``uns["quality"]`` where the events at hand are the whole sample, or are ``whole`` said to be; else events at
    hand are counted, each for as many as it stands for where ``weights``.
    """
    rows = events_by_quality(adata.obs, weights=weights)
    if not weights:
        return rows
    known = read_quality(adata).get("samples", {})
    return [_counted(row, known.get(row[keys.SAMPLE]), whole=whole) or row for row in rows]


def _counted(row: Mapping[str, Any], known: Any, *, whole: bool) -> dict[str, Any] | None:
    """The row as ``uns["quality"]`` has it; None where it has none, or where the events at hand are others."""
    counts = known.get("counts") if isinstance(known, Mapping) else None
    if not isinstance(counts, Mapping):
        return None
    exact = {name: int(counts.get(name, 0)) for name in keys.QC}
    total = sum(exact.values())
    if not whole and abs(total - row["total"]) > WHOLE * total:
        return None
    return {keys.SAMPLE: row[keys.SAMPLE], "total": total} | exact
