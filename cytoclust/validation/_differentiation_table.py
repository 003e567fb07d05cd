"""How much more of a read-out induced wells have than uninduced ones of the same plate."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import t

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.validation._who import who

__all__ = ["differentiation_table"]

_SCORES: Final = ("score", "scores", "grade")


@dataclass(frozen=True)
class _Plate:
    """Log2 ratio, its variance by the plate's wells (NaN where none are replicates) and degrees of freedom."""

    effect: float
    variance: float
    freedom: float


def differentiation_table(wells: pd.DataFrame, sheet: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """The table ``differentiation.csv``: one row a sample, population, lineage and read-out.

    Values are less their blank, over what they are told per (protein, DNA, cells). The effect of a plate is the log2
    ratio of its means; of several plates the mean, with the limits of t over plates; of one, limits are those of its
    wells (delta method, Welch's degrees of freedom). Scores have no ratio: their difference of means is told.

    Parameters
    ----------
    wells
        Of :func:`read_differentiation`.
    sheet
        Index sample: ``patient_id, group, timepoint``.
    confidence
        Of intervals.
    """
    rows: list[dict[str, Any]] = []
    by = [keys.SAMPLE, keys.POPULATION, "lineage", "readout", "unit"]
    for (sample, population, lineage, readout, unit), mine in wells.groupby(by, sort=False):
        score = str(unit).casefold() in _SCORES
        plates, notes = _plates(mine, score=score)
        effect, low, high = _together(plates, confidence)
        rows.append(
            {
                keys.SAMPLE: sample,
                **who(sheet, str(sample)),
                keys.POPULATION: population,
                "lineage": lineage,
                "readout": readout,
                "unit": unit,
                "n_plates": len(plates),
                "n_wells": len(mine),
                "log2_ratio": np.nan if score else effect,
                "score_difference": effect if score else np.nan,
                keys.CI_LOW: low,
                keys.CI_HIGH: high,
                keys.NOTE: to_cell(notes),
            }
        )
    return pd.DataFrame(rows)


def _plates(wells: pd.DataFrame, *, score: bool) -> tuple[list[_Plate], list[Finding]]:
    found, notes = [], []
    for name, mine in wells.groupby("plate", sort=False):
        value = (mine["value"] - mine["blank"].fillna(0)) / mine["per"].fillna(1)
        sides = [value[mine["induced"].astype(bool) == side].to_numpy(dtype=np.float64) for side in (True, False)]
        sides = [side[np.isfinite(side)] for side in sides]
        if not all(map(len, sides)):
            notes.append(
                Finding("plate without a side", plate=str(name), side=("induced", "uninduced")[not len(sides[1])])
            )
        elif not score and min(side.mean() for side in sides) <= 0:
            notes.append(Finding("plate at its blank", plate=str(name)))
        else:
            found.append(_plate(*sides, score=score))
    return found, notes


def _plate(induced: np.ndarray, uninduced: np.ndarray, *, score: bool) -> _Plate:
    sides = (induced, uninduced)
    means = [side.mean() for side in sides]
    effect = means[0] - means[1] if score else np.log2(means[0] / means[1])
    if min(map(len, sides)) < 2:
        return _Plate(float(effect), np.nan, np.nan)
    scale = [1.0 if score else 1 / (mean * np.log(2)) for mean in means]
    parts = [side.var(ddof=1) / len(side) * each**2 for side, each in zip(sides, scale, strict=True)]
    below = sum(part**2 / (len(side) - 1) for part, side in zip(parts, sides, strict=True))
    return _Plate(float(effect), float(sum(parts)), float(sum(parts) ** 2 / below) if below > 0 else np.inf)


def _together(plates: list[_Plate], confidence: float) -> tuple[float, float, float]:
    if not plates:
        return np.nan, np.nan, np.nan
    effects = np.array([plate.effect for plate in plates])
    if len(plates) > 1:
        error, freedom = float(effects.std(ddof=1)) / np.sqrt(len(plates)), float(len(plates) - 1)
    else:
        error, freedom = float(np.sqrt(plates[0].variance)), plates[0].freedom
    reach = float(t.isf((1 - confidence) / 2, min(freedom, 1e6))) * error if np.isfinite(error) else np.nan
    middle = float(effects.mean())
    return middle, middle - reach, middle + reach
