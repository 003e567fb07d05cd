"""What the file of a sample says of its spillover, from ``uns["meta"]``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cytoclust import keys
from cytoclust.io import Panel, Spillover, clean_marker

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["channels_of", "matrix_of", "meta_of"]


def meta_of(adata: "AnnData", sample: str) -> Mapping[str, Any]:
    """Keywords of a sample, or of the only one."""
    meta = adata.uns.get(keys.META, {})
    of_sample = meta.get(sample) if sample else None
    return of_sample if isinstance(of_sample, Mapping) else meta


def matrix_of(meta: Mapping[str, Any]) -> Spillover | None:
    """The matrix of the file, if it has one."""
    table = meta.get(keys.SPILL)
    if table is None:
        return None
    return Spillover(tuple(table.index.astype(str)), table.to_numpy(dtype=np.float64), f"uns[{keys.META!r}]")


def channels_of(meta: Mapping[str, Any], panel: Panel) -> list[str]:
    """$PnN of each column in the sample's own file, where the cohort has it under another channel."""
    upper = {str(key).upper(): str(value) for key, value in meta.items() if str(key).startswith("$P")}
    own = {
        value: clean_marker(upper.get(f"{key[:-1]}S", ""))
        for key, value in upper.items()
        if key.endswith("N") and key[2:-1].isdigit()
    }
    by_marker: dict[str, list[str]] = {}
    for channel, marker in own.items():
        by_marker.setdefault(_plain(marker), []).append(channel)
    return [
        by_marker[_plain(marker)][0]
        if marker and own.get(channel) != marker and len(by_marker.get(_plain(marker), [])) == 1
        else channel
        for channel, marker in zip(panel.channels, panel.markers, strict=True)
    ]


def _plain(marker: str) -> str:
    return "".join(letter for letter in marker.casefold() if letter.isalnum() or letter in "+/")
