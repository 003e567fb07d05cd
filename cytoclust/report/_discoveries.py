"""What occurs only, or more, in a group or at a time point."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Cell, Table, name, number, phenotype, text
from cytoclust.report._gather import Inputs, present

__all__ = ["discoveries"]

SUPPORTED, UNSUPPORTED, ARTEFACT = keys.VERDICTS
CHANCE = "chance is not ruled out"
SHOWN = 40
"""Claims that are not supported are listed up to so many, likeliest first."""


def discoveries(inputs: Inputs) -> dict[str, Any]:
    """Cards of what is supported, or would be if it were no artefact; a sentence on the rest, and a table of it."""
    claims = inputs.discoveries
    if claims.empty:
        return {"cards": [], "summary": "", "rest": None, "silent": _silent(inputs)}
    alpha = inputs.parameter("contrasts", "alpha")
    verdict, q = claims["verdict"].astype(str), pd.to_numeric(claims["q"])
    carded = (verdict == SUPPORTED) | ((verdict == ARTEFACT) & (q <= alpha))
    return {
        "cards": [_card(row) for row in claims[carded].to_dict("records")],
        "summary": _summary(inputs, int((verdict == SUPPORTED).sum())),
        "rest": _table(claims[~carded].head(SHOWN), alpha) if (~carded).any() else None,
        "silent": "",
    }


def _card(row: Mapping[Any, Any]) -> dict[str, str]:
    """Claim, verdict, the sentence with its numbers, objections."""
    words = {key: text(row.get(key)).text for key in (keys.POPULATION, "claim", "verdict", "phenotype", "flags")}
    cluster = text(row.get(keys.CLUSTER)).text
    subject = f"Cluster {cluster}" if cluster else words[keys.POPULATION]
    return words | {"subject": subject, "evidence": text(row.get("sentence")).text}


def _summary(inputs: Inputs, n_supported: int) -> str:
    """How many claims stand, and what stood in the way of the others."""
    claims = inputs.discoveries
    told = f"{n_supported} claim{'s are' if n_supported != 1 else ' is'}" if n_supported else "No claim is"
    text = f"{told} supported, of {len(claims)} that the counts suggested."
    confounded = claims["flags"].fillna("").astype(str).str.contains("confounded with batch")
    if confounded.any():
        where = ", ".join(dict.fromkeys(claims[keys.GROUP][confounded].astype(str)))
        text += (
            f" Group and batch cannot be told apart for {where}: all of its samples were measured in batches that hold"
            " no sample of those compared, so that no claim about it can be supported by these data."
        )
    likeliest = claims[claims["verdict"].astype(str) == UNSUPPORTED].head(1)  # they are in order of q, then p
    if not n_supported and len(likeliest) and "sentence" in claims:
        text += f" The likeliest: {likeliest['sentence'].iloc[0]}"
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
        return "Groups were compared (see section 2), and the counts suggest no difference."
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


def _table(claims: pd.DataFrame, alpha: float) -> Table:
    titles = ["Population or cluster", "Phenotype", "Claim", "Detected", "Others", "p", "q", "Objections", "Verdict"]
    table = Table("Suggested by the counts, but not supported", titles, tall=True)
    by_chance = pd.to_numeric(claims["q"]) > alpha
    for row, chance in zip(claims.to_dict("records"), by_chance, strict=True):
        cluster = text(row.get(keys.CLUSTER)).text
        table.rows.append(
            [
                name(f"cluster {cluster}" if cluster else row[keys.POPULATION]),
                phenotype(row.get("phenotype")),
                text(row["claim"]),
                _ratio(row, ""),
                _ratio(row, "_other"),
                number(row["p"], 2),
                number(row["q"], 2),
                text("; ".join(filter(None, [CHANCE if chance else "", text(row["flags"]).text]))),
                text(row["verdict"]),
            ]
        )
    return table


def _ratio(row: Mapping[Any, Any], side: str) -> Cell:
    seen, evaluable = row["n_detected" + side], row["n_evaluable" + side]
    return Cell(f"{seen:g}/{evaluable:g}", sort=seen / evaluable if evaluable else -1.0, style="num")
