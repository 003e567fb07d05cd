"""A discovery in plain words."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.stats._verdict import BESIDE
from cytoclust.words import count, listed

__all__ = ["sentence"]


def sentence(
    row: Mapping[str, Any], *, flags: Sequence[Finding], where: str, arrangements: int, alpha: float,
    adjusted: Sequence[str] = (),
) -> str:  # fmt: skip
    """What was found and what it is worth, from a row of ``discoveries.csv``.

    Parameters
    ----------
    row
        The other columns.
    flags
        Those of the row.
    where
        The group and time point.
    arrangements
        Of the labels, that were counted.
    alpha
        The error allowed.
    adjusted
        Covariates that were taken into account.
    """
    what = row[keys.POPULATION]
    if what in (keys.UNKNOWN, keys.UNASSIGNED):
        what = f"Cluster {row[keys.CLUSTER]} ({row[keys.PHENOTYPE] or 'no marker surely positive or negative'})"
    elif row[keys.CLUSTER]:
        what = f"{what}, cluster {row[keys.CLUSTER]},"
    level = f"median {_level(row[keys.LEVEL_IN])} per million cells"
    here = f"in {row[keys.N_IN]} of {row[keys.OF_IN]} patients ({where}; {level})"
    found = f"{what} was found {here} and {_others(row)}{_ratio(row)}."
    return f"{found} {_chance(row, arrangements, adjusted)}{_verdict(row, flags, alpha)}"


def _level(value: float) -> str:
    return count(round(value)) if value >= 10 else f"{value:.2g}"


def _others(row: Mapping[str, Any]) -> str:
    """How many of those compared with have it; at other times, these are no others."""
    n, of = row[keys.N_OUT], row[keys.OF_OUT]
    seen = f"{count(int(row[keys.EVENTS_OUT]))} events among {count(int(row[keys.CELLS_OUT]))} cells"
    most = "at most" if row[keys.EVENTS_OUT] else "fewer than"
    level = f"{seen}: {most} {_level(row[keys.UPPER_OUT])} per million"
    if row["question"] == "time":
        return f"at {row[keys.AGAINST]} in {n or 'none'} of {of} ({level})"
    return f"in {n or 'none'} of {of} others ({row[keys.AGAINST]}; {level})"


def _ratio(row: Mapping[str, Any]) -> str:
    """How many times as much, with its interval."""
    ratio, low, high = (row[key] for key in (keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH))
    if ratio != ratio or not isfinite(low):
        return ""
    if not isfinite(high) or not isfinite(ratio):
        return f", at least {_times(low)} times as much" if low > 0 else ""
    return f", {_times(ratio)} times as much ({_times(low)} to {_times(high)})"


def _times(value: float) -> str:
    return count(round(value)) if value >= 10 else f"{value:.2g}"


def _chance(row: Mapping[str, Any], arrangements: int, adjusted: Sequence[str]) -> str:
    p, q = row[keys.P], row[keys.Q]
    if p != p:
        return "Nothing could be tested. "
    told = f"p = {p:.2g}; over all comparisons {q:.2g}"
    told += f"; adjusted for {listed(adjusted)}" if adjusted else ""
    if p <= row[keys.LEAST_P] * (1 + 1e-9) and arrangements:
        how = " within batches" if row[keys.BASIS] == "within strata" and row["question"] == "group" else ""
        return f"Of {count(arrangements)} ways to assign the labels{how}, none shows a larger difference ({told}). "
    return f"Chance: {told}. "


def _verdict(row: Mapping[str, Any], flags: Sequence[Finding], alpha: float) -> str:
    known = "; ".join(flag.label for flag in flags if flag.code in BESIDE)
    if row[keys.VERDICT] == "supported":
        return f"Supported ({known})." if known else "Supported."
    if row[keys.VERDICT] == "suggestive":
        return "Suggestive: too few patients for a verdict; one more a side would allow one."
    if row[keys.VERDICT] == "artefact":
        return f"Likely an artefact: {'; '.join(flag.label for flag in flags)}."
    reasons = [] if row[keys.Q] <= alpha or row[keys.P] != row[keys.P] else ["chance is not ruled out"]
    reasons += [flag.sentence for flag in flags if flag.code not in BESIDE]
    return f"Not supported: {', and '.join(reasons or ['nothing could be compared'])}."
