"""Clusters whose negatives lie high: autofluorescence, and dead cells that bind everything."""

from dataclasses import dataclass

import numpy as np

__all__ = ["corrected_medians", "junk_clusters", "without_autofluorescence"]

_NEAR_NEGATIVE = 3.0
"""Spreads above the negative mode up to which a cluster may be negative. Chosen: see sensitivity."""
_QUANTILE = 0.3
"""Of what a cluster's lacking markers are shifted by: low, so that one that is dim for several keeps them. Chosen: see
sensitivity."""
_MARKERS = 4
"""That a cluster must lack, so that they can share a shift. Chosen: see sensitivity."""
_LARGEST = 2.5
"""Spreads: the largest shift that is taken for autofluorescence. Chosen: see sensitivity."""

_LARGER = 5.0
"""Times the events: what a cluster is a raised copy of. Chosen: see sensitivity."""
_LACKING = 2.5
"""Spreads above the negative mode up to which a cluster lacks a marker, for certain enough. Chosen: see sensitivity."""
_RAISED = 0.8
"""Spreads by which every lacking marker of junk is raised, at least. Chosen: see sensitivity."""
_TRACES, _MOSTLY = 0.7, 0.6
"""Spreads, and share of the markers that are lacked: an uneven rise. Chosen: see sensitivity."""
_EVEN = 2.2
"""Times the usual: the most that one marker is raised among those raised evenly. Chosen: see sensitivity."""
_LOST = 5.0
"""Spreads that a dead cell's positive markers may lose. Chosen: see sensitivity."""
_UNLIKE, _UNCHANGED, _MOST = 1.0, 5.0, 6.0
"""Spreads by which a glowing cluster may lie below the larger one, differ on positive markers, and lie above. Chosen:
see sensitivity."""
_SENSITIVE = 0.5
"""Of the most sensitive marker's rise, from which on a marker is sensitive. Chosen: see sensitivity."""
_TRACE = 0.5
"""Spreads: least autofluorescence that counts. Chosen: see sensitivity."""
_WITNESSES = 3
"""Sensitive markers that a spectrum needs. Chosen: see sensitivity."""
_BRIGHTEST = 1.5
"""Times the cluster that the spectrum is learnt from: the most that another can glow. Chosen: see sensitivity."""
_ROUNDS = 3
"""Of learning a spectrum and the amounts in turn. Chosen: see sensitivity."""
_SHOWN = 0.25
"""Quantile, over glowing clusters, of a marker's share in the spectrum: some carry the marker. Chosen: see
sensitivity."""


