"""What each assay is worth on each plate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.validation._copies import Scale
from cytoclust.validation._limiting_dilution import Dilution, limiting_dilution
from cytoclust.validation._no_template_cut import no_template_cut
from cytoclust.validation._read_assays import Assay
from cytoclust.validation._read_bench import EMPTY
from cytoclust.validation._standard_curve import StandardCurve, standard_curve

__all__ = ["USABLE", "Calibrated", "assay_table"]

USABLE: Final = "usable"
_LEVELS: Final = 3
"""Amounts of standards. Derived: a line through fewer has nothing to tell whether it is one."""
_ENOUGH: Final = 30.0
"""Copies of a standard from which on its Cq is the line's. Derived: the mean of log copies is then off by 0.02 Cq."""
_PLENTY: Final = 200.0
"""Copies from which on replicates differ by the instrument more than by their numbers. Derived: these give 0.1 Cq."""
_SCATTER: Final = 0.5
"""Cq, of standards about their line. Chosen: replicates of a good assay differ by 0.1 to 0.3."""
_LEAST_SD: Final = 0.03
"""Cq. Bears on no result: what is less is how Cq are rounded."""
_POSITIVE: Final = 0.95
"""Of replicates, at the limit of detection. Convention: MIQE."""
_IMPOSSIBLE: Final = 1e-3
"""Chance that so small standards all amplify, if quantities are copies, below which they are not. Chosen."""
_FREEDOM: Final = 1
"""Degrees of freedom that the error between replicates needs at least. Derived: with none it is not known."""


@dataclass(frozen=True)
class Calibrated:
    """An assay on a plate.

    Attributes
    ----------
    scale
        From copies to Cq; None where it cannot be used.
    absolute
        Whether copies are copies, rather than multiples of what the latest well had.
    lost
        Log2 of copies for each that amplifies: above 0 where standards show that one copy is not enough.
    level_error, slope_share, centre, freedom
        Error of the curve: log2 copies at its middle, share of the distance to it, log2 copies of that middle, and the
        degrees of freedom of both.
    detected
        Copies that are found in 95 % of wells.
    reason
        Why it cannot be used, and what to beware of.
    """

    assay: Assay
    plate: str
    scale: Scale | None
    absolute: bool
    lost: float
    level_error: float
    slope_share: float
    centre: float
    freedom: float
    detected: float
    reason: tuple[Finding, ...]


def assay_table(
    wells: pd.DataFrame, assays: Mapping[str, Assay], *, confidence: float = 0.95
) -> tuple[pd.DataFrame, dict[tuple[str, str], Calibrated]]:
    """The table ``assays.csv``, one row a target and plate, and what it takes to read wells.

    Parameters
    ----------
    wells
        Of :func:`read_qpcr`.
    assays
        Of :func:`read_assays`; targets without one are left out.
    confidence
        Of intervals.
    """
    known = wells[wells["target"].isin(list(assays))]
    errors = {
        str(target): _replicate_error(rows, assays[str(target)]) for target, rows in known.groupby("target", sort=False)
    }
    rows: list[dict[str, Any]] = []
    found: dict[tuple[str, str], Calibrated] = {}
    for (target, plate), mine in known.groupby(["target", "plate"], sort=False):
        assay = assays[str(target)]
        latest = float(known["cq"][(known["target"] == target) & ~known["sample_type"].isin(EMPTY)].max())
        row, calibrated = _calibrate(mine, assay, str(plate), errors[str(target)], latest, confidence)
        rows.append(row)
        found[str(target), str(plate)] = calibrated
    return pd.DataFrame(rows), found


def _calibrate(
    wells: pd.DataFrame, assay: Assay, plate: str, error: tuple[float, int], latest: float, confidence: float
) -> tuple[dict[str, Any], Calibrated]:
    empty = wells[wells["sample_type"].isin(EMPTY)]
    standards = wells[wells["sample_type"] == "standard"]
    amounts = standards["quantity"].to_numpy(dtype=np.float64) * assay.copies_per_unit
    told = standards["cq"].to_numpy(dtype=np.float64)
    cut = no_template_cut(empty["cq"], margin=assay.ntc_margin) if len(empty) else np.nan
    seen = np.isfinite(told) & (told < (cut if np.isfinite(cut) else np.inf))
    whole = _all_seen(amounts, seen)
    absolute = len(amounts) > 0 and _are_copies(amounts, whole)
    curve = _curve(amounts, told, whole, absolute, confidence)
    lod = _detection(amounts, seen, confidence)
    slope = curve.slope if curve else np.nan
    efficiency = (curve.efficiency, curve.low, curve.high) if curve else (np.nan,) * 3
    if assay.efficiency is not None:
        slope, efficiency = -1 / np.log10(1 + assay.efficiency), (assay.efficiency,) * 3
    sd, freedom = error if error[1] >= _FREEDOM else (curve.residual_sd, curve.freedom) if curve else (np.nan, 0)
    intercept = latest
    if curve and absolute:
        intercept = curve.intercept
        if assay.efficiency is not None:
            intercept = float(np.mean(told[whole] - slope * np.log10(amounts[whole])))
    lost = float(np.log10(lod.one_in)) if lod and absolute and 1 < lod.low < np.inf else 0.0
    doubts = _doubts(assay, plate, curve, empty, cut, sd, len(np.unique(amounts)), absolute=absolute)
    doubts += [] if np.isfinite(intercept) else [Finding("nothing amplified", target=assay.target, plate=plate)]
    faulty = any(each.code in _FATAL for each in doubts)
    scale = None if faulty else Scale(intercept + slope * lost, slope, max(sd, _LEAST_SD), freedom, cut)
    least = -np.log(1 - _POSITIVE)
    row = {
        "target": assay.target,
        "kind": assay.kind,
        "role": assay.role,
        "plate": plate,
        "n_standards": len(standards),
        "slope": slope,
        "efficiency": efficiency[0],
        "efficiency_low": efficiency[1],
        "efficiency_high": efficiency[2],
        "residual_sd": curve.residual_sd if curve else np.nan,
        "replicate_sd": sd,
        "lod": least * lod.one_in if lod else np.nan,
        "lod_low": least * lod.low if lod else np.nan,
        "lod_high": least * lod.high if lod else np.nan,
        "n_ntc": len(empty),
        "n_ntc_amplified": int(empty["cq"].notna().sum()),
        "ntc_min_cq": float(empty["cq"].min()),
        "cut_cq": cut if np.isfinite(cut) else np.nan,
        "reason": to_cell(doubts),
        keys.VERDICT: keys.STATUSES[-1] if faulty else USABLE,
    }
    detected = least * max(lod.one_in if lod and absolute and np.isfinite(lod.one_in) else 1.0, 1.0)
    return row, Calibrated(
        assay,
        plate,
        scale,
        absolute,
        lost / np.log10(2),
        *_curve_error(curve, amounts, whole, by_hand=assay.efficiency is not None),
        detected,
        tuple(doubts),
    )


