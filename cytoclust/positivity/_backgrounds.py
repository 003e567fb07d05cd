"""Where cells without a marker lie in each sample."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.normal import SD_OF_MAD
from cytoclust.positivity._profile import MIN_EVENTS, Profile

__all__ = ["background_moves", "backgrounds", "shifts"]

_SAMPLES = 3
"""From which on one can differ from the others. Derived: of two none is the odd one."""
_ENOUGH, _PART = 20, 0.1
"""Events of a cluster in a sample, and of its kind's there, so that its median counts. Chosen: a median of 20 events
errs by 0.3 spreads."""
_OFTEN = 0.25
"""Of the samples, by how many a kind lacks a marker, so that it shows the background. Chosen: see sensitivity."""
_ALL = 0.2
"""Quantile over kinds, on the side of the others: background moves cells of every kind, and what only some kinds show
is theirs. Chosen: see sensitivity."""
_KINDS = 2
"""Kinds that must show it. Chosen."""
_SPREADS, _SCATTERS = 1.0, 4.0
"""Spreads of the negatives, and times the scatter of the other samples, from which on a background differs. Chosen: see
sensitivity."""

COLUMNS = (keys.SAMPLE, keys.MARKER, keys.BACKGROUND, "shift", "shift_signal", "differs")


def backgrounds(profile: Profile, cuts: pd.DataFrame) -> pd.DataFrame:
    """One row a sample and marker: where its cells without the marker lie, and how far off those of most samples.

    Cells of one kind are compared between samples, and a kind is what it is by all other markers: so a sample that was
    clustered apart because of its background is compared with the rest, and one of other composition is no other
    background. Most samples are the half that lie closest together. Background moves cells of every kind alike, so that
    the shift is the least that four kinds in five show.

    Parameters
    ----------
    profile
        The clusters, with their medians in each sample.
    cuts
        A row a marker, in the order of the profile: ``positive``, ``spread``.

    Returns
    -------
    ``sample_id, marker, background`` (transformed scale), ``shift`` (spreads of the negatives), ``shift_signal`` (unit
    of the file; nan where that is not known), ``differs``. Rows where there is something to compare.
    """
    profile = profile.straight or profile
    if len(profile.samples) < _SAMPLES:
        return _frame([])
    positive, spread = (cuts[name].to_numpy(dtype=np.float64) for name in ("positive", "spread"))
    use = np.flatnonzero(profile.n_events >= MIN_EVENTS)
    carries = np.nan_to_num(profile.medians[use], nan=-np.inf) > np.where(np.isnan(positive), np.inf, positive)
    rows: list[tuple[object, ...]] = []
    for j, marker in enumerate(profile.markers):
        lowest = _lowest_of_kinds(profile, use, np.delete(carries, j, axis=1), j)
        found = _compare(lowest, positive[j], float(profile.zero[j]))
        if found is None:
            continue
        at, moved, scatter = found
        known = bool(len(profile.signals))
        for s, sample in enumerate(profile.samples):
            if np.isnan(at[s]):
                continue
            both = np.array([at[s], at[s] - moved[s]])
            signal = np.interp(both, profile.edges[j], profile.signals[j]) if known else np.full(2, np.nan)
            differs = abs(moved[s]) >= max(_SPREADS * spread[j], _SCATTERS * scatter)
            size = moved[s] / spread[j]
            rows.append((sample, marker, float(at[s]), float(size), float(signal[0] - signal[1]), bool(differs)))
    return _frame(rows)


def shifts(table: pd.DataFrame, samples: pd.Index, markers: list[str]) -> np.ndarray:
    """``(s, m)`` shift of each background that differs, in spreads; 0 of others."""
    differ = table[table["differs"]]
    wide = differ.pivot(index=keys.SAMPLE, columns=keys.MARKER, values="shift")
    return wide.reindex(index=samples.astype(str), columns=markers).fillna(0.0).to_numpy(dtype=np.float64)


def background_moves(profile: Profile, table: pd.DataFrame) -> np.ndarray:
    """Signal ``(c, m)`` by which clusters move if each sample had the background of most; 0 where none differs."""
    own = np.zeros((len(profile.samples), len(profile.markers)))
    for sample, marker, size in table.loc[table["differs"], [keys.SAMPLE, keys.MARKER, "shift_signal"]].itertuples(
        index=False
    ):
        own[profile.samples.index(sample), profile.markers.index(marker)] = np.nan_to_num(size)
    share = profile.sample_events / np.maximum(profile.sample_events.sum(axis=0), 1)
    return -(share.T @ own)


def _lowest_of_kinds(profile: Profile, use: np.ndarray, carries: np.ndarray, j: int) -> np.ndarray:
    """Median (s, k) of the lowest cluster of each kind in each sample; nan where a sample has too few of its events."""
    _, kind = np.unique(carries, axis=0, return_inverse=True)
    kind = kind.ravel()
    events, medians = profile.sample_events[:, use], profile.sample_medians[:, use, j].astype(np.float64)
    columns = []
    for k in range(kind.max(initial=-1) + 1):
        mine = kind == k
        of = events[:, mine]
        counts = of >= np.maximum(_ENOUGH, _PART * of.sum(axis=1, keepdims=True))
        low = np.where(counts, medians[:, mine], np.inf).min(axis=1)
        columns.append(np.where(np.isfinite(low), low, np.nan))
    return np.array(columns).T


def _compare(lowest: np.ndarray, cut: float, zero: float) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Background and shift of each sample (s,), and the scatter of samples that are alike; None where nothing is
    told.
    """
    often = np.count_nonzero(~np.isnan(lowest), axis=0) >= _SAMPLES
    lowest = lowest[:, often]
    if not lowest.size:
        return None
    with np.errstate(invalid="ignore"):
        lacks = np.array([np.nanquantile(column, _OFTEN) for column in lowest.T]) < (np.inf if np.isnan(cut) else cut)
    lowest = lowest[:, lacks]
    shown = np.flatnonzero(~np.isnan(lowest).all(axis=1))
    if not lowest.size or len(shown) < _SAMPLES:
        return None
    at = np.full(len(lowest), np.nan)
    at[shown] = [np.nanmedian(lowest[s]) for s in shown]
    usual = shown[_closest_half(at[shown], zero)]
    reference = np.full(lowest.shape[1], np.nan)
    for k, column in enumerate(lowest.T):
        known = column[usual][~np.isnan(column[usual])]
        reference[k] = np.median(known) if len(known) else np.nan
    moved = np.array([_common(row[~np.isnan(row)], lowest.shape[1]) for row in lowest - reference])
    scatter = SD_OF_MAD * float(np.median(np.abs(at[usual] - np.median(at[usual]))))
    return at, moved, scatter


def _closest_half(at: np.ndarray, zero: float) -> np.ndarray:
    """The half of some values that lie closest together; of two such halves the one nearer to zero, or the lower."""
    order = np.argsort(at, kind="stable")
    n = (len(at) + 1) // 2
    x = at[order]
    width = x[n - 1 :] - x[: len(x) - n + 1]
    middle = (x[n - 1 :] + x[: len(x) - n + 1]) / 2
    good = np.flatnonzero(width <= width.min() + 0.25 * float(np.ptp(x)))
    far = middle[good] if np.isnan(zero) else np.abs(middle[good] - zero)
    start = int(good[np.argmin(far)])
    return order[start : start + n]


def _common(row: np.ndarray, n_kinds: int) -> float:
    """The shift that nearly all kinds of a sample show: the least of them, 0 where they differ in direction."""
    if len(row) < min(_KINDS, n_kinds):
        return 0.0
    low = np.quantile(row, _ALL, method="lower")
    high = np.quantile(row, 1 - _ALL, method="higher")
    return float(low if low > 0 else high if high < 0 else 0.0)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"differs": bool, "background": float, "shift": float, "shift_signal": float})
