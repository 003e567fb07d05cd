"""What is in a file, and what a run would make of it."""

from pathlib import Path
from typing import Any

import numpy as np

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import Panel, open_fcs, reconcile_panel
from cytoclust.params import Config, D
from cytoclust.pipeline._write import finite
from cytoclust.pp import FIT_EVENTS, choose_markers, find_viability, fit_quality, open_prepared, pooled_rows

__all__ = ["inspect"]

QUANTILES = (0.01, 0.5, 0.99)


def inspect(path: str | Path, *, config: Config = D) -> dict[str, Any]:
    """Channels with their ranges and roles, spillover, and what would be used and why.

    Parameters
    ----------
    path
        An FCS file.
    config
        Parameters that a run would have.

    Returns
    -------
    ``path, version, cytometer, n_events``, ``channels`` (a mapping each: channel, label, marker, signal_type, bits,
    range, low, median, high, role), ``spillover`` (channels and the largest coefficient, or None) and ``notes``.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    file = open_fcs(path)
    panel = reconcile_panel([file], names=config.panel.names)
    prepared = open_prepared(file, panel, compensate=config.compensate.enabled, override=None)
    rows = pooled_rows(file.n_events, FIT_EVENTS)
    quality = fit_quality(
        prepared.linear_rows(rows), rows, panel=panel, n_events=file.n_events, quality=config.quality,
        viability=config.panel.viability,
    )  # fmt: skip
    roles, notes = _roles(panel, config)
    raw = file.take(rows)
    low, median, high = np.nan_to_num(np.nanquantile(np.where(np.isfinite(raw).any(axis=0), raw, 0), QUANTILES, axis=0))
    return finite(
        {
            "path": str(path),
            "version": file.version,
            "cytometer": file.text.get("$CYT", ""),
            "n_events": file.n_events,
            "channels": [
                {
                    keys.CHANNEL: channel.name,
                    "label": channel.label,
                    keys.MARKER: channel.marker,
                    keys.SIGNAL_TYPE: channel.signal_type,
                    "bits": channel.bits,
                    "range": channel.limit,
                    "low": float(low[i]),
                    "median": float(median[i]),
                    "high": float(high[i]),
                    "role": roles.get(i, "not used"),
                }
                for i, channel in enumerate(file.channels)
            ],
            "spillover": _spillover(prepared.matrix),
            "notes": [*file.notes, *panel.notes, *prepared.notes, *quality.notes, *notes],
        }
    )


def _roles(panel: Panel, config: Config) -> tuple[dict[int, str], list[str]]:
    notes = []
    try:
        clustered = set(choose_markers(panel, config.cluster.markers, config.panel.viability).tolist())
    except InputError as error:
        clustered, notes = set(), [str(error)]
    if clustered and not any(panel.markers[i] for i in clustered):
        notes.append("no channel names a marker ($PnS): every fluorescence channel would be clustered on")
    dye = find_viability(panel, config.panel.viability)
    if dye < 0:
        notes.append("no viability dye was found: name it with panel.viability if there is one")
    roles = {i: "quality" for i, kind in enumerate(panel.signal_types) if kind in ("scatter", "time")}
    roles |= dict.fromkeys(clustered, "clustering")
    return roles | ({dye: "viability"} if dye >= 0 else {}), notes


def _spillover(matrix: np.ndarray | None) -> dict[str, Any] | None:
    if matrix is None:
        return None
    off = matrix - np.diag(np.diag(matrix))
    return {"coefficients": int(np.count_nonzero(off)), "largest": float(off.max())}
