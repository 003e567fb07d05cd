"""How pure each fraction is, by its gates, by re-analysis, by DNA and by mRNA."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.stats import exact_interval
from cytoclust.validation._measured import combine
from cytoclust.validation._qpcr_table import Ratio
from cytoclust.validation._read_assays import ABSENT, DNA, MRNA, PRESENT, Assay

__all__ = ["BY", "Contamination", "contaminations", "expectation", "purity_table"]

BY: Final = ("gates", "reanalysis", DNA, MRNA)
MEASURED: Final = "measured"
LIMIT: Final = "upper limit"
PROMISED: Final = "promised"


@dataclass(frozen=True)
class Contamination:
    """Share of a fraction that is another population, by one target or a panel of them.

    ``low`` and ``high`` are limits with the confidence asked for, ``upper`` the one-sided upper limit by which a
    fraction is judged; ``seen`` whether any of the targets was found.
    """

    population: str
    kind: str
    targets: tuple[str, ...]
    against: tuple[str, ...]
    estimate: float
    low: float
    high: float
    upper: float
    copies: float
    most: float


def expectation(assay: Assay, lineage: Sequence[str]) -> str:
    """What is expected of a population, by its own name or that of the nearest one above it; "" if nothing is."""
    return next((assay.expect[name] for name in lineage if name in assay.expect), "")


def contaminations(
    fraction: Mapping[Any, Any], fractions: pd.DataFrame, assays: Mapping[str, Assay],
    ratios: Mapping[tuple[str, str], Ratio], *, lineages: Mapping[str, Sequence[str]], confidence: float = 0.95,
    alpha: float = 0.05,
) -> tuple[list[Contamination], list[str]]:  # fmt: skip
    """What each target that must not be there tells, one a DNA target, and one a panel of mRNA targets.

    Contamination is the ratio of target to references in the fraction, over the same ratio in the same patient's own
    fraction that must have the target. Of a panel it is the median: patients lack single transcripts (Stutterheim).

    Parameters
    ----------
    fraction
        A row of ``fractions``.
    fractions
        ``fraction_id, sample_id, patient_id, population``.
    assays, ratios
        Of :func:`read_assays` and :func:`qpcr_table`.
    lineages
        Of each population, itself and those above it.
    confidence
        Of intervals.
    alpha
        Of all upper limits together.

    Returns
    -------
    Contaminations, and the targets that were measured but have nothing to be compared with.
    """
    absent = [
        assay
        for target, assay in assays.items()
        if expectation(assay, lineages[fraction[keys.POPULATION]]) == ABSENT
        and (fraction["fraction_id"], target) in ratios
    ]
    of = {assay.target: _calibrator(fraction, fractions, assay, ratios, lineages) for assay in absent}
    usable = [assay for assay in absent if of[assay.target] is not None or assay.per_reference is not None]
    panels = [(assay.of, DNA, [assay]) for assay in usable if assay.kind == DNA]
    panels += [
        (name, MRNA, panel)
        for name in dict.fromkeys(assay.of for assay in usable)
        if (panel := [assay for assay in usable if assay.of == name and assay.kind == MRNA])
    ]
    found = []
    for population, kind, panel in panels:
        one_sided = 1 - 2 * alpha / len(panels)
        parts = []
        for assay in panel:
            ratio, own = ratios[fraction["fraction_id"], assay.target], of[assay.target]
            parts.append((*_against(ratio, own, assay, confidence)[:3], _against(ratio, own, assay, one_sided)[2]))
        estimate, low, high, upper = np.median(np.array(parts), axis=0)
        copies = np.mean(
            [
                np.mean(
                    [
                        each.copies(confidence).estimate
                        for each in ratios[fraction["fraction_id"], assay.target].references
                    ]
                )
                for assay in panel
            ]
        )
        against = dict.fromkeys(own.fraction_id for assay in panel if (own := of[assay.target]))
        found.append(
            Contamination(
                population,
                kind,
                tuple(assay.target for assay in panel),
                tuple(against),
                float(2**estimate),
                float(2**low),
                float(2**high),
                float(2**upper),
                float(2**copies),
                min(each.max_contamination for each in panel),
            )
        )
    return found, [assay.target for assay in absent if assay not in usable]


def _against(ratio: Ratio, own: Ratio | None, assay: Assay, confidence: float) -> tuple[float, float, float]:
    """Log2 share with limits."""
    if own is None:
        level, shift = combine(ratio.terms, confidence=confidence), float(np.log2(assay.per_reference or 1.0))
        return level.estimate - shift, level.low - shift, level.high - shift
    level = combine([*ratio.terms, *((-weight, each) for weight, each in own.terms)], confidence=confidence)
    return level.estimate, level.low, level.high


def _calibrator(
    fraction: Mapping[Any, Any], fractions: pd.DataFrame, assay: Assay, ratios: Mapping[tuple[str, str], Ratio],
    lineages: Mapping[str, Sequence[str]],
) -> Ratio | None:  # fmt: skip
    """The patient's fraction that must have the target and has it in every well; of several, the one of most copies.

    One of the same sample goes before those of another.
    """
    rows = fractions[(fractions[keys.PATIENT] == fraction[keys.PATIENT])]
    found = []
    for row in rows.to_dict("records"):
        ratio = ratios.get((row["fraction_id"], assay.target))
        if ratio is None or expectation(assay, lineages[row[keys.POPULATION]]) != PRESENT:
            continue
        if len(ratio.measured.seen) == len(ratio.measured.cq):
            depth = float(np.mean([each.copies(0.95).estimate for each in ratio.references]))
            found.append((row[keys.SAMPLE] == fraction[keys.SAMPLE], depth, ratio))
    return max(found, key=lambda each: each[:2])[2] if found else None


def purity_table(
    fractions: pd.DataFrame, found: Mapping[str, Sequence[Contamination]], *, gates: pd.DataFrame,
    reanalysed: Mapping[str, tuple[int, int]], confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """The table ``purity.csv``: of each fraction what its gates promised, and what was measured.

    Parameters
    ----------
    fractions
        ``fraction_id, population``.
    found
        Contaminations of each fraction.
    gates
        The table ``gates.csv``, empty where no gates were made: its last step of a population counts.
    reanalysed
        Events in the gate and all events of the sorted tube that was measured again, by fraction.
    confidence
        Of intervals.
    """
    rows = [
        {"fraction_id": fraction["fraction_id"], **row}
        for fraction in fractions.to_dict("records")
        for row in _of_fraction(fraction, found.get(fraction["fraction_id"], ()), gates, reanalysed, confidence)
    ]
    columns = [
        "fraction_id",
        "contaminant",
        "by",
        "target",
        "against",
        "estimate",
        keys.CI_LOW,
        keys.CI_HIGH,
        "n",
        keys.STATUS,
    ]
    return pd.DataFrame(rows, columns=columns)


def _of_fraction(
    fraction: Mapping[Any, Any], found: Sequence[Contamination], gates: pd.DataFrame,
    reanalysed: Mapping[str, tuple[int, int]], confidence: float,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    if len(gates):
        mine = gates[gates[keys.POPULATION].astype(str) == fraction[keys.POPULATION]]
        mine = mine[mine["purity"].notna()]
        if len(mine):
            last = mine.iloc[-1]
            yield _row(
                "", BY[0], "", "", last["purity"], last["purity_low"], last["purity_high"], last["n_samples"], PROMISED
            )
    if fraction["fraction_id"] in reanalysed:
        inside, total = reanalysed[fraction["fraction_id"]]
        low, high = exact_interval(inside, total, confidence=confidence)
        yield _row("", BY[1], "", "", inside / max(total, 1), float(low), float(high), total, MEASURED)
    for each in found:
        shares = [float(np.clip(1 - value, 0.0, 1.0)) for value in (each.estimate, each.high, each.low)]
        status = MEASURED if each.estimate > 0 else LIMIT
        targets, against = ", ".join(each.targets), ", ".join(each.against)
        copies = round(each.copies) if np.isfinite(each.copies) else 0
        yield _row(each.population, each.kind, targets, against, shares[0], shares[1], shares[2], copies, status)


def _row(
    contaminant: str,
    by: str,
    target: str,
    against: str,
    estimate: float,
    low: float,
    high: float,
    n: float,
    status: str,
) -> dict[str, Any]:
    return {
        "contaminant": contaminant,
        "by": by,
        "target": target,
        "against": against,
        "estimate": float(estimate),
        keys.CI_LOW: float(low),
        keys.CI_HIGH: float(high),
        "n": int(n),
        keys.STATUS: status,
    }
