"""Populations of the patients' samples that stand in for a control: they warn, and never correct."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from cytoclust.drift._log_gain import LIMIT, Gain
from cytoclust.findings import Finding

__all__ = ["Landmarks"]

_MIN_EVENTS: Final = 50
"""Events of a landmark in each sample. Chosen: its median then errs by a fifth of the spread or less."""
_ERROR: Final = 0.005
"""Chance that one marker is said to have drifted where patients alone differ. Chosen: one in twenty for ten markers."""
_WIDEST: Final = float(np.log(2.0))
"""Log gain that must be seen, or landmarks tell nothing. Chosen: twice, which makes false cells."""
_SHARED: Final = 2
"""Degrees of freedom with which the mean variance of the other markers joins a marker's own. Chosen: markers differ in
how they differ between patients up to threefold; with three patients and one the limit is then twofold, not fourfold.
"""
_MIN_SAMPLES: Final = 3
"""Patients of the reference, below which how they differ is not known. Chosen."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Medians of clusters in samples.

    Attributes
    ----------
    markers
        Names of the ``m`` markers.
    events, medians
        ``(s, c)`` events of each cluster in each sample, and ``(s, c, m)`` their medians, linear and compensated.
    carries
        ``(c, m)`` whether the cluster clearly carries the marker.
    batches
        Of each sample; None of those of a reference that was built before.
    patients
        Of each sample: those of one patient count as one, by their mean. None: each sample is a patient.
    """

    markers: tuple[str, ...]
    events: NDArray[np.int64]
    medians: NDArray[np.float64]
    carries: NDArray[np.bool_]
    batches: Sequence[str | None]
    patients: Sequence[str] | None = None

    def gain(self, marker: str, batch: str, reference: str | None) -> tuple[Gain, float]:
        """Log gain of a batch by the populations that carry the marker in every sample, and its limit.

        Each patient has the median over landmarks of the logarithm of its median over the reference's; the gain is the
        difference of their means, with the interval of Student's t for two samples of one variance, towards which the
        other markers' is shared (as in Smyth 2004, with fixed weight). The limit is 10 %, or what patients alone
        exceed once in 200 times, where that is more: few patients have a wide one. Within a limit of more than twofold
        a batch is ``not evaluable``.
        """
        mine = self._moved(marker, batch, reference)
        if isinstance(mine, Finding):
            return Gain(notes=(mine,)), float("nan")
        one, other = mine
        freedom = len(one) + len(other) - 2
        shared = self._shared(marker, batch, reference)
        weight = _SHARED if np.isfinite(shared) else 0
        variance = (_squares(one, other) + weight * np.nan_to_num(shared)) / (freedom + weight)
        error = float(np.sqrt(variance * (1 / len(one) + 1 / len(other))))
        quantile = stdtrit(freedom + weight, [0.975, 1 - _ERROR / 2])
        found, reach = float(other.mean() - one.mean()), float(quantile[0]) * error
        limit = max(LIMIT, float(quantile[1]) * error)
        low, high = found - reach, found + reach
        if abs(found) > limit:
            return Gain(found, low, high, status="drift"), limit
        if limit > _WIDEST:
            vague = Finding("gain too uncertain", marker=marker, low=float(np.exp(low)), high=float(np.exp(high)))
            return Gain(found, low, high, notes=(vague,)), limit
        return Gain(found, low, high, status="ok"), limit

    def _moved(
        self, marker: str, batch: str, reference: str | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | Finding:
        """Of each patient of the reference and of the batch how far it lies from the reference, or why that is not
        known.
        """
        j = self.markers.index(marker)
        known = self.carries[:, j] & (self.events >= _MIN_EVENTS).all(axis=0) & (self.medians[:, :, j] > 0).all(axis=0)
        if not known.any():
            return Finding("no landmark", marker=marker)
        logs = np.log(self.medians[:, known, j])
        inside, patients = self._of(reference, logs)
        if len(set(patients)) < _MIN_SAMPLES:
            return Finding("few reference samples", samples=len(set(patients)), least=_MIN_SAMPLES)
        centre = inside.mean(axis=0)
        new, others = self._of(batch, logs)
        return _by_patient(inside - centre, patients), _by_patient(new - centre, others)

    def _shared(self, marker: str, batch: str, reference: str | None) -> float:
        """Mean variance of the other markers; NaN where there is none."""
        pairs = [self._moved(each, batch, reference) for each in self.markers if each != marker]
        known = [_squares(*each) / (len(each[0]) + len(each[1]) - 2) for each in pairs if not isinstance(each, Finding)]
        return float(np.mean(known)) if known else float("nan")

    def _of(self, batch: str | None, logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
        """Rows of a batch, and the patient of each."""
        mine = [number for number, each in enumerate(self.batches) if each == batch]
        return logs[mine], [self.patients[i] if self.patients is not None else str(i) for i in mine]


def _by_patient(moved: NDArray[np.float64], patients: Sequence[str]) -> NDArray[np.float64]:
    """Of each patient the mean over samples of the median over landmarks, of samples × landmarks."""
    own, names = np.median(moved, axis=1), np.array(list(patients), dtype=object)
    return np.array([own[names == name].mean() for name in dict.fromkeys(patients)])


def _squares(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of the deviations from the mean of each, together."""
    return float(((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum())