def corrected_medians(medians: np.ndarray, negative: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Medians ``(c, m)`` less half the shift that a cluster shares over the markers it lacks.

    Large cells such as MSCs are autofluorescent: their negatives lie above those of lymphocytes, on all markers at
    once. Cuts lie above the negatives of such cells, some way at least; how much of the shift a cut has taken in is
    anything from none to all of it, so that half is what to expect.

    Parameters
    ----------
    medians
        ``(c, m)`` median of each cluster and marker.
    negative, spread
        ``(m,)`` centre and standard deviation of the negative mode of each marker.
    """
    return medians - _shared_shift((medians - negative) / spread)[:, None] * spread / 2


def _shared_shift(z: np.ndarray) -> np.ndarray:
    """Shift ``(c,)`` of clusters, in spreads of the negative mode.

    The 30 % quantile over the markers on which a cluster may be negative; never below 0, never above 2.5, and 0 if
    there are fewer than four such markers.
    """
    shift = np.zeros(len(z))
    for cluster, row in enumerate(z):
        lacking = row[row <= _NEAR_NEGATIVE]
        if len(lacking) >= _MARKERS:
            shift[cluster] = np.clip(np.quantile(lacking, _QUANTILE), 0, _LARGEST)
    return shift


def junk_clusters(z: np.ndarray, n_events: np.ndarray) -> np.ndarray:
    """Clusters ``(c,)`` that are a much larger one raised evenly on every marker it lacks: dead cells, mostly.

    Dead cells bind every antibody a little and glow. They tell nothing of where a marker turns positive.

    Parameters
    ----------
    z
        ``(c, m)`` medians in spreads above the negative mode.
    n_events
        ``(c,)`` events.
    """
    junk = np.zeros(len(z), dtype=bool)
    for cluster in range(len(z)):
        for larger in np.flatnonzero(n_events >= _LARGER * n_events[cluster]):
            lacks = z[larger] < _LACKING
            raised = (z[cluster] - z[larger])[lacks]
            lost = (z[larger] - z[cluster])[~lacks].max(initial=0.0)
            usual = float(np.median(raised)) if len(raised) else 0.0
            if len(raised) >= _MARKERS and raised.min() >= _RAISED and raised.max() <= _EVEN * usual <= _EVEN * _MOST:
                junk[cluster] |= lost < _LOST
    return junk


def without_autofluorescence(
    medians: np.ndarray, negative: np.ndarray, spread: np.ndarray, n_events: np.ndarray, junk: np.ndarray
) -> np.ndarray:
    """Medians ``(c, m)`` less autofluorescence, if its spectrum can be seen; else less the shift that a
    cluster shares over the markers it lacks.

    Detectors differ in how much autofluorescence they see. The spectrum is learnt from a cluster that is a larger one
    but for most of the markers it lacks being raised unevenly (eosinophils beside neutrophils); of several,
    the one whose spectrum most clusters show a trace of. A cluster's amount is what *all* sensitive markers
    admit, their least: one marker that it really carries cannot raise it.

    Parameters
    ----------
    medians, n_events
        ``(c, m)`` and ``(c,)`` of each cluster.
    negative, spread
        ``(m,)`` of the negative mode of each marker.
    junk
        ``(c,)`` clusters to learn nothing from.
    """
    z = (medians - negative) / spread
    spectra = [_spectrum(z, pair, junk) for pair in _raised_pairs(z, n_events, junk)]
    seen = [each for each in spectra if each is not None]
    if not seen:
        return np.asarray(medians - _shared_shift(z)[:, None] * spread)
    best = max(seen, key=lambda each: int((each.amount[~junk] * each.spectrum.max() >= _TRACE).sum()))
    return np.asarray(medians - best.amount[:, None] * best.spectrum * spread)


@dataclass(frozen=True)
class _Glow:
    spectrum: np.ndarray  # (m,) spreads for an amount of 1
    amount: np.ndarray  # (c,)


def _raised_pairs(z: np.ndarray, n_events: np.ndarray, junk: np.ndarray) -> list[tuple[int, int]]:
    """(cluster, larger one that it is, but for negatives that are raised unevenly)."""
    pairs = []
    for cluster in np.flatnonzero(~junk):
        best = (np.inf, -1)
        for larger in np.flatnonzero(n_events >= _LARGER * n_events[cluster]):
            lacks = z[larger] < _LACKING
            change = z[cluster] - z[larger]
            raised = change[lacks]
            enough = np.count_nonzero(raised >= _TRACES) >= max(_MARKERS, _MOSTLY * len(raised))
            alike = np.abs(change[~lacks]).max(initial=0.0) < _UNCHANGED
            if enough and alike and raised.min() > -_UNLIKE and raised.max() <= _MOST:
                best = min(best, (float(np.abs(change).sum()), int(larger)))
        if best[1] >= 0:
            pairs.append((int(cluster), best[1]))
    return pairs


def _spectrum(z: np.ndarray, pair: tuple[int, int], junk: np.ndarray) -> _Glow | None:
    """Spectrum and amounts; a marker that other glowing clusters show less of is less sensitive than the pair says."""
    cluster, larger = pair
    spectrum = np.maximum(z[cluster] - z[larger], 0)
    lacks = z[larger] < _LACKING
    for _ in range(_ROUNDS):
        sensitive = lacks & (spectrum >= _SENSITIVE * (spectrum * lacks).max())
        if sensitive.sum() < _WITNESSES or not spectrum[sensitive].all():
            return None
        amount = np.clip((z[:, sensitive] / spectrum[sensitive]).min(axis=1), 0, _BRIGHTEST)
        glowing = (amount >= amount[cluster] / 2) & ~junk
        if not amount[cluster] > 0:
            return None
        spectrum = np.minimum(spectrum, np.maximum(np.quantile(z[glowing] / amount[glowing, None], _SHOWN, axis=0), 0))
    return _Glow(spectrum, amount)
