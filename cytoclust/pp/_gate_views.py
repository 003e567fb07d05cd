"""The gates that the checks of quality amount to, as a cytometrist draws them: two signals and a line."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.io import Panel, match_markers, spell_like
from cytoclust.pp._mass_columns import find_mass, is_mass
from cytoclust.pp._quality_dead import DeadModel
from cytoclust.pp._quality_doublet import Height, pulse_columns, pulse_height, widest_single
from cytoclust.pp._scatter import find_pulses, find_scatter, size_column
from cytoclust.pp._singlets import Singlets

__all__ = ["Axis", "GateView", "back_views", "gate_views"]

STEPS: Final = 48
"""Points of a curved line. Bears on no result."""
REACH: Final = 1.0
"""Natural logs beyond the singlets' knots to which their line is drawn. Bears on no result."""
MASS_UNIT: Final = 5.0
"""Ion counts below which arcsinh is linear. Convention: as in mass cytometry."""

Line = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """A signal: a column of the panel, the mean of several, or one over another; ``scale`` is how it is drawn.

    Attributes
    ----------
    label
        Marker and channel.
    columns
        Whose mean it is; none: the row in the file.
    over
        The column that it is divided by, or -1.
    scale
        ``linear``, ``log``, ``arcsinh`` (of the signal over ``unit``) or ``panel`` (as the column is clustered on).
    unit
        Of arcsinh.
    dead
        Takes autofluorescence off the dye, where the check does.
    """

    label: str
    columns: tuple[int, ...]
    over: int = -1
    scale: str = "linear"
    unit: float = 1.0
    dead: DeadModel | None = None

    def signal(self, events: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Of events (n, p) and their rows in the file (n,): the signal (n,)."""
        if not self.columns:
            return rows.astype(np.float64)
        if self.dead is not None:
            return self.dead.signal(events)
        own = events[:, list(self.columns)].astype(np.float64).mean(axis=1)
        if self.over < 0:
            return own
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(own / events[:, self.over].astype(np.float64))


@dataclass(frozen=True, eq=False)
class GateView:
    """A gate: the check's name, its two axes, and its lines in signals; infinity is the end of an axis."""

    gate: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...] = ()


def gate_views(panel: Panel, summary: Mapping[str, Any], viability: int) -> list[GateView]:
    """How the checks of a sample are seen, in the order in which they claim an event; without lines where none was cut.

    Parameters
    ----------
    panel
        The columns.
    summary
        What the checks of the sample learnt, as of :meth:`QualityModel.summary`.
    viability
        Column of the viability dye, or -1.
    """
    found = (_time(panel, summary), _debris(panel, summary), _dead(panel, summary, viability), _doublet(panel, summary))
    return [view for view in found if view is not None]


def back_views(panel: Panel) -> list[GateView]:
    """Where cells of a population are looked for again: over forward and side scatter, over CD45 and side scatter."""
    scatter = find_scatter(panel)
    fsc, ssc = (size_column(scatter, kind) for kind in ("FSC", "SSC"))
    if ssc is None:
        return []
    y = Axis(_label(panel, ssc), (ssc,), scale="log")
    views = [] if fsc is None else [GateView("scatter", Axis(_label(panel, fsc), (fsc,), scale="log"), y)]
    common = match_markers(["CD45"], panel.names, {"CD45": spell_like("CD45")})
    if common:
        column = common["CD45"]
        views.append(GateView("CD45", Axis(_label(panel, column), (column,), scale="panel"), y))
    return views


def _label(panel: Panel, *columns: int) -> str:
    """``CD271 · BV421-A``."""
    told = []
    for column in columns:
        name, channel = panel.names[column], panel.channels[column]
        told.append(name if name == channel else f"{name} · {channel}")
    return " + ".join(told)


