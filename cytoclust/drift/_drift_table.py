"""``drift.csv``: whether each batch measures as the reference did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift._bead_peaks import bead_peaks
from cytoclust.drift._control_profile import ControlProfile
from cytoclust.drift._landmarks import Landmarks
from cytoclust.drift._log_gain import LIMIT, Gain, bead_gain, log_gain
from cytoclust.findings import to_cell
from cytoclust.tables import TABLES

__all__ = ["ControlRow", "drift_table"]


@dataclass(frozen=True, eq=False)
class ControlRow:
    """A control file: what the sheet calls it, its batch ("" for none), and what was measured of it."""

    sample_id: str
    batch: str
    profile: ControlProfile


def drift_table(
    markers: Sequence[str],
    *,
    batches: Sequence[str],
    reference: ControlProfile | None = None,
    reference_batch: str | None = "",
    controls: Sequence[ControlRow] = (),
    beads: Mapping[tuple[str, str], NDArray[np.float32]] | None = None,
    reference_beads: NDArray[np.float32] | None = None,
    landmarks: Landmarks | None = None,
) -> pd.DataFrame:
    """The table ``drift.csv``: a row a control and marker, a row a bead file and marker, else one by landmarks.

    Parameters
    ----------
    markers
        Those to follow, in order; each is in the profiles and landmarks. Of beads, columns follow this order.
    batches
        Those to follow; the reference batch is left out where it is the landmarks' own.
    reference
        The process control that others are compared with: of a reference built before, or of the reference batch. Of a
        file that keeps quantiles: ``ControlProfile(markers, n_events, levels, values, modes, spreads, limits)``, with
        NaN for what it does not keep.
    reference_batch
        The batch that the reference is of; None where it is none of these: its samples then stand among the landmarks
        with None as their batch.
    controls
        Process controls of these batches.
    beads, reference_beads
        Linear events (n, m) of each bead file, by ``(sample_id, batch)``, and of the reference's.
    landmarks
        Medians of clusters: asked for each batch and marker of which no control and no beads tell anything.

    Returns
    -------
    ``sample_id, batch, marker, source, log_gain, ci_low, ci_high, limit, status, residual, note``; ``sample_id`` is
    empty of landmarks.
    """
    rows: list[dict[str, object]] = []
    told: set[tuple[str, str]] = set()

    def add(sample_id: str, batch: str, marker: str, source: str, found: Gain, limit: float) -> None:
        rows.append({
            keys.SAMPLE: sample_id, keys.BATCH: batch, keys.MARKER: marker, "source": source,
            "log_gain": found.log_gain, "ci_low": found.ci_low, "ci_high": found.ci_high, "limit": limit,
            keys.STATUS: found.status, "residual": found.residual, keys.NOTE: to_cell(found.notes),
        })  # fmt: skip
        if found.status != "not evaluable":
            told.add((batch, marker))

    for each in controls if reference is not None else ():
        for marker in markers:
            found = log_gain(each.profile, reference, marker)  # type: ignore[arg-type]
            add(each.sample_id, each.batch, marker, "control", found, LIMIT)
    if reference_beads is not None:
        known = [bead_peaks(reference_beads[:, j]) for j in range(len(markers))]
        for (sample_id, batch), events in (beads or {}).items():
            for j, marker in enumerate(markers):
                add(sample_id, batch, marker, "beads", bead_gain(bead_peaks(events[:, j]), known[j]), LIMIT)
    for batch in batches if landmarks is not None else ():
        for marker in markers:
            if (batch, marker) not in told and batch != reference_batch:
                found, limit = landmarks.gain(marker, batch, reference_batch)  # type: ignore[union-attr]
                add("", batch, marker, "landmark", found, limit)
    return pd.DataFrame(rows, columns=[column.name for column in TABLES["drift"].columns])