def _curve_error(
    curve: StandardCurve | None, amounts: np.ndarray, whole: np.ndarray, *, by_hand: bool
) -> tuple[float, float, float, float]:
    """``level_error, slope_share, centre, freedom`` of :class:`Calibrated`."""
    if curve is None:
        return 0.0, 0.0, 0.0, np.inf
    level = curve.residual_sd / abs(curve.slope) / np.log10(2) / np.sqrt(curve.n)
    share = 0.0 if by_hand else curve.slope_error / abs(curve.slope)
    return float(level), share, float(np.log2(amounts[whole]).mean()), float(curve.freedom)


_FATAL: Final = (
    "no wells without template",
    "no efficiency",
    "standards rise",
    "standards scatter",
    "no replicate wells",
    "nothing amplified",
)


def _doubts(
    assay: Assay, plate: str, curve: StandardCurve | None, empty: pd.DataFrame, cut: float, sd: float, levels: int,
    *, absolute: bool,
) -> list[Finding]:  # fmt: skip
    name = {"target": assay.target, "plate": plate}
    found = []
    if not len(empty):
        found.append(Finding("no wells without template", **name))
    elif np.isfinite(cut):
        found.append(
            Finding(
                "wells without template amplified",
                n=int(empty["cq"].notna().sum()),
                of=len(empty),
                cut=round(cut, 2),
                **name,
            )
        )
    if assay.efficiency is None:
        if curve is None:
            found.append(Finding("no efficiency", levels=levels, **name))
        elif not curve.slope < 0:
            found.append(Finding("standards rise", **name))
        elif curve.residual_sd > _SCATTER:
            found.append(Finding("standards scatter", sd=round(curve.residual_sd, 2), most=_SCATTER, **name))
    if not np.isfinite(sd):
        found.append(Finding("no replicate wells", **name))
    if not absolute and levels:
        found.append(Finding("quantities are no copies", **name))
    return found


def _all_seen(amounts: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(n,) Standards of amounts of which every well amplified: fewer would give the line its own lucky ones."""
    missed = set(amounts[~seen])
    return np.array([each not in missed for each in amounts], dtype=bool)


def _are_copies(amounts: np.ndarray, whole: np.ndarray) -> bool:
    """Whether wells of the least amounts amplified no more often than wells of so few copies can."""
    few = amounts[whole]
    return not len(few) or bool(np.log(np.maximum(-np.expm1(-few), 1e-300)).sum() > np.log(_IMPOSSIBLE))


def _curve(
    amounts: np.ndarray, told: np.ndarray, whole: np.ndarray, absolute: bool, confidence: float
) -> StandardCurve | None:
    """Through amounts of many copies where these are enough, else through all that amplified throughout."""
    for used in (whole & (amounts >= (_ENOUGH if absolute else 0.0)), whole):
        if len(np.unique(amounts[used])) >= _LEVELS and used.sum() > _LEVELS:
            return standard_curve(amounts[used], told[used], confidence=confidence)
    return None


def _detection(amounts: np.ndarray, seen: np.ndarray, confidence: float) -> Dilution | None:
    """One in how many copies amplifies; None without standards."""
    if not len(amounts):
        return None
    levels = np.unique(amounts)
    tested = [(amounts == level).sum() for level in levels]
    return limiting_dilution(levels, tested, [seen[amounts == level].sum() for level in levels], confidence=confidence)


def _replicate_error(wells: pd.DataFrame, assay: Assay) -> tuple[float, int]:
    """Cq between replicates of one target, of all plates, and degrees of freedom.

    Replicates of the earlier half, or of standards with many copies, since those of few copies differ by number too.
    """
    used = wells[~wells["sample_type"].isin(EMPTY)]
    key = ["plate", "fraction_id", "quantity"]
    groups = used.groupby(key, sort=False, dropna=False)["cq"]
    n, amplified, mean, variance = groups.size(), groups.count(), groups.mean(), groups.var()
    good = (n == amplified) & (n > 1)
    if not good.any():
        return np.nan, 0
    quantity = n.index.get_level_values("quantity").to_numpy(dtype=np.float64) * assay.copies_per_unit
    many = mean[good & (quantity >= _PLENTY)]
    late = float(many.max()) if len(many) else float(mean[good].median())
    chosen = good & (mean <= late)
    freedom = (n - 1)[chosen]
    return float(np.sqrt((variance[chosen] * freedom).sum() / freedom.sum())), int(freedom.sum())