def _size(panel: Panel) -> Axis | None:
    """What events are drawn over beside the signal of a gate: forward scatter, else DNA, else the first stain."""
    fsc = size_column(find_scatter(panel), "FSC")
    if fsc is not None:
        return Axis(_label(panel, fsc), (fsc,), scale="log")
    dna = find_mass(panel).dna if is_mass(panel) else ()
    columns = dna or panel.stained[:1]
    return Axis(_label(panel, *columns), tuple(columns), scale="arcsinh", unit=MASS_UNIT) if columns else None


def _time(panel: Panel, summary: Mapping[str, Any]) -> GateView | None:
    column = next((i for i, kind in enumerate(panel.signal_types) if kind == "time"), -1)
    y = _size(panel)
    if column < 0 or y is None:
        return None
    model = summary.get("time") or {}
    by_row = model.get("by") == "row"
    x = Axis("event, in the order of the file", ()) if by_row else Axis(_label(panel, column), (column,))
    ends = [*np.ravel(model.get("starts", [])).tolist(), *np.ravel(model.get("stops", [])).tolist()]
    return GateView("time", x, y, tuple(_upright(end) for end in ends if np.isfinite(end)))


def _upright(x: float) -> Line:
    return np.array([[x, -np.inf], [x, np.inf]])


def _debris(panel: Panel, summary: Mapping[str, Any]) -> GateView | None:
    model = summary.get("debris") or {}
    if is_mass(panel):
        return _mass_debris(panel, model)
    scatter = find_scatter(panel)
    fsc, ssc = (size_column(scatter, kind) for kind in ("FSC", "SSC"))
    if fsc is None or ssc is None:
        return None
    x, y = Axis(_label(panel, fsc), (fsc,), scale="log"), Axis(_label(panel, ssc), (ssc,), scale="log")
    if "cut" not in model:
        return GateView("debris", x, y)
    weight, cut = float(model["weight"]), float(model["cut"])
    if weight == 0:
        return GateView("debris", x, y, (_upright(math.exp(cut)),))
    # log FSC = cut - weight * log SSC: straight, as both axes are logarithmic
    ends = np.array([0.0, 20.0])
    return GateView("debris", x, y, (np.column_stack([np.exp(cut - weight * ends), np.exp(ends)]),))


def _shape(panel: Panel) -> Axis | None:
    """Event length, else nothing."""
    shape = find_mass(panel).shape
    return Axis(_label(panel, shape[0]), shape[:1]) if shape else None


def _dna(columns: tuple[int, ...], panel: Panel, cofactor: float) -> Axis:
    scale = ("arcsinh", cofactor) if cofactor else ("linear", 1.0)
    return Axis(f"DNA ({_label(panel, *columns)})", columns, scale=scale[0], unit=scale[1])


def _unscaled(value: float, cofactor: float) -> float:
    return cofactor * math.sinh(value) if cofactor and abs(value) < 50 else value


def _mass_debris(panel: Panel, model: Mapping[str, Any]) -> GateView | None:
    columns, y = tuple(np.ravel(model.get("dna", find_mass(panel).dna)).astype(int).tolist()), _shape(panel)
    if not columns or y is None:
        return None
    cofactor = float(model.get("cofactor", MASS_UNIT))
    cut = float(model.get("cut", -math.inf))
    lines = (_upright(_unscaled(cut, cofactor)),) if math.isfinite(cut) else ()
    return GateView("debris", _dna(columns, panel, cofactor), y, lines)


