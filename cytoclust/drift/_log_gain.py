"""By how much a detector multiplies what it sees, more than another time."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cytoclust.drift._bead_peaks import BeadPeaks
from cytoclust.drift._control_profile import MIN_EVENTS, ControlProfile
from cytoclust.findings import Finding
from cytoclust.normal import TWO_SIDED

__all__ = ["LIMIT", "MOST", "RESIDUAL", "Gain", "Status", "bead_gain", "log_gain"]

Status = Literal["ok", "drift", "no gain", "not evaluable"]

LIMIT: Final = float(np.log(1.1))
"""Log gain beyond which a detector has drifted. Chosen: half of the 20 % that are to be found."""
RESIDUAL: Final = 0.15
"""Units of arcsinh that may be left between the controls after the gain. Chosen: as natural logarithm, 16 %; a gain
leaves what chance does."""
MOST: Final = float(np.log(3.0))
"""Log gain beyond which nothing is corrected. Chosen: detectors do not drift as far, settings are changed."""
_MIN_POSITIVE: Final = 100
"""Events that carry the marker, below which a gain rests on too few. Chosen: its error is then that of the limit."""
_TOP: Final = 0.10
"""Share of the events whose quantiles tell the gain. Convention: .90 to .995, as of a stained normal control."""
_OF_POSITIVE: Final = 0.8
"""Of those that carry the marker at most, so that no quantile lies where negatives begin. Chosen."""
_DEEPEST: Final = 20.0
"""The first of the quantiles' shares over the last. Derived: .10 over .005."""
_N_LEVELS: Final = 20
"""Quantiles whose median ratio is the gain. Convention: .90 to .995, in steps of .005."""
_DRAWS: Final = 400
"""Bootstrap draws. Chosen: the ends of a 95 % interval then err by a tenth of its length."""
_COMPOSITION: Final = 0.2
"""By how much the share of any kind of cell may differ between two tubes of one material. Chosen."""
_TRIED: Final = 21
"""Gains within an interval that are tried, whether one leaves little. Chosen: threefold in steps of 5 %."""
_SCALE: Final = 4.0
"""Cofactor over the spread of the negatives. Convention: as cofactors are chosen."""


@dataclass(frozen=True)
class Gain:
    """What was found of one marker.

    ``log_gain`` is the natural logarithm of signal over signal of the reference, with a 95 % interval;
    ``residual`` what is left between the two after it, in units of arcsinh. All are NaN where nothing could be
    measured; ``notes`` say why. ``status`` is ``no gain`` where more is left than a gain leaves.
    """

    log_gain: float = float("nan")
    ci_low: float = float("nan")
    ci_high: float = float("nan")
    residual: float = float("nan")
    status: Status = "not evaluable"
    notes: tuple[Finding, ...] = ()


def log_gain(new: ControlProfile, reference: ControlProfile, marker: str, *, seed: int = 0) -> Gain:
    """The log gain of one marker between two measurements of one material.

    The median of log ratios of 20 quantiles (.90 to .995; where fewer carry the marker, as many among these), which
    both material and gain determine and neither the negatives nor their number do; the interval is a bootstrap of
    events: the r-th of n uniform order statistics is a ratio of sums of exponentials, so that no event is drawn. After
    the gain the mode of the negatives must agree, and the quantiles of what carries the marker, with a tolerance of a
    fifth of each share: an offset moves the first, a change of one population the second.

    ``not evaluable`` with fewer than 5,000 events, fewer than 100 that carry the marker, or an interval that is wider
    than the limit on either side and does not lie beyond it as a whole; ``no gain`` all the same where no gain within
    the interval would leave little enough.
    """
    few = [each for each in (new, reference) if each.n_events < MIN_EVENTS]
    if few:
        return Gain(notes=(Finding("few control events", events=min(e.n_events for e in few), least=MIN_EVENTS),))
    i, j = new.markers.index(marker), reference.markers.index(marker)
    limit = reference.limits[j] if not np.isnan(reference.limits[j]) else new.limits[i]
    share = reference.share_above(j, limit)
    own = new.share_above(i, new.limits[i] if not np.isnan(new.limits[i]) else limit)
    n_positive = min(share * reference.n_events, own * new.n_events)
    if np.isnan(limit) or n_positive < _MIN_POSITIVE:
        return Gain(notes=(Finding("marker not in control", marker=marker, events=int(np.nan_to_num(n_positive))),))
    top = min(_TOP, _OF_POSITIVE * min(share, own))
    levels = 1 - np.linspace(top, top / _DEEPEST, _N_LEVELS)
    levels = levels[(levels <= min(new.levels[-1], reference.levels[-1])) & (levels >= reference.levels[0])]
    if len(levels) < _N_LEVELS // 4:
        return Gain(notes=(Finding("marker not in control", marker=marker, events=int(n_positive)),))
    found = _ratio(new.at(i, levels), reference.at(j, levels))
    if np.isnan(found):
        return Gain(notes=(Finding("marker not in control", marker=marker, events=int(n_positive)),))
    draws = _bootstrap((new, i), (reference, j), levels, np.random.default_rng(seed))
    low, high = (float(each) for each in np.quantile(draws, [0.025, 0.975]))
    left = _residual((new, i), (reference, j), found, limit)
    notes: tuple[Finding, ...] = ()
    if max(high - found, found - low) > LIMIT and max(low, -high) <= LIMIT:
        least = min(_residual((new, i), (reference, j), each, limit) for each in np.linspace(low, high, _TRIED))
        if least > RESIDUAL:
            return _judged(found, low, high, least)
        notes = (Finding("gain too uncertain", marker=marker, low=float(np.exp(low)), high=float(np.exp(high))),)
        return Gain(found, low, high, left, "not evaluable", notes)
    return _judged(found, low, high, left)


