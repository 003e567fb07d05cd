"""A patient in words: is it there, how much, since when, and can it be believed."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from cytoclust import keys
from cytoclust.report._amounts import Amount, base_of
from cytoclust.report._blocks import number
from cytoclust.report._cards import words
from cytoclust.report._gather import Inputs
from cytoclust.report._visits import Patient
from cytoclust.words import count, listed, percent

__all__ = ["four_answers", "leading"]

QUANTIFIED, DETECTED, TRACE, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
SUPPORTED, SUGGESTIVE, *_ = keys.VERDICTS
MOST: Final = 3  # populations that the answers go into
MOST_VISITS: Final = 3  # that are told one by one
SAID: Final = {TRACE: "a trace", NOT_DETECTED: "none seen", NOT_EVALUABLE: "cannot be told"}
KEPT: Final = 0.5
"""Share of its events below which a sample is named. Chosen: as in the section on quality."""

Series = dict[str, list[Amount | None]]
"""Amounts of each population, a visit after the other."""


def leading(inputs: Inputs, names: Sequence[str], tumour: Sequence[str]) -> list[str]:
    """Tumour, and of the other populations those of which a difference is supported or suggestive; else the first."""
    claims = inputs.discoveries
    told: list[str] = []
    for verdict in (SUPPORTED, SUGGESTIVE):
        if len(claims):
            told += claims[keys.POPULATION][claims[keys.VERDICT].astype(str) == verdict].astype(str).tolist()
    others = [name for name in dict.fromkeys(told) if name in names and name not in tumour]
    rest = [name for name in names if name not in tumour]
    return [*[name for name in tumour if name in names], *(others or rest)][:MOST]


def four_answers(inputs: Inputs, patient: Patient, series: Series, lead: Sequence[str]) -> list[tuple[str, str]]:
    """The four questions with their answers."""
    return [
        ("Is it there?", _there(patient, series)),
        ("How much?", _how_much(inputs, patient, series, lead)),
        ("Since when?", _since(patient, series, lead)),
        ("Can I believe it?", _believe(inputs, patient, series, lead)),
    ]


def _there(patient: Patient, series: Series) -> str:
    """Populations with the same answer together."""
    same: dict[str, list[str]] = {}
    for name, amounts in series.items():
        same.setdefault(_pattern(patient, amounts), []).append(name)
    told = [f"{listed(names)}: {pattern}" for pattern, names in same.items()]
    return "; ".join(told) + "." if told else "No population was counted."


def _pattern(patient: Patient, amounts: Sequence[Amount | None]) -> str:
    """``yes at diagnosis and relapse, a trace at therapy``."""
    whens: dict[str, list[str]] = {}
    for visit, each in zip(patient.visits, amounts, strict=True):
        if each:
            whens.setdefault(SAID.get(each.status, "yes"), []).append(visit.when)
    if not whens:
        return "not counted"
    if len(whens) == 1:
        ((word, at),) = whens.items()
        return word if len(at) == 1 else f"{word} at each visit"
    order = [word for word in ("yes", *SAID.values()) if word in whens]
    return ", ".join(f"{word} at {listed(whens[word])}" for word in order)


def _how_much(inputs: Inputs, patient: Patient, series: Series, lead: Sequence[str]) -> str:
    told = [f"{name}, of {base_of(inputs, name)}: {_levels(patient, series[name])}" for name in lead]
    return ". ".join(told) + "." if told else "–"


def _levels(patient: Patient, amounts: Sequence[Amount | None]) -> str:
    """Visit → visit; in a few words where it is nowhere, and of many visits the highest and the last."""
    known = [each for each in amounts if each]
    statuses = {each.status for each in known}
    if len(known) == len(amounts) > 1 and len(statuses) == 1 and not known[0].here:
        return f"{known[0].status} at each visit ({max(known, key=lambda each: each.upper).limit})"
    if len(amounts) <= MOST_VISITS or not known:
        return " → ".join(each.told if each else "not counted" for each in amounts)
    best = max((each for each in known if each.here), key=lambda each: each.level, default=known[-1])
    when = patient.visits[[*amounts].index(best)].when
    return f"highest at {when}, {best.told}; last {amounts[-1].told if amounts[-1] else 'not counted'}"


def _since(patient: Patient, series: Series, lead: Sequence[str]) -> str:
    same: dict[str, list[str]] = {}
    for name in lead:
        same.setdefault(_first(patient, series[name]), []).append(name)
    return " ".join(f"{listed(names)}: {told}." for told, names in same.items()) or "–"


def _first(patient: Patient, amounts: Sequence[Amount | None]) -> str:
    """The first visit at which it was seen, and what is known of the time before."""
    at = next((i for i, each in enumerate(amounts) if each and each.here), None)
    if at is None:
        return "not seen so far"
    when = patient.visits[at].when
    if at == 0:
        return (
            f"there in the {'only' if len(patient.visits) == 1 else 'first'} sample ({when}); when it came is not known"
        )
    before = amounts[at - 1]
    if before is None:
        return f"since {when}; not counted before"
    if before.status == NOT_DETECTED:
        return f"since {when}; none at {patient.visits[at - 1].when} ({before.limit})"
    return f"since {when} at the latest; {patient.visits[at - 1].when} could not have shown it ({before.limit})"


def _believe(inputs: Inputs, patient: Patient, series: Series, lead: Sequence[str]) -> str:
    """What is counted in this patient, and what is said of groups, apart."""
    best = [max((each for each in series[name] if each and each.here), key=_events, default=None) for name in lead]
    seen = [each for each in best if each]
    own = (
        f"In this {patient.kind}, yes: {listed([each.population for each in seen])} above background"
        f" (of {listed([count(each.lob) for each in seen])} events at most)."
        if seen
        else f"In this {patient.kind} no {listed(list(lead), 'or')} rises above background."
    )
    counts = [row for row in inputs.run.events if str(row[keys.SAMPLE]) in patient.samples and row["total"]]
    shares = {str(row[keys.SAMPLE]): row["ok"] / row["total"] for row in counts}
    low = [f"{sample} kept {percent(share)} of its events" for sample, share in shares.items() if share < KEPT]
    own += f" But {listed(low)}." if low else ""
    return f"{own} {_tested(inputs, lead)}"


def _tested(inputs: Inputs, lead: Sequence[str]) -> str:
    """As a difference between groups or times."""
    claims = inputs.discoveries
    mine = claims[claims[keys.POPULATION].astype(str).isin(list(lead))] if len(claims) else claims
    if keys.CLUSTER in mine:
        mine = mine[mine[keys.CLUSTER].fillna("").astype(str) == ""]
    mine = mine[pd.to_numeric(mine[keys.P]).notna()] if len(mine) and keys.P in mine else mine.iloc[:0]
    if not len(mine):
        return "A difference between groups was not tested."
    order = [*keys.VERDICTS]
    best: list[Any] = sorted(
        mine.to_dict("records"), key=lambda row: (order.index(str(row[keys.VERDICT])), row[keys.P])
    )
    first = {str(row[keys.POPULATION]): row for row in reversed(best)}
    same: dict[tuple[str, str], list[dict[Any, Any]]] = {}
    for row in [*first.values()][:2]:
        same.setdefault((str(row[keys.VERDICT]), words({**row, keys.AGAINST: None})), []).append(row)
    told = [f"{verdict}: {_names(rows)} {claim} ({_sure(rows)})" for (verdict, claim), rows in same.items()]
    return f"Between groups, {'; '.join(told)}."


def _events(amount: Amount) -> int:
    return amount.n_events


def _names(rows: Sequence[dict[Any, Any]]) -> str:
    return listed([str(row[keys.POPULATION]) for row in rows])


def _sure(rows: Sequence[dict[Any, Any]]) -> str:
    """``q = 0.005``: the largest; p where something has no q."""
    column = keys.Q if all(pd.notna(row.get(keys.Q)) for row in rows) else keys.P
    largest = number(max(row[column] for row in rows), 2).text
    return f"{column} {'=' if len({row[column] for row in rows}) == 1 else '≤'} {largest}"