def _dead(panel: Panel, summary: Mapping[str, Any], viability: int) -> GateView | None:
    x = _size(panel)
    if viability < 0 or x is None or viability in x.columns:
        return None
    model, label = summary.get("dead") or {}, _label(panel, viability)
    if "ceiling" not in model:
        unit = float(model.get("cofactor", MASS_UNIT if is_mass(panel) else 0.0))
        y = Axis(label, (viability,), scale="arcsinh" if unit or not model else "linear", unit=unit or 1.0)
        cut = _unscaled(float(model["cut"]), unit) if "cut" in model else math.nan
        flat = (np.array([[-np.inf, cut], [np.inf, cut]]),) if math.isfinite(cut) else ()
        return GateView("dead", x, y if model or is_mass(panel) else _plain_dye(label, viability), flat)
    fitted = DeadModel(**{**model, "glow": tuple(np.ravel(model["glow"]).astype(int).tolist())})
    y = Axis(label, (viability,), scale="arcsinh", unit=fitted.cofactor, dead=fitted)
    size = np.linspace(fitted.size - 4, fitted.size + 4, STEPS)
    limit = np.maximum(size - fitted.size, 0) * fitted.slope + fitted.cut
    limit = np.minimum(limit, max(fitted.cut, fitted.ceiling)) if fitted.fsc >= 0 else np.full(STEPS, fitted.cut)
    return GateView("dead", x, y, (np.column_stack([np.exp(size), fitted.cofactor * np.sinh(limit)]),))


def _plain_dye(label: str, viability: int) -> Axis:
    """Where no dead cells were found, on the scale of the other samples, or as it is clustered on."""
    return Axis(label, (viability,), scale="panel")


def _doublet(panel: Panel, summary: Mapping[str, Any]) -> GateView | None:
    model = summary.get("doublet") or {}
    if is_mass(panel):
        return _mass_doublet(panel, model)
    scatter = find_pulses(panel)
    pairs = {kind: pair for kind in ("FSC", "SSC") if (pair := pulse_columns(scatter, kind)) is not None}
    kinds = [kind for kind in pairs if kind in (model.get("pulses") or pairs)]
    if not kinds:
        return None
    kind = kinds[0]
    top, bottom = pairs[kind]
    size = pulse_height(scatter, kind, pairs, pairs[kind])
    if size is None or size.top >= 0:
        return None
    name = panel.names[top] if bottom < 0 else f"{panel.names[top]} ÷ {panel.names[bottom]}"
    x = Axis(_label(panel, size.column), (size.column,), scale="log")
    y = Axis(name, (top,), bottom, scale="log")
    grain = model.get("grain")
    by = Height(**{key: int(value) for key, value in model["size"].items()}) if model else None
    if by is None or by.column != size.column or "pulses" not in model or kind not in model["pulses"]:
        return GateView("doublet", x, y)
    known = model["pulses"][kind]["singlets"]
    knots = {name: np.asarray(known[name], dtype=np.float64) for name in ("sizes", "grains", "centres", "spreads")}
    singlets = Singlets(**knots, growth=float(known["growth"]))
    at = np.linspace(singlets.sizes[0] - REACH, singlets.sizes[-1] + REACH, STEPS)
    usual = np.interp(at, singlets.sizes, np.median(singlets.grains, axis=1)) if grain is not None else np.zeros(STEPS)
    centre, spread = singlets.at(at, usual)
    limit = widest_single(centre, spread, float(model["least"]))
    return GateView("doublet", x, y, (np.column_stack([np.exp(at), limit]),))


def _mass_doublet(panel: Panel, model: Mapping[str, Any]) -> GateView | None:
    columns, y = tuple(np.ravel(model.get("dna", find_mass(panel).dna)).astype(int).tolist()), _shape(panel)
    if not columns or y is None:
        return None
    cofactor = float(model.get("cofactor", MASS_UNIT))
    x = _dna(columns, panel, cofactor)
    if "cut" not in model:
        return GateView("doublet", x, y)
    cut, limit = _unscaled(float(model["cut"]), cofactor), float(model["limit"])
    centres, spreads = (np.ravel(model[key]).astype(float) for key in ("centres", "spreads"))
    low = math.exp(centres[0] + limit * spreads[0]) if len(centres) and math.isfinite(limit) else -math.inf
    corner = [[cut, np.inf], [cut, low]] + ([[np.inf, low]] if math.isfinite(low) else [])
    return GateView("doublet", x, y, (np.array(corner),))
