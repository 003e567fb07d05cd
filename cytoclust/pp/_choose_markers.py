"""The markers to cluster on."""

from collections.abc import Sequence

import numpy as np

from cytoclust.errors import InputError, nearest
from cytoclust.io import Panel
from cytoclust.pp._fit_quality import find_viability

__all__ = ["choose_markers", "stained_columns"]


def stained_columns(panel: Panel, viability: str) -> np.ndarray:
    """Columns of the stained markers but the viability dye, int64.

    Other dyes of the panel are markers only where ``viability`` says ``none``, or names another.
    """
    dye = find_viability(panel, viability)
    dyes = [] if viability == "auto" else [i for i, role in enumerate(panel.roles) if role == "viability"]
    return np.array(sorted({*panel.stained, *dyes} - {dye}), dtype=np.int64)


def choose_markers(panel: Panel, markers: Sequence[str] | None, viability: str) -> np.ndarray:
    """Columns to cluster on: those named, else every stained marker but the viability dye.

    Parameters
    ----------
    panel
        The columns.
    markers
        Markers, column names or channels.
    viability
        The viability dye: a marker, ``none`` or ``auto``.

    Returns
    -------
    int64, in the order of the panel.

    Raises
    ------
    InputError
        A name that the panel lacks or that is no fluorescence or mass signal; or no marker at all.
    """
    signals = [i for i, kind in enumerate(panel.signal_types) if kind in ("fluorescence", "mass")]
    chosen = stained_columns(panel, viability) if markers is None else _named(panel, markers, signals)
    if len(chosen) == 0:
        raise InputError(_nothing_left(panel))
    return np.unique(chosen)


def _nothing_left(panel: Panel) -> str:
    raw = [name for name, role in zip(panel.names, panel.roles, strict=True) if role == "raw detector"]
    if raw:
        return (
            f"There is no marker to cluster on: the {len(raw)} channels {raw[0]} to {raw[-1]} are raw detectors of a spectral "
            "cytometer. Unmix the files in the cytometer's software, and give those that come out; or name channels in "
            "cluster.markers."
        )
    known = [f"{name} ({role})" for name, role in zip(panel.names, panel.roles, strict=True)]
    return (
        f"There is no marker to cluster on: the events have {', '.join(known)}, and at least one must be a stain of cells "
        "other than the viability dye. If one is, name its marker in panel.names, or the channel in cluster.markers."
    )


def _named(panel: Panel, markers: Sequence[str], signals: list[int]) -> np.ndarray:
    found = []
    for marker in markers:
        plain = marker.casefold()
        columns = [
            i for i in signals
            if plain and plain in (panel.names[i].casefold(), panel.markers[i].casefold(), panel.channels[i].casefold())
        ]  # fmt: skip
        if not columns:
            known = [panel.names[i] for i in signals]
            raise InputError(
                f"The cluster.markers parameter must name stained markers ({', '.join(known)}). Got {marker!r} instead."
                f"{nearest(marker, known)}"
            )
        found += columns[:1]
    return np.array(found, dtype=np.int64)
