"""Drift between the batches of a cohort, by populations that all samples have."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import Landmarks, drift_table
from cytoclust.positivity import Profile

__all__ = ["clearly_carries", "landmark_drift", "landmarks_of", "reference_batch"]

_CLEARLY: Final = 2.0
"""Times the cut between negative and positive, from which on a cluster clearly carries the marker. Chosen."""


def landmark_drift(profile: Profile, cuts: pd.DataFrame, sheet: pd.DataFrame) -> pd.DataFrame | None:
    """The table ``drift.csv`` by landmarks alone; None of fewer than two batches, or where signals are not known."""
    landmarks = landmarks_of(profile, cuts, sheet)
    if landmarks is None:
        return None
    batches = [str(each) for each in dict.fromkeys(landmarks.batches)]
    return drift_table(
        landmarks.markers, batches=batches, reference_batch=reference_batch(batches, sheet), landmarks=landmarks
    )


def landmarks_of(profile: Profile, cuts: pd.DataFrame, sheet: pd.DataFrame) -> Landmarks | None:
    """Medians of clusters in samples as linear signals; None of fewer than two batches, or where signals are not known.

    Parameters
    ----------
    profile
        What the clusters look like.
    cuts
        A row a marker, ``positive`` on the transformed scale.
    sheet
        Index sample: ``batch``, and ``patient_id`` as far as known.
    """
    known = sheet[keys.BATCH].dropna().astype(str) if keys.BATCH in sheet else pd.Series(dtype=str)
    kept = [i for i, name in enumerate(profile.samples) if known.get(name, "")]
    stained = [j for j, marker in enumerate(profile.markers) if marker not in profile.scatter]
    if known[known != ""].nunique() < 2 or not kept or not len(profile.signals):
        return None
    positive = dict(zip(cuts[keys.MARKER].astype(str), cuts["positive"].astype(float), strict=True))

    def linear(j: int, values: np.ndarray) -> np.ndarray:
        return np.interp(values, profile.edges[j], profile.signals[j])

    medians = np.stack([linear(j, profile.sample_medians[kept][:, :, j]) for j in stained], axis=2)
    whole = np.stack([linear(j, profile.medians[:, j]) for j in stained], axis=1)
    carries = clearly_carries(profile, markers=[profile.markers[j] for j in stained], medians=whole, positive=positive)
    names = [profile.samples[i] for i in kept]
    people = sheet[keys.PATIENT].dropna().astype(str) if keys.PATIENT in sheet else pd.Series(dtype=str)
    return Landmarks(
        tuple(profile.markers[j] for j in stained), profile.sample_events[kept], medians, carries,
        [str(known[name]) for name in names], [people.get(name, "") or str(name) for name in names],
    )  # fmt: skip


def clearly_carries(
    profile: Profile, *, markers: Sequence[str], medians: NDArray[np.floating], positive: Mapping[str, float]
) -> NDArray[np.bool_]:
    """Whether each cluster, by its linear medians (c, m), lies clearly above the cut of each marker (c, m).

    ``positive`` are the cuts on the transformed scale, by marker.
    """
    at = [profile.markers.index(marker) for marker in markers]
    cuts = [positive.get(marker, np.nan) for marker in markers]
    limits = np.array([np.interp(cut, profile.edges[j], profile.signals[j]) for j, cut in zip(at, cuts, strict=True)])
    return np.asarray((medians > _CLEARLY * limits) & (limits > 0))


def reference_batch(batches: list[str], sheet: pd.DataFrame) -> str:
    """The batch of most samples; of those alike the first of the sheet."""
    counts = sheet[keys.BATCH].astype(str).value_counts()
    return max(batches, key=lambda batch: int(counts.get(batch, 0)))
