"""How much of each target is in each fraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.validation._assay_table import Calibrated
from cytoclust.validation._measured import Measured, combine
from cytoclust.validation._read_assays import Assay

__all__ = ["AMPLIFIED", "NOT_AMPLIFIED", "PARTLY", "Ratio", "qpcr_table"]

AMPLIFIED: Final = "amplified"
PARTLY: Final = "partly amplified"
NOT_AMPLIFIED: Final = "not amplified"


@dataclass(frozen=True)
class Ratio:
    """A target in a fraction, and the references of its kind that were found there."""

    fraction_id: str
    measured: Measured
    references: tuple[Measured, ...]

    @property
    def terms(self) -> list[tuple[float, Measured]]:
        """Of the log2 ratio to the geometric mean of the references."""
        return [(1.0, self.measured), *((-1.0 / len(self.references), each) for each in self.references)]


def qpcr_table(
    wells: pd.DataFrame, fractions: pd.DataFrame, assays: Mapping[str, Assay], *,
    calibrated: Mapping[tuple[str, str], Calibrated], confidence: float = 0.95,
) -> tuple[pd.DataFrame, dict[tuple[str, str], Ratio]]:  # fmt: skip
    """The table ``qpcr.csv``, one row a fraction and target, and the ratios that could be made.

    Parameters
    ----------
    wells
        Of :func:`read_qpcr`.
    fractions
        ``fraction_id, sample_id, patient_id, population``.
    assays, calibrated
        Of :func:`read_assays` and :func:`assay_table`.
    confidence
        Of intervals.
    """
    samples = wells[(wells["sample_type"] == "unknown") & wells["target"].isin(list(assays))]
    rows: list[dict[str, Any]] = []
    ratios: dict[tuple[str, str], Ratio] = {}
    for fraction in fractions.to_dict("records"):
        mine = samples[samples["fraction_id"] == fraction["fraction_id"]]
        chosen = {str(target): _choose(part, calibrated) for target, part in mine.groupby("target", sort=False)}
        measured = {
            target: Measured(part["cq"].to_numpy(dtype=np.float64), known)
            for target, (part, known, _) in chosen.items()
        }
        for target, (part, known, notes) in chosen.items():
            references = tuple(_references(measured, assays[target]))
            ratio = None
            if known.scale is not None and references and assays[target].role == "target":
                ratio = Ratio(str(fraction["fraction_id"]), measured[target], references)
                ratios[ratio.fraction_id, target] = ratio
            rows.append(_row(fraction, assays[target], part, known, references, ratio, notes, confidence))
    return pd.DataFrame(rows), ratios


Chosen = tuple[pd.DataFrame, Calibrated, list[Finding]]


def _choose(wells: pd.DataFrame, calibrated: Mapping[tuple[str, str], Calibrated]) -> Chosen:
    """The wells of the usable plate that has most of them."""
    plates = {str(plate): part for plate, part in wells.groupby("plate", sort=False)}
    target = str(wells["target"].iloc[0])
    best = max(plates, key=lambda plate: (calibrated[target, plate].scale is not None, len(plates[plate])))
    left = sum(len(part) for plate, part in plates.items() if plate != best)
    notes = [Finding("wells of another plate", n=left, plate=best)] if left else []
    return plates[best], calibrated[target, best], notes


def _references(measured: Mapping[str, Measured], assay: Assay) -> list[Measured]:
    """References of the target's kind of which every well amplified."""
    return [
        each for each in measured.values()
        if each.calibrated.assay.role == "reference" and each.calibrated.assay.kind == assay.kind
        and each.calibrated.assay.target != assay.target and each.calibrated.scale is not None
        and len(each.seen) == len(each.cq)
    ]  # fmt: skip


def _row(
    fraction: Mapping[Any, Any], assay: Assay, wells: pd.DataFrame, known: Calibrated,
    references: tuple[Measured, ...], ratio: Ratio | None, notes: list[Finding], confidence: float,
) -> dict[str, Any]:  # fmt: skip
    measured = Measured(wells["cq"].to_numpy(dtype=np.float64), known)
    seen, n = measured.seen, len(wells)
    level = combine(ratio.terms, confidence=confidence) if ratio else None
    amounts = [each.copies(confidence).estimate for each in references if each.calibrated.absolute]
    copies = float(2 ** np.mean(amounts)) if amounts and len(amounts) == len(references) else np.nan
    reasons = list(notes)
    if known.scale is None:
        reasons += list(known.reason)
    elif assay.role == "target" and not references:
        reasons.append(Finding("no reference", kind=assay.kind))
    elif assay.role == "target" and len(references) == 1:
        reasons.append(Finding("one reference", name=references[0].calibrated.assay.target))
    status = AMPLIFIED if len(seen) == n else PARTLY if len(seen) else NOT_AMPLIFIED
    if known.scale is None or (assay.role == "target" and not references):
        status = keys.STATUSES[-1]
    return {
        **{key: fraction[key] for key in ("fraction_id", keys.SAMPLE, keys.PATIENT, keys.POPULATION)},
        "target": assay.target,
        "kind": assay.kind,
        "role": assay.role,
        "plate": known.plate,
        "n_wells": n,
        "n_amplified": len(seen),
        "cq": float(seen.mean()) if len(seen) else np.nan,
        "cq_sd": float(seen.std(ddof=1)) if len(seen) > 1 else np.nan,
        "reference": ", ".join(each.calibrated.assay.target for each in references) if ratio else "",
        "reference_cq": float(np.mean([each.seen.mean() for each in references])) if ratio else np.nan,
        "input_copies": copies,
        "log2_ratio": level.estimate if level else np.nan,
        keys.CI_LOW: level.low if level else np.nan,
        keys.CI_HIGH: level.high if level else np.nan,
        "limit": float(np.log2(known.detected / n / copies)) if level and known.absolute and copies > 0 else np.nan,
        keys.NOTE: to_cell(reasons),
        keys.STATUS: status,
    }
