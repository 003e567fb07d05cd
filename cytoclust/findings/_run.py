"""Findings that a run makes on its way: samples left out, no map, controls that fit nothing."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, plural

__all__ = ["RUN"]


def _batches(data: Mapping[str, Any]) -> str:
    counts = data["counts"]
    told = listed([f"{value} ({plural(n, 'sample')})" for value, n in counts])
    return (
        f"the sheet has no batches, and the files are of {len(counts)} {data['what']} ({data['keyword']}): {told}. If"
        " something was changed between them, name them in the column batch: labels are then exchanged within batches"
    )


RUN: Final = {
    "batches proposed": Kind(_batches),
    "sample left out": Kind("left out: {why}"),
    "no map of one marker": Kind("there is no map (UMAP): it takes at least {least} markers to cluster on"),
    "no map": Kind("there is no map (UMAP): {why}"),
    "taken as compensated": Kind("transform.method is none, so the data are taken to be compensated already"),
    "cut above all": Kind(
        "{marker}: no cluster reaches the cut of {source}: no cell has it, or the file is not what the sheet says"
    ),
}
