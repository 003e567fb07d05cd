"""What occurs only, or more, in a group or at a time point: cards, a summary, and every claim in a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._behind import Behind
from cytoclust.report._blocks import Cell, Table, name, number, phenotype, text
from cytoclust.report._cards import CHANCE, TOLD_ONCE, Card, cards, name_of, times_text, words
from cytoclust.report._gather import Inputs, findings_in, present
from cytoclust.words import listed

__all__ = ["discoveries"]

SUPPORTED, SUGGESTIVE, *_ = keys.VERDICTS
LISTED = 60  # claims whose samples can be shown
NAMED = 4  # claims that the first sentence spells out


def discoveries(inputs: Inputs) -> dict[str, Any]:
    """Cards, a sentence on how many claims stand, and a table of all of them."""
    claims = inputs.discoveries
    shown = cards(inputs)
    return {
        "cards": shown,
        "any_supported": any(card.verdict == SUPPORTED for card in shown),
        "headline": _headline([card for card in shown if card.verdict == SUPPORTED]),
        "summary": _summary(inputs) if len(claims) else _silent(inputs),
        "n_claims": len(claims),
        "table": _table(claims, inputs.parameter("contrasts", "alpha"), Behind(inputs)) if len(claims) else None,
    }


def _headline(supported: list[Card]) -> str:
    """The supported claims in one sentence, what the same is claimed of together, the rest of many counted."""
    same: dict[str, list[str]] = {}
    for card in supported[:NAMED]:
        same.setdefault(card.claim, []).append(card.candidate)
    known = [f"{listed(candidates)} {claim}" for claim, candidates in same.items()]
    more = len(supported) - len(supported[:NAMED])
    known += [f"{more} more"] if more else []
    return f"Supported: {'; '.join(known)}." if known else ""


def _summary(inputs: Inputs) -> str:
    """How many claims stand, and what stood in the way of the others."""
    claims = inputs.discoveries
    n_supported = int((claims[keys.VERDICT].astype(str) == SUPPORTED).sum())
    known = f"{n_supported} claim{'s are' if n_supported != 1 else ' is'}" if n_supported else "No claim is"
    text = f"{known} supported, of {len(claims)} that the counts suggested."
    n_hints = int((claims[keys.VERDICT].astype(str) == SUGGESTIVE).sum())
    if n_hints:
        few = "as clear as so few patients can make it: one more a side would allow a verdict"
        text += f" {n_hints} {'are' if n_hints > 1 else 'is'} suggestive, {few}."
    rows = claims.to_dict("records")
    confounded = [row for row in rows if "confounded with batch" in {flag.code for flag in findings_in(row, "flags")}]
    if confounded:
        where = ", ".join(dict.fromkeys(str(row[keys.GROUP]) for row in confounded))
        text += (
            f" Group and batch cannot be told apart for {where}: all of its samples were measured in batches that hold"
            " no sample of those compared, so that no claim about it can be supported by these data."
        )
    if not n_supported:
        text += " That is no proof of no difference: see what the counts suggested, and what speaks against each."
    return text + _not_given(inputs.sheet)


def _not_given(sheet: pd.DataFrame) -> str:
    """What the sheet does not say, and what that hides."""
    hidden = {
        keys.GROUP: ("groups", "left out where groups are compared"),
        keys.BATCH: ("batches", "taken for one batch"),
        keys.PATIENT: ("patients", "each taken for a patient of its own"),
    }
    text = ""
    for column, (what, meaning) in hidden.items():
        n = len(sheet) - (int((sheet[column].fillna("").astype(str) != "").sum()) if column in sheet else 0)
        if 0 < n < len(sheet):
            text += f" The sheet gives no {what} for {n} of {len(sheet)} samples: they are {meaning}."
    if not present(sheet, keys.BATCH):
        text += (
            " The sheet gives no batches: a difference between days, reagents or machines cannot be told from one "
            "between groups."
        )
    if not present(sheet, keys.PATIENT):
        text += " The sheet gives no patients: every sample is taken for a patient of its own."
    return text


def _silent(inputs: Inputs) -> str:
    """Why there is no claim at all."""
    if len(inputs.contrasts):
        return "Groups were compared (see Differences), and the counts suggest no difference."
    sheet = inputs.sheet
    n = max(
        len(set(sheet[column].fillna("").astype(str)) - {""}) if column in sheet else 0
        for column in (keys.GROUP, keys.TIMEPOINT)
    )
    text = "No comparison between groups or time points was made: "
    if n < 2:
        return text + f"the sheet gives {'only one' if n else 'no'} group or time point."
    return text + (
        "each side needs two patients or more, or, between time points, three who were seen at both. Differences that"
        " can be seen in this report have not been tested."
    )


def _table(claims: pd.DataFrame, alpha: float, behind: Behind) -> Table:
    titles = ["Population or cluster", "Claim", "Found in", "Others", "Times as much", "p", "q", "Verdict"]
    titles += ["Objections", "Samples", "Phenotype"]
    against = set(claims.get(keys.AGAINST, pd.Series(dtype=object)).fillna("").astype(str))
    one = {keys.AGAINST: None} if len(against) == 1 else {}
    caption = "All that the counts suggested" + (f", compared with {against.pop()}" if one and any(against) else "")
    table = Table("discoveries", caption, titles, tall=True, data=claims)
    by_chance = (pd.to_numeric(claims[keys.Q]) > alpha) & (claims[keys.VERDICT].astype(str) != SUGGESTIVE)
    for row, chance in zip(claims.to_dict("records"), by_chance, strict=True):
        flags = [flag.label for flag in findings_in(row, "flags") if flag.code != TOLD_ONCE]
        table.rows.append(
            [
                text(name_of(row)),
                text(words({**row, **one}), "claim"),
                _patients(row[keys.N_IN], row[keys.OF_IN]),
                _patients(row[keys.N_OUT], row[keys.OF_OUT]),
                _times(row),
                number(row[keys.P], 2),
                number(row[keys.Q], 2),
                name(row[keys.VERDICT]),
                text("; ".join([CHANCE] * bool(chance) + flags)),
                behind.cell(row, behind.of_claim(row)) if len(table.rows) < LISTED else Cell("", style="behind"),
                phenotype(row.get(keys.PHENOTYPE)),
            ]
        )
    return table


def _patients(seen: float, of: float) -> Cell:
    return Cell(f"{seen:g} of {of:g}", sort=seen / of if of else -1.0, style="num")


def _times(row: Mapping[Any, Any]) -> Cell:
    """The ratio with its interval."""
    if pd.isna(row.get(keys.RATIO)):
        return Cell("–", -1.0, "num")
    return Cell(times_text(row), float(row[keys.RATIO_LOW]), "num")
