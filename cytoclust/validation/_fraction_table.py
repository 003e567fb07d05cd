"""Whether each sorted fraction is what it was sorted for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, from_cell, to_cell
from cytoclust.validation._purity_table import BY, Contamination, expectation
from cytoclust.validation._qpcr_table import AMPLIFIED, NOT_AMPLIFIED
from cytoclust.validation._read_assays import ABSENT, PRESENT, Assay

__all__ = ["fraction_table"]

VALIDATED, CONTRADICTED, NOT_EVALUABLE = keys.VALIDATIONS

_ENOUGH: Final = 50.0
"""Copies of the references in a well from which on a target that never amplifies is not there. Chosen: a cell that has
it in a sixteenth of the references' amount would still have shown it, with the chance of a limit of detection."""
_LEAST_PURITY: Final = 0.8
"""Share of events in the gate when sorted cells are measured again: less is no sorted fraction. Chosen: half of what
falls out at re-analysis of a good sort is at the gate's edges."""


def fraction_table(
    fractions: pd.DataFrame, qpcr: pd.DataFrame, purity: pd.DataFrame, assays: Mapping[str, Assay],
    found: Mapping[str, tuple[Sequence[Contamination], Sequence[str]]], *, lineages: Mapping[str, Sequence[str]],
) -> pd.DataFrame:  # fmt: skip
    """The table ``fractions.csv``: one row a fraction, with a verdict and its reason.

    ``validated``: something that it must have was found, and of what it must not have is surely less than allowed.
    ``contradicted``: there is surely more, or nothing of what it must have, or most of it falls outside its own gate.
    Else ``not evaluable``.

    Parameters
    ----------
    fractions
        ``fraction_id, sample_id, patient_id, group, timepoint, population, n_sorted``.
    qpcr, purity
        Of :func:`qpcr_table` and :func:`purity_table`.
    assays
        Of :func:`read_assays`.
    found
        Of each fraction, what :func:`contaminations` gave.
    lineages
        Of each population, itself and those above it.
    """
    rows = []
    for fraction in fractions.to_dict("records"):
        name, lineage = fraction["fraction_id"], lineages[fraction[keys.POPULATION]]
        mine = qpcr[qpcr["fraction_id"] == name] if len(qpcr) else qpcr
        measured = purity[purity["fraction_id"] == name] if len(purity) else purity
        expected = {target: word for target, assay in assays.items() if (word := expectation(assay, lineage))}
        verdict, reasons = _verdict(fraction, mine, measured, assays, expected, found.get(name, ((), ())))
        told = (keys.SAMPLE, keys.PATIENT, keys.GROUP, keys.TIMEPOINT, keys.POPULATION, "n_sorted")
        rows.append(
            {
                "fraction_id": name,
                **{key: fraction[key] for key in told},
                "expected": "; ".join(f"{target} {word}" for target, word in expected.items()),
                "reason": to_cell(reasons),
                keys.SENTENCE: " ".join(each.sentence for each in reasons),
                keys.VERDICT: verdict,
            }
        )
    return pd.DataFrame(rows)


def _verdict(
    fraction: Mapping[Any, Any], qpcr: pd.DataFrame, purity: pd.DataFrame, assays: Mapping[str, Assay],
    expected: Mapping[str, str], found: tuple[Sequence[Contamination], Sequence[str]],
) -> tuple[str, list[Finding]]:  # fmt: skip
    contaminations, uncompared = found
    outside = _outside(purity)
    if outside:
        return CONTRADICTED, outside
    if not len(qpcr):
        return NOT_EVALUABLE, [Finding("not measured")]
    too_much = [each for each in contaminations if each.low > each.most]
    lacking, shown = _present(qpcr, [target for target, word in expected.items() if word == PRESENT])
    against = [_told("contaminated", each) for each in too_much] + lacking
    if against:
        return CONTRADICTED, [*against, *shown]
    clean = [each for each in contaminations if each.upper < each.most]
    asked = [target for target, word in expected.items() if word == ABSENT]
    wants = any(word == PRESENT for word in expected.values())
    doubts = _doubts(fraction, qpcr, contaminations, uncompared, asked, assays, missing=bool(clean))
    if wants and not shown:
        doubts.append(
            Finding(
                "nothing found that must be there",
                targets=[target for target, word in expected.items() if word == PRESENT],
            )
        )
    if clean and (shown or not wants):
        return VALIDATED, [*(_told("clean", each) for each in clean), *shown]
    return NOT_EVALUABLE, doubts


def _outside(purity: pd.DataFrame) -> list[Finding]:
    """Whether most of the sorted cells lie outside the gate that they were sorted by."""
    again = purity[purity["by"] == BY[1]] if len(purity) else purity
    if len(again) and again[keys.CI_HIGH].iloc[0] < _LEAST_PURITY:
        return [Finding("outside its gate", share=float(again["estimate"].iloc[0]), n=int(again["n"].iloc[0]))]
    return []


def _present(qpcr: pd.DataFrame, targets: Sequence[str]) -> tuple[list[Finding], list[Finding]]:
    """What speaks against the fraction, as none of what it must have is there; and what was found."""
    rows = qpcr[qpcr["target"].isin(targets)]
    seen = rows[(rows[keys.STATUS] == AMPLIFIED)]
    if len(seen):
        return [], [Finding("found as expected", targets=list(seen["target"]))]
    tried = rows[(rows[keys.STATUS] == NOT_AMPLIFIED) & (rows["input_copies"] >= _ENOUGH)]
    if len(tried) and len(tried) == len(rows[rows[keys.STATUS] != keys.STATUSES[-1]]):
        return [Finding("expected and not found", targets=list(tried["target"]))], []
    return [], []


def _told(code: str, each: Contamination) -> Finding:
    return Finding(
        code,
        targets=list(each.targets),
        kind=each.kind,
        population=each.population or "other cells",
        estimate=each.estimate,
        low=each.low,
        upper=each.upper,
        most=each.most,
    )


def _doubts(
    fraction: Mapping[Any, Any], qpcr: pd.DataFrame, contaminations: Sequence[Contamination],
    uncompared: Sequence[str], asked: Sequence[str], assays: Mapping[str, Assay], *, missing: bool,
) -> list[Finding]:  # fmt: skip
    """Why what must not be there could not be excluded."""
    if not asked:
        return [Finding("nothing expected absent", population=fraction[keys.POPULATION])]
    told = qpcr.set_index("target")
    found: list[Finding] = [] if missing else [_told("too few copies", each) for each in contaminations]
    if uncompared:
        populations = [assays[target].of for target in uncompared if assays[target].of]
        found.append(
            Finding(
                "nothing to compare with",
                targets=list(uncompared),
                patient=fraction[keys.PATIENT],
                populations=list(dict.fromkeys(populations)),
            )
        )
    unusable = [
        target for target in asked if target in told.index and told.loc[target, keys.STATUS] == keys.STATUSES[-1]
    ]
    found += [
        Finding("target cannot be used", target=target, why=_why(str(told.loc[target, keys.NOTE])))
        for target in unusable
    ]
    unmeasured = [target for target in asked if target not in told.index]
    if unmeasured:
        found.append(Finding("targets not measured", targets=unmeasured))
    return found


def _why(cell: str) -> str:
    """The first reason of a cell, as a clause."""
    reasons = from_cell(cell)
    return reasons[0].sentence.rstrip(".") if reasons else ""
