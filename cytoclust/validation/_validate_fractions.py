"""From wells to verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cytoclust import keys
from cytoclust.validation._assay_table import assay_table
from cytoclust.validation._fraction_table import fraction_table
from cytoclust.validation._purity_table import contaminations, purity_table
from cytoclust.validation._qpcr_table import Ratio, qpcr_table
from cytoclust.validation._read_assays import Assay

__all__ = ["Validated", "validate_fractions"]


@dataclass(frozen=True)
class Validated:
    """The tables ``fractions, purity, qpcr, assays``."""

    fractions: pd.DataFrame
    purity: pd.DataFrame
    qpcr: pd.DataFrame
    assays: pd.DataFrame


def validate_fractions(
    fractions: pd.DataFrame,
    wells: pd.DataFrame,
    assays: Mapping[str, Assay],
    *,
    parents: Mapping[str, str],
    gates: pd.DataFrame | None = None,
    reanalysed: Mapping[str, tuple[int, int]] | None = None,
    confidence: float = 0.95,
) -> Validated:
    """Whether each sorted fraction is what it was sorted for, and all that tells it.

    Parameters
    ----------
    fractions
        ``fraction_id, sample_id, patient_id, group, timepoint, population, n_sorted``.
    wells
        Of :func:`read_qpcr`; empty without plates.
    assays
        Of :func:`read_assays`.
    parents
        Of each population, the one that it belongs to.
    gates
        The table ``gates.csv``, where gates were made.
    reanalysed
        Events in the gate and all events of a sorted tube that was measured again, by fraction.
    confidence
        Of intervals.
    """
    lineages = {name: _lineage(name, parents) for name in dict.fromkeys(fractions[keys.POPULATION])}
    of_assays, qpcr = pd.DataFrame(), pd.DataFrame()
    ratios: dict[tuple[str, str], Ratio] = {}
    if len(wells):
        of_assays, calibrated = assay_table(wells, assays, confidence=confidence)
        qpcr, ratios = qpcr_table(wells, fractions, assays, calibrated=calibrated, confidence=confidence)
    found = {
        row["fraction_id"]: contaminations(
            row, fractions, assays, ratios, lineages=lineages, confidence=confidence, alpha=1 - confidence
        )
        for row in fractions.to_dict("records")
    }
    purity = purity_table(
        fractions,
        {name: each for name, (each, _) in found.items()},
        gates=pd.DataFrame() if gates is None else gates,
        reanalysed=reanalysed or {},
        confidence=confidence,
    )
    verdicts = fraction_table(fractions, qpcr, purity, assays, found, lineages=lineages)
    return Validated(verdicts, purity, qpcr, of_assays)


def _lineage(population: str, parents: Mapping[str, str]) -> Sequence[str]:
    found = [population]
    while (above := parents.get(found[-1], "")) and above not in found:
        found.append(above)
    return found
