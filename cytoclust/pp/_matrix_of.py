"""What the file of a sample says of its spillover, from ``uns["meta"]``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io import Channel, Panel, Spillover, clean_marker, is_compensated
from cytoclust.pp._choose_matrix import unusable
from cytoclust.slots import read_findings, read_meta

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["channels_of", "described", "fault_of", "matrix_of", "meta_of"]


def meta_of(adata: "AnnData", sample: str) -> Mapping[str, Any]:
    """Keywords of a sample, or of the only one."""
    meta = read_meta(adata)
    of_sample = meta.get(sample) if sample else None
    return of_sample if isinstance(of_sample, Mapping) else meta


def matrix_of(meta: Mapping[str, Any]) -> Spillover | None:
    """The matrix of the file, if it has one."""
    table = meta.get(keys.SPILL)
    if table is None:
        return None
    return Spillover(tuple(table.index.astype(str)), table.to_numpy(dtype=np.float64), f"uns[{keys.META!r}]")


def fault_of(adata: "AnnData", sample: str) -> Finding | None:
    """Why the matrix of a sample's file cannot be used, where it has one."""
    return unusable([each for step, name, each in read_findings(adata) if step == keys.READ and name == sample])


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
        if marker
        and own.get(channel) != marker
        and not (channel in own and is_compensated(channel))
        and len(by_marker.get(_plain(marker), [])) == 1
        else channel
        for channel, marker in zip(panel.channels, panel.markers, strict=True)
    ]


def described(meta: Mapping[str, Any], panel: Panel) -> list[Channel]:
    """Each column as the sample's own file describes it: its channel, range, decades and gain."""
    upper = {str(key).upper(): str(value) for key, value in meta.items() if str(key).startswith("$P")}
    place = {value: key[2:-1] for key, value in upper.items() if key.endswith("N") and key[2:-1].isdigit()}
    plain = Channel("")
    found = []
    for name, kind in zip(channels_of(meta, panel), panel.signal_types, strict=True):
        at = place.get(name, "")
        decades, zero = (*_numbers(upper.get(f"$P{at}E", "")), 0.0, 0.0)[:2]
        (top, *_), (gain, *_) = (
            _numbers(upper.get(f"$P{at}R", "")) or [plain.range],
            _numbers(upper.get(f"$P{at}G", "")) or [1.0],
        )
        found.append(Channel(name, signal_type=kind, range=top, decades=(decades, zero), gain=gain or 1.0))
    return found


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        return []


def _plain(marker: str) -> str:
    return "".join(letter for letter in marker.casefold() if letter.isalnum() or letter in "+/")
