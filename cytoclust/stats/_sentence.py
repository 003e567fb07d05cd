"""A discovery in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.stats._verdict import BESIDE

__all__ = ["sentence"]


def sentence(row: Mapping[str, Any], *, flags: Sequence[Finding], where: str, presence: bool, alpha: float) -> str:
    """What was found and what it is worth, from a row of ``discoveries.csv``.

    Parameters
    ----------
    row
        The other columns.
    flags
        Those of the row.
    where
        The group and time point.
    presence
        Whether presence was compared, or amounts.
    alpha
        The error allowed.
    """
    what = row[keys.POPULATION]
    if what in (keys.UNKNOWN, keys.UNASSIGNED):
        what = f"Cluster {row[keys.CLUSTER]} ({row[keys.PHENOTYPE] or 'no marker surely positive or negative'})"
    n, of = row[keys.N_DETECTED], row[keys.N_EVALUABLE]
    who = f"{n} of the {of} patients" if of != 1 else "the only patient"
    here = f"in {who} ({where}) who would have shown it"
    if not n:
        here = f"({where}) only in samples with too few cells to count"
    found = f"{what} was found {here}, and {_others(row)}"
    if not presence and row[keys.N_EVALUABLE_OTHER]:
        found += f", with more of it in {where}"
    chance = (
        f"p = {row[keys.P]:.2g}, after correction {row[keys.Q]:.2g}"
        if row[keys.P] == row[keys.P]
        else "no test was possible"
    )
    return f"{found}; {chance}. {_verdict(row, flags, alpha)}"


def _others(row: Mapping[str, Any]) -> str:
    """How many of those compared with have it; at other times, these are no others."""
    n, of, against = row[keys.N_DETECTED_OTHER], row[keys.N_EVALUABLE_OTHER], row[keys.AGAINST]
    if not of:
        return f"none of those compared with ({against}) had cells enough to show it"
    if row["question"] == "time":
        return f"at {against} in {n or 'none'} of {of}"
    if of == 1:
        return f"{'in' if n else 'not in'} the only other ({against})"
    return f"in {n or 'none'} of {of} others ({against})"


def _verdict(row: Mapping[str, Any], flags: Sequence[Finding], alpha: float) -> str:
    known = "; ".join(flag.label for flag in flags)
    if row[keys.VERDICT] == "supported":
        return f"Supported, if it is what its name says ({known})." if known else "Supported."
    if row[keys.VERDICT] == "artefact":
        return f"Likely an artefact: {known}."
    reasons = [] if row[keys.Q] <= alpha or row[keys.P] != row[keys.P] else ["chance is not ruled out"]
    reasons += [flag.sentence for flag in flags if flag.code not in BESIDE]
    return f"Not supported: {', and '.join(reasons or ['nothing could be compared'])}."
