"""Populations of new samples beside those of a reference, as drift is told by them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import Landmarks
from cytoclust.frozen import _landmarks
from cytoclust.frozen._reference import Reference
from cytoclust.stats import clearly_carries

__all__ = ["drift_landmarks"]


def drift_landmarks(
    reference: Reference, columns: NDArray[np.int64], found: Sequence[_landmarks.SampleMedians], batch: str
) -> Landmarks | None:
    """Medians of the reference's samples (batch None) and of those of one batch, of some columns of the panel (m,).

    None where the reference does not keep them, or its signals have no unit of the file. ``found`` are new samples:
    one of the reference's own would be held against itself.
    """
    known, profile = reference.landmarks, reference.profile
    if known.medians is None or not len(profile.signals) or not found:
        return None
    markers = [reference.panel.names[i] for i in columns]
    table = reference.thresholds.to_frame()
    cuts = dict(zip(table[keys.MARKER].astype(str), table["positive"].astype(float), strict=True))
    return Landmarks(
        tuple(markers),
        np.concatenate([known.n_events, *(each.n_events for each in found)]),
        np.concatenate([known.medians, *(each.medians for each in found)])[:, :, columns],
        clearly_carries(profile, markers=markers, medians=known.linear_median[:, columns], positive=cuts),
        [*[None] * len(known.medians), *[batch] * len(found)],
        [*known.patients, *(name for each in found for name in each.patients)],
    )
