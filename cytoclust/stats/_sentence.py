"""A discovery in plain words."""

from collections.abc import Mapping
from typing import Any

from cytoclust import keys

__all__ = ["sentence"]

WHY = {
    "confounded with batch": "group and batch cannot be told apart in this cohort",
    "one patient": "only one patient shows it",
    "one batch": "all patients that show it were measured in one batch",
    "not shown within batches": "it does not hold among samples of the same batch, or too few of them were compared",
    "depth": "the difference is gone when all samples are brought to the same depth",
    "too few others could have shown it": "too few of the others could have shown it",
    "hemodilution": "half or more of the samples of one side look diluted with blood",
    "too few cells where it was found": "the samples that show it have too few cells to count",
    "less than twofold": "there is less than twice as much of it, which is too little for a discovery",
    "name doubtful": "the name is hardly more likely than not",
}


def sentence(row: Mapping[str, Any], *, where: str, presence: bool, alpha: float) -> str:
    """What was found and what it is worth, from a row of ``discoveries.csv``.

    Parameters
    ----------
    row
        The other columns.
    where
        The group and time point.
    presence
        Whether presence was compared, or amounts.
    alpha
        The error allowed.
    """
    what = row[keys.POPULATION]
    if what in (keys.UNKNOWN, keys.UNASSIGNED):
        what = f"Cluster {row[keys.CLUSTER]} ({row['phenotype'] or 'no marker surely positive or negative'})"
    n, of = row["n_detected"], row["n_evaluable"]
    who = f"{n} of the {of} patients" if of != 1 else "the only patient"
    here = f"in {who} ({where}) who would have shown it"
    if not n:
        here = f"({where}) only in samples with too few cells to count"
    found = f"{what} was found {here}, and {_others(row)}"
    if not presence and row["n_evaluable_other"]:
        found += f", with more of it in {where}"
    chance = f"p = {row['p']:.2g}, after correction {row['q']:.2g}" if row["p"] == row["p"] else "no test was possible"
    return f"{found}; {chance}. {_verdict(row, alpha)}"


def _others(row: Mapping[str, Any]) -> str:
    """How many of those compared with have it; at other times, these are no others."""
    n, of, against = row["n_detected_other"], row["n_evaluable_other"], row["against"]
    if not of:
        return f"none of those compared with ({against}) had cells enough to show it"
    if str(against).startswith("other times"):
        return f"at {against} in {n or 'none'} of {of}"
    if of == 1:
        return f"{'in' if n else 'not in'} the only other ({against})"
    return f"in {n or 'none'} of {of} others ({against})"


def _verdict(row: Mapping[str, Any], alpha: float) -> str:
    if row["verdict"] == "supported":
        return f"Supported, if it is what its name says ({row['flags']})." if row["flags"] else "Supported."
    if row["verdict"] == "artefact":
        return f"Likely an artefact: {row['flags']}."
    reasons = [] if row["q"] <= alpha or row["p"] != row["p"] else ["chance is not ruled out"]
    reasons += [WHY[flag] for flag in str(row["flags"]).split("; ") if flag in WHY]
    return f"Not supported: {', and '.join(reasons or ['nothing could be compared'])}."
