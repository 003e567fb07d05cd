"""Signs that values were transformed or compensated before they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import STAINS, Channel, Spillover
from cytoclust.lots import contents, lots
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._log_scale import log_scale
from cytoclust.pp._mass_columns import counts_scale
from cytoclust.pp._pooled_rows import FIT_EVENTS, pooled_rows

__all__ = ["ScaleHints", "find_scale_hints", "hinted", "look_at", "looked_at"]

LOG_LIKE = 20.0
"""Signal below which a channel looks transformed. Derived: arcsinh, logicle and logarithm bring any detector's range
below it; linear signals of stained cells exceed it. Bears on no result: on warnings."""
STRONG, PAIRS, MOST = 0.1, 3, 2 / 3
"""Spillover that shows in the data; pairs of detectors that have it; and how many must contradict it. Chosen; bears on
no result: on warnings."""
UNEVEN = 3.0
"""Times its counterpart, from which on a coefficient tells rows from columns. Chosen, as the third by which data may
fall short of a coefficient; bears on no result: on warnings."""
FEWEST = 200
"""Events below which nothing is concluded. Chosen; bears on no result: on warnings."""


@dataclass(frozen=True)
class ScaleHints:
    """What the values look like.

    Attributes
    ----------
    transformed
        Whether the values of all stains look transformed.
    told
        What tells it: ``small`` values, or as ``log_scale`` says; empty if nothing does.
    top
        The highest value of the stains, where they look transformed.
    constant
        Channels in which every event has the same value.
    compensated
        Whether signals overlap less than the matrix says that they must.
    transposed
        Whether they overlap as the matrix says with rows and columns exchanged.
    alike
        Whether every event has the same values in all columns that would be clustered on.
    """

    transformed: bool = False
    told: str = ""
    top: float = 0.0
    constant: tuple[str, ...] = ()
    compensated: bool = False
    transposed: bool = False
    alike: bool = False


def find_scale_hints(events: NDArray[np.float32], channels: Sequence[Channel], spill: Spillover | None) -> ScaleHints:
    """Look at values as read, (n, p); ``spill`` is the matrix that they would be compensated with."""
    stains = [i for i, channel in enumerate(channels) if channel.signal_type in STAINS]
    signals = [i for i in stains if channels[i].role in ("marker", "signal", "viability")]
    dyes = signals or stains
    mass = tuple(i for i, channel in enumerate(channels) if channel.signal_type == "mass")
    usable = events[np.isfinite(events).all(axis=1)]
    if len(usable) < FEWEST or not dyes:
        return ScaleHints()
    constant = {i for i in dyes if np.ptp(usable[:, i]) == 0}
    used = [i for i in dyes if i not in constant]
    top = np.quantile(np.abs(usable[:, used]), 0.999, axis=0)
    small = [
        0 < value < LOG_LIKE < (channels[i].limit or np.inf) and channels[i].decades[0] == 0
        for i, value in zip(used, top.tolist(), strict=True)
    ]
    compensated, transposed = (False, False) if spill is None else _disagrees(usable, channels, spill)
    told = "small" if (counts_scale(usable, mass) == 0 if mass else bool(small) and all(small)) else ""
    if not told and not mass and signals and used:
        told = log_scale(usable[:, used], [channels[i] for i in used])
    return ScaleHints(
        transformed=bool(told),
        told=told,
        top=float(usable[:, used].max()) if told and used else 0.0,
        constant=tuple(channels[i].name for i in sorted(constant)),
        compensated=compensated,
        transposed=transposed,
    )


def _disagrees(events: NDArray[np.float32], channels: Sequence[Channel], spill: Spillover) -> tuple[bool, bool]:
    """Whether the data contradict most strong coefficients, and whether they agree with the transposed matrix."""
    at = [next(i for i, channel in enumerate(channels) if channel.name == name) for name in spill.channels]
    signals = events[:, at].astype(np.float64)
    strong = (spill.matrix >= STRONG) & ~np.eye(len(at), dtype=bool)
    against = _contradicted(signals, spill.matrix, strong)
    uneven = strong & (spill.matrix > UNEVEN * spill.matrix.T)
    turned = _contradicted(signals, spill.matrix.T, uneven.T)
    transposed = _most(_contradicted(signals, spill.matrix, uneven)) and _most([not each for each in turned])
    return _most(against) and not transposed, transposed


def _most(told: Sequence[bool]) -> bool:
    return len(told) >= PAIRS and float(np.mean(told)) >= MOST


def _contradicted(signals: NDArray[np.float64], matrix: NDArray[np.float64], pairs: NDArray[np.bool_]) -> list[bool]:
    """Whether the data contradict each of these coefficients that they can tell of.

    Where the source is brightest, a detector shows at least the coefficient times the source, or more if the cells have
    the detector's own marker too. Once compensated, it shows nothing of it.
    """
    against = []
    for source, target in np.argwhere(pairs).tolist():
        x, y = signals[:, source], signals[:, target]
        bright = x >= np.quantile(x, 0.98)
        rise = np.median(x[bright]) - np.median(x)
        if rise > 0:
            against.append(bool((np.median(y[bright]) - np.median(y)) / rise < matrix[source, target] / 3))
    return against


def look_at(source: Compensated, measured: NDArray[np.float32] | None = None) -> ScaleHints:
    """What the values of a file look like, beside the matrix that they would be compensated with.

    ``measured`` are events as the source reads them, where somebody has read some.
    """
    file = source.file
    channels = [file.channels[i] for i in source.columns]
    names = tuple(channel.name for channel in channels)
    spill = None if source.matrix is None else Spillover(names, source.matrix)
    if measured is None:
        measured = file.take(pooled_rows(file.n_events, FIT_EVENTS), columns=source.columns)
    return find_scale_hints(measured, channels, spill)


def looked_at(measured: NDArray[np.float32], n_events: int) -> NDArray[np.bool_]:
    """Which of some events (n,) as the source reads them are looked at, of so many: about ``FIT_EVENTS`` of all."""
    if n_events <= FIT_EVENTS:
        return np.ones(len(measured), dtype=bool)
    return lots(contents(measured), "looked at") < FIT_EVENTS / n_events


def hinted(hints: Mapping[str, ScaleHints], *, transforms: bool) -> list[Finding]:
    """What to warn of, of the samples whose values look transformed (if they are to be) or compensated."""
    transformed = [name for name, each in hints.items() if each.transformed and transforms]
    compensated = [name for name, each in hints.items() if each.compensated and name not in transformed]
    transposed = [name for name, each in hints.items() if each.transposed and name not in transformed]
    found = [
        Finding("transformed already", samples=same, told=told, top=max(hints[name].top for name in same))
        for told in dict.fromkeys(hints[name].told for name in transformed)
        if (same := [name for name in transformed if hints[name].told == told])
    ]
    others = {"compensated already": compensated, "matrix transposed": transposed}
    return [*found, *(Finding(code, samples=samples) for code, samples in others.items() if samples)]
