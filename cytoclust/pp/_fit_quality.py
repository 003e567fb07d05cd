"""The quality model of one sample."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cytoclust import params
from cytoclust.errors import InputError, nearest
from cytoclust.io import Panel, is_viability
from cytoclust.pp._quality_dead import DeadModel, fit_dead
from cytoclust.pp._quality_debris import DebrisModel, fit_debris
from cytoclust.pp._quality_doublet import DoubletModel, fit_doublet
from cytoclust.pp._quality_margin import MarginModel, fit_margin
from cytoclust.pp._quality_time import TimeModel, fit_time


@dataclass(frozen=True)
class QualityModel:
    """Thresholds of each check, fitted to one sample; a check that is off, or has nothing to remove, is None.

    Attributes
    ----------
    margin, time, debris, dead, doublet
        The checks, in the order they claim an event.
    notes
        What was skipped or assumed, in plain words.
    """

    margin: MarginModel | None = None
    time: TimeModel | None = None
    debris: DebrisModel | None = None
    dead: DeadModel | None = None
    doublet: DoubletModel | None = None
    notes: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """The model as plain mappings, numbers and lists, for ``uns`` and run.json."""
        checks = ("margin", "time", "debris", "dead", "doublet")
        fitted = asdict(self)
        plain = {name: _plain(fitted[name]) for name in checks if fitted[name] is not None}
        return plain | {"notes": list(self.notes)}


def fit_quality(
    events: np.ndarray,
    rows: np.ndarray,
    *,
    panel: Panel,
    n_events: int,
    quality: params.Quality,
    viability: str = params.D.panel.viability,
) -> QualityModel:
    """Fit the checks that are switched on, each on the events that the checks before it passed.

    Parameters
    ----------
    events
        Linear, compensated events of one sample, (m, p): pooled rows will do.
    rows
        Row number in the sample of each event, int64 (m,), ascending.
    panel
        The columns.
    n_events
        Events of the whole sample.
    quality
        The switches.
    viability
        The viability dye: a marker, ``none`` or ``auto``.

    Raises
    ------
    InputError
        ``viability`` names no column.
    """
    dye = find_viability(panel, viability)
    if not quality.enabled:
        return QualityModel(notes=("quality control is switched off",))
    if n_events == 0 or len(events) == 0:
        return QualityModel(notes=("there are no events to check",))
    finite = np.isfinite(events).all(axis=1)
    events, rows = events[finite], rows[finite]
    models: dict[str, Any] = {}
    notes: list[str] = (
        [] if finite.all() else [f"{np.count_nonzero(~finite)} events with NaN or infinity were not learnt from"]
    )
    steps = {
        "margin": (quality.margin, lambda e, _: fit_margin(e, panel)),
        "time": (quality.time, lambda e, r: fit_time(e, r, panel)),
        "debris": (quality.debris, lambda e, _: fit_debris(e, panel, dye)),
        "dead": (quality.dead, lambda e, _: fit_dead(e, panel, dye)),
        "doublet": (quality.doublets, lambda e, _: fit_doublet(e, panel)),
    }
    for name, (wanted, fit) in steps.items():
        if not wanted or len(events) == 0:
            continue
        models[name], said = fit(events, rows)
        notes += said
        if models[name] is not None:
            keep = ~(models[name].apply(events, rows) if name == "time" else models[name].apply(events))
            events, rows = events[keep], rows[keep]
            if np.mean(keep) < 0.75:
                notes.append(f"{1 - np.mean(keep):.0%} of events were set aside as {name}: look at the sample")
    return QualityModel(**models, notes=tuple(notes))


def find_viability(panel: Panel, viability: str) -> int:
    """Column of the viability dye, -1 if there is none.

    Raises
    ------
    InputError
        A name that is no marker, name or channel of the panel.
    """
    if viability == "none":
        return -1
    labels = list(zip(panel.markers, panel.names, panel.channels, strict=True))
    signals = [i for i, kind in enumerate(panel.signal_types) if kind in ("fluorescence", "mass", "other")]
    if viability == "auto":
        return next((i for i in signals if any(is_viability(label) for label in labels[i] if label)), -1)
    for i in signals:
        if viability in labels[i]:
            return i
    known = [panel.names[i] for i in signals]
    raise InputError(
        f"The panel.viability parameter must be a marker ({', '.join(known)}), 'auto' or 'none'. "
        f"Got {viability!r} instead.{nearest(viability, [*known, 'none', 'auto'])}"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
