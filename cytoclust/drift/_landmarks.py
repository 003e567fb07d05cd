"""Populations of the patients' samples that stand in for a control: they warn, and never correct."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.drift._log_gain import Gain
from cytoclust.findings import Finding
from cytoclust.normal import ERROR_OF_MEDIAN, SD_OF_MAD, TWO_SIDED

__all__ = ["Landmarks"]

_MIN_EVENTS: Final = 50
"""Events of a landmark in each sample. Chosen: its median then errs by a fifth of the spread or less."""
_SPREADS: Final = 3.0
"""Standard deviations between patients beyond which a sample is unlike the reference. Convention: 1-3s."""
_HALF: Final = 0.5
"""Of a batch's samples that must be unlike it. Chosen: fewer are patients, not detectors."""
_MIN_SAMPLES: Final = 3
"""Of the reference, below which how patients differ is not known. Chosen."""


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
    centres, sds
        ``(c, m)`` and ``(m,)``, of a reference that was built before: median of the logarithms of its samples' medians,
        and standard deviation between patients. None: they are taken from the samples of the reference batch.
    """

    markers: tuple[str, ...]
    events: NDArray[np.int64]
    medians: NDArray[np.float64]
    carries: NDArray[np.bool_]
    batches: Sequence[str | None]
    centres: NDArray[np.float64] | None = None
    sds: NDArray[np.float64] | None = None

    def gain(self, marker: str, batch: str, reference: str | None) -> tuple[Gain, float]:
        """Log gain of a batch by the populations that carry the marker in every sample, and its limit.

        Each sample has the median over landmarks of the logarithm of its median over the reference's; the batch has the
        median of its samples, and has drifted if at least half of them are more than three standard deviations between
        patients away. The interval is that of a median, from the spread of the samples.
        """
        j = self.markers.index(marker)
        known = self.carries[:, j] & (self.events >= _MIN_EVENTS).all(axis=0) & (self.medians[:, :, j] > 0).all(axis=0)
        if self.centres is not None:
            known &= np.isfinite(self.centres[:, j])
        if not known.any():
            return Gain(notes=(Finding("no landmark", marker=marker),)), float("nan")
        logs = np.log(self.medians[:, known, j])
        of = np.array(list(self.batches), dtype=object)
        if self.centres is None or self.sds is None:
            inside = logs[of == reference]
            if len(inside) < _MIN_SAMPLES:
                few = Finding("few reference samples", samples=len(inside), least=_MIN_SAMPLES)
                return Gain(notes=(few,)), float("nan")
            centre = np.median(inside, axis=0)
            own = np.median(inside - centre, axis=1)
            sd = _robust_sd(own)
        else:
            centre, sd = self.centres[known, j], float(self.sds[j])
        moved = np.median(logs[of == batch] - centre, axis=1)
        found, limit = float(np.median(moved)), _SPREADS * sd
        error = TWO_SIDED * ERROR_OF_MEDIAN * max(sd, _robust_sd(moved)) / np.sqrt(len(moved))
        beyond = float((np.abs(moved) > limit).mean()) >= _HALF
        return Gain(found, found - error, found + error, status="drift" if beyond else "ok"), limit


def _robust_sd(values: NDArray[np.float64]) -> float:
    """Between patients; of few, the classical one where the robust one says none."""
    if len(values) < 2:
        return 0.0
    robust = SD_OF_MAD * float(np.median(np.abs(values - np.median(values))))
    return max(robust, float(values.std(ddof=1)) if len(values) < 2 * _MIN_SAMPLES else 0.0)
