"""The quality model of one sample."""

import numpy as np

from cytoclust import params
from cytoclust.errors import InputError, nearest
from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._mass_columns import is_mass
from cytoclust.pp._quality_model import CheckModel, QualityModel
from cytoclust.pp._scale_limits import beyond_limits, scale_limits
from cytoclust.registry import CHECKS

__all__ = ["find_viability", "fit_quality"]

_MANY = 0.1
"""Share of the events that earlier checks passed, which a check sets aside, above which the sample
deserves a look. Chosen."""


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
        Row number in the sample of each event, int64 (m,).
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
    if n_events == 0 or len(events) == 0:
        return QualityModel(notes=(Finding("no events" if quality.enabled else "quality off"),))
    limits = scale_limits(events, panel.signal_types)
    if not quality.enabled:
        return QualityModel(notes=(Finding("quality off"),), limits=limits)
    n_looked_at, finite = len(events), np.isfinite(events).all(axis=1)
    used = finite & ~beyond_limits(events, limits).any(axis=1)
    events, rows = events[used], rows[used]
    models: dict[str, CheckModel] = {}
    mass = is_mass(panel)
    notes = [] if finite.all() else [Finding("not learnt from", n=np.count_nonzero(~finite))]
    for check in CHECKS.rows():
        wanted = not check.switch or getattr(quality, check.switch)
        if not wanted or len(events) == 0:
            continue
        model, noted = check.on(mass=mass).load()(events, rows, panel=panel, viability=dye)
        notes += noted
        if model is not None:
            models[check.name] = model
            keep = ~model.apply(events, rows)
            events, rows = events[keep], rows[keep]
            if np.mean(keep) < 1 - _MANY:
                notes.append(Finding("many set aside", share=np.count_nonzero(~keep) / n_looked_at, check=check.name))
    return QualityModel(models, tuple(notes), limits)


def find_viability(panel: Panel, viability: str) -> int:
    """Column of the viability dye, -1 if there is none.

    Raises
    ------
    InputError
        A name that is no marker, name or channel of the panel.
    """
    if viability == "none":
        return -1
    if viability == "auto":
        return next((i for i, role in enumerate(panel.roles) if role == "viability"), -1)
    labels = list(zip(panel.markers, panel.names, panel.channels, strict=True))
    signals = [i for i, kind in enumerate(panel.signal_types) if kind in ("fluorescence", "mass", "other")]
    for i in signals:
        if viability in labels[i]:
            return i
    known = [panel.names[i] for i in signals]
    raise InputError(
        f"The panel.viability parameter must be a marker ({', '.join(known)}), 'auto' or 'none'. "
        f"Got {viability!r} instead.{nearest(viability, [*known, 'none', 'auto'])}"
    )
