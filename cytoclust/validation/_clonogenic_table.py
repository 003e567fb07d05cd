"""One in how many cells forms a colony, by limiting dilution."""

from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.validation._limiting_dilution import limiting_dilution
from cytoclust.validation._who import who

__all__ = ["clonogenic_table"]

_ALPHA = 0.05
"""P of the slope up to which one cell alone is not enough. Convention: the slope test of ELDA at 5 %."""


def clonogenic_table(doses: pd.DataFrame, sheet: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """The table ``clonogenic.csv``: one row a sample and population.

    Parameters
    ----------
    doses
        Of :func:`read_dilution`.
    sheet
        Index sample: ``patient_id, group, timepoint``.
    confidence
        Of intervals.
    """
    rows: list[dict[str, Any]] = []
    for (sample, population), mine in doses.groupby([keys.SAMPLE, keys.POPULATION], sort=False):
        found = limiting_dilution(mine["dose"], mine["tested"], mine["positive"], confidence=confidence)
        notes = []
        if np.isnan(found.one_in):
            notes.append(Finding("all wells positive"))
        elif np.isinf(found.one_in):
            notes.append(Finding("no well positive"))
        elif found.slope_p <= _ALPHA:
            notes.append(Finding("not one cell alone", slope=found.slope, p=found.slope_p))
        rows.append(
            {
                keys.SAMPLE: sample,
                **who(sheet, str(sample)),
                keys.POPULATION: population,
                "n_doses": mine["dose"].nunique(),
                "n_wells": int(mine["tested"].sum()),
                "n_positive": int(mine["positive"].sum()),
                "one_in": found.one_in,
                keys.CI_LOW: found.low,
                keys.CI_HIGH: found.high,
                keys.PER_MILLION: 1e6 / found.one_in,
                "slope": found.slope,
                "slope_p": found.slope_p,
                keys.NOTE: to_cell(notes),
            }
        )
    return pd.DataFrame(rows)
