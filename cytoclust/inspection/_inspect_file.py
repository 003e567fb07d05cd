"""What is in a file, and what a run would make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.inspection._advice import advise, as_advice, command, rules_that_fit
from cytoclust.inspection._compensation_state import compensation_state
from cytoclust.inspection._find_empty import find_empty
from cytoclust.inspection._find_roles import find_roles
from cytoclust.io import (
    STAINS,
    EventFile,
    as_given,
    as_path,
    first_dataset,
    fluorochrome_in,
    open_events,
    reconcile_panel,
)
from cytoclust.params import Config, D
from cytoclust.pp import (
    FIT_EVENTS,
    Compensation,
    QualityModel,
    apply_quality,
    find_piles,
    fit_quality,
    is_constant,
    look_at,
    pooled_rows,
)
from cytoclust.record import finite
from cytoclust.registry import CHECKS

__all__ = ["channel_rows", "inspect", "quantiles", "spillover"]

_LOOKED: Final = {
    "debris": ("no debris", "debris unclear"), "dead": ("no dead cells",), "doublet": ("no doublets",),
}  # fmt: skip
"""Notes of checks that looked, and found nothing to remove."""
QUANTILES = (0.01, 0.5, 0.99)


def inspect(path: str | Path, *, config: Config = D) -> dict[str, Any]:
    """Channels with their ranges and roles, spillover, what would be used and why, and what to do next.

    Parameters
    ----------
    path
        A file of events; of one that holds several data sets, the first that a run would take.
    config
        Parameters that a run would have.

    Returns
    -------
    ``path, version, cytometer, serial, date, n_events``, ``channels`` (a mapping each: channel, label, marker,
    fluorochrome, signal_type, kind: what it holds, told_by, bits, range, voltage, low, median, high, role: what it is
    used for, why), ``spillover`` (number of
    coefficients and the largest, or None), ``compensation`` (what is done about spill-over, in words), ``quality``
    (share of up to 60,000 events in each category), ``unchecked`` (what quality control did not look for), ``notes``
    (a mapping each: code, data and, for people, sentence), ``rules`` (what each library could name, the best first),
    ``advice`` (a mapping each: ``code``, what was ``found`` and what to ``do``) and ``next`` (a command; empty if a
    run would refuse the file).

    Raises
    ------
    InputError
        The file cannot be read.
    """
    dataset, told = first_dataset(as_path(path))
    file = open_events(path, dataset=dataset, data_offset=config.read.data_offset)
    panel = reconcile_panel([file], names=config.panel.names)
    compensation = Compensation.of(config)
    prepared = compensation.open(file, panel, strict=False)
    rows = pooled_rows(file.n_events, FIT_EVENTS)
    raw = file.take(rows)
    measured = raw.take(prepared.columns, axis=1)
    linear = prepared.compensate(measured)
    quality = fit_quality(
        linear, rows, panel=panel, n_events=file.n_events, quality=config.quality, viability=config.panel.viability
    )
    counts = np.bincount(apply_quality(quality, linear, rows), minlength=len(keys.QC))
    roles, faults = find_roles(panel, config)
    hints = look_at(prepared, measured)
    clustered = np.flatnonzero([role == "clustering" for role, _ in roles])
    hints = replace(hints, alike=is_constant(file, panel.columns(file)[clustered]))
    undecided = any(note.code == "compensation undecided" for note in prepared.notes)
    fits = rules_that_fit(panel, roles)
    signals = [channel.signal_type in STAINS for channel in file.channels]
    piles = find_piles(raw, [channel.name for channel in file.channels], signals, n_events=file.n_events)
    notes = [*told, *file.notes, *panel.notes, *prepared.notes, *piles, *quality.notes, *faults]
    notes += find_empty(raw[:, panel.columns(file)], panel, clustered.tolist())
    advice = advise(panel, notes, hints, n_ok=file.n_events * counts[keys.QC_OK] / len(rows), fits=fits)
    return finite(
        {
            "path": str(path),
            "version": file.version,
            "cytometer": file.text.get("$CYT", ""),
            "serial": file.text.get("$CYTSN", ""),
            "date": file.text.get("$DATE", ""),
            "n_events": file.n_events,
            "channels": channel_rows(file, roles, quantiles(raw), given=config.panel.names),
            "spillover": spillover(prepared.matrix),
            "compensation": compensation_state(prepared, config, told=notes).sentence,
            "quality": {name: float(n) / len(rows) for name, n in zip(keys.QC, counts, strict=True)},
            "unchecked": unchecked(quality),
            "notes": [note.to_dict() for note in notes],
            "rules": fits,
            "advice": as_advice(advice),
            "next": command([path], hints, fits) if len(clustered) and not undecided else "",
        }
    )


def unchecked(quality: QualityModel) -> list[str]:
    """What quality control was not able to look for, or was told not to."""
    codes = {note.code for note in quality.notes}
    return [
        check.sought or check.name
        for check in CHECKS.rows()
        if check.name not in quality.models and codes.isdisjoint(_LOOKED.get(check.name, ()))
    ]


def channel_rows(
    file: EventFile,
    roles: Sequence[tuple[str, str]],
    values: NDArray[np.float64],
    columns: Sequence[int] | None = None,
    *,
    given: Mapping[str, str],
) -> list[dict[str, Any]]:
    """A mapping for each channel, or for those in ``columns``; ``values`` are their quantiles (3 × channels).

    ``given`` are markers of channels, over what the file says.
    """
    columns = range(len(file.channels)) if columns is None else columns
    rows = []
    for column, (role, why), (low, median, high) in zip(columns, roles, values.T.tolist(), strict=True):
        channel = as_given(file.channels[column], given)
        rows.append(
            {
                keys.CHANNEL: channel.name,
                "label": channel.label,
                keys.MARKER: channel.marker,
                "fluorochrome": "" if channel.signal_type == "mass" else fluorochrome_in(channel.name, channel.label),
                keys.SIGNAL_TYPE: channel.signal_type,
                "kind": channel.role,
                "told_by": channel.reason,
                "bits": channel.bits,
                "range": channel.limit,
                "voltage": voltage(file, column),
                "low": low,
                "median": median,
                "high": high,
                "role": role,
                "why": why,
            }
        )
    return rows


def voltage(file: EventFile, column: int) -> str:
    """$PnV, the detector's voltage; empty if the file does not say."""
    return file.text.get(f"$P{column + 1}V", "").strip()


def quantiles(events: NDArray[np.float32]) -> NDArray[np.float64]:
    """1 %, median and 99 % of each column (3 × p); 0 of a column without any number."""
    used = np.where(np.isfinite(events).any(axis=0), events, 0)
    return np.nan_to_num(np.nanquantile(used, QUANTILES, axis=0)).astype(np.float64)


def spillover(matrix: NDArray[np.float64] | None) -> dict[str, Any] | None:
    """Number of coefficients and the largest."""
    if matrix is None:
        return None
    off = matrix - np.diag(np.diag(matrix))
    return {"coefficients": int(np.count_nonzero(off)), "largest": float(off.max())}