def bead_gain(new: BeadPeaks, reference: BeadPeaks) -> Gain:
    """The log gain of one channel by beads: the median log ratio of matched peaks; what they disagree is left over.

    Peaks of equal number are matched in order; else so that their ratios agree, nearest to no gain. Fewer than
    two matched: not evaluable, for then nothing tells a gain from an offset.
    """
    pairs = new.matched(reference)
    if len(pairs) < 2:
        return Gain(notes=(Finding("bead peaks not matched", peaks=len(new.medians), of=len(reference.medians)),))
    ratios = np.array([np.log(new.medians[a] / reference.medians[b]) for a, b in pairs])
    errors = np.array([np.hypot(new.errors[a], reference.errors[b]) for a, b in pairs])
    found = float(np.median(ratios))
    error = float(TWO_SIDED * np.median(errors))
    return _judged(found, found - error, found + error, float(np.abs(ratios - found).max()))


def _judged(found: float, low: float, high: float, left: float) -> Gain:
    if left > RESIDUAL:
        return Gain(found, low, high, left, "no gain", (Finding("drift is no gain", residual=left, limit=RESIDUAL),))
    moved = abs(found) > LIMIT and low * high > 0
    return Gain(found, low, high, left, "drift" if moved else "ok")


def _ratio(new: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    usable = (new > 0) & (reference > 0)
    return float(np.median(np.log(new[usable] / reference[usable]))) if usable.any() else float("nan")


def _bootstrap(
    new: tuple[ControlProfile, int],
    reference: tuple[ControlProfile, int],
    levels: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Log gains of resampled events, (draws,)."""
    drawn = [profile.at(j, _drawn_levels(levels, profile.n_events, rng)) for profile, j in (new, reference)]
    found = np.log(np.maximum(drawn[0], 1e-12) / np.maximum(drawn[1], 1e-12))
    return np.asarray(np.median(found, axis=1))


def _drawn_levels(levels: NDArray[np.float64], n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Levels of the population at which quantiles of a sample of n lie, (draws, levels): uniform order statistics."""
    ranks = np.concatenate([[0.0], np.maximum(levels * n, 1e-9), [n + 1.0]])
    sums = rng.standard_gamma(np.maximum(np.diff(ranks), 1e-9), size=(_DRAWS, len(levels) + 1)).cumsum(axis=1)
    return np.asarray(sums[:, :-1] / sums[:, -1:])


def _residual(
    new: tuple[ControlProfile, int], reference: tuple[ControlProfile, int], gain: float, limit: float
) -> float:
    """The most that is left after the gain, in units of arcsinh with the cofactor of the wider negatives."""
    (profile, i), (other, j) = new, reference
    by = float(np.exp(gain))
    spreads = [each for each in (profile.spreads[i] / by, other.spreads[j]) if np.isfinite(each) and each > 0]
    scale = _SCALE * max(spreads) if spreads else max(float(np.median(np.abs(other.values[:, j]))) * 1e-3, 1e-9)
    modes = (profile.modes[i] / by, other.modes[j])
    moved = abs(modes[0] - modes[1]) / scale if np.isfinite(modes).all() else 0.0
    levels = other.levels[other.values[:, j] > limit]
    lower = 1 - _OF_POSITIVE * other.share_above(j, limit)
    levels = levels[(levels >= lower) & (np.minimum(1 - levels, levels) * min(profile.n_events, other.n_events) >= 50)]
    if not len(levels):
        return float(moved)
    tail = np.minimum(levels, 1 - levels)
    chance = 3 * np.sqrt(levels * (1 - levels) * (1 / profile.n_events + 1 / other.n_events))
    slack = _COMPOSITION * tail + chance
    expected = np.arcsinh(other.at(j, levels) / scale)
    low = np.arcsinh(profile.at(i, np.clip(levels - slack, 0, 1)) / by / scale)
    high = np.arcsinh(profile.at(i, np.clip(levels + slack, 0, 1)) / by / scale)
    left = np.maximum(np.maximum(low - expected, expected - high), 0)
    return float(max(moved, left.max()))
