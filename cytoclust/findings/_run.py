"""Findings that a run makes on its way: samples left out, no map, controls that fit nothing."""

from typing import Final

from cytoclust.findings._kind import Kind

__all__ = ["RUN"]

RUN: Final = {
    "sample left out": Kind("left out: {why}"),
    "no map of one marker": Kind("there is no map (UMAP): it takes at least {least} markers to cluster on"),
    "no map": Kind("there is no map (UMAP): {why}"),
    "taken as compensated": Kind("transform.method is none, so the data are taken to be compensated already"),
    "counts spread": Kind(
        "ion counts of {n:plural channel} are whole numbers, or zeros: to compare cells, they are spread over one ion"
    ),
    "transformed before": Kind("ion counts are transformed already (none above {top:.3g}): they were left as they are"),
    "transformed again": Kind(
        "ion counts look transformed already (none above {top:.3g}), and {names:some 4} were transformed again, as "
        "transform says"
    ),
    "cut above all": Kind(
        "{marker}: no cluster reaches the cut of {source}: no cell has it, or the file is not what the sheet says"
    ),
}
