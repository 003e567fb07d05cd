"""What occurs only, or more, in a group or at a time point."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Cell, Table, name, number, phenotype, text
from cytoclust.report._gather import Inputs, present

__all__ = ["discoveries"]

SUPPORTED, _, ARTEFACT = keys.VERDICTS
SHOWN = 40
"""Claims that are not supported are listed up to so many, likeliest first."""


def discoveries(inputs: Inputs) -> dict[str, Any]:
    """Cards of what is supported, or would be if it were no artefact; a sentence on the rest, and a table of it."""
    claims = inputs.discoveries
    if claims.empty:
        return {"cards": [], "summary": "", "rest": None}
    alpha = inputs.parameter("contrasts", "alpha")
    verdict, q = claims["verdict"].astype(str), pd.to_numeric(claims["q"])
    carded = (verdict == SUPPORTED) | ((verdict == ARTEFACT) & (q <= alpha))
    return {
        "cards": [_card(row) for row in claims[carded].to_dict("records")],
        "summary": _summary(inputs, int((verdict == SUPPORTED).sum())),
        "rest": _table(claims[~carded].head(SHOWN)) if (~carded).any() else None,
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
    return text + _not_given(inputs)


def _not_given(inputs: Inputs) -> str:
    """What the sheet does not say, and what that hides."""
    text = ""
    if not present(inputs.populations, keys.BATCH):
        text += (
            " The sheet gives no batches: a difference between days, reagents or machines cannot be told from one "
            "between groups."
        )
    if not present(inputs.populations, keys.PATIENT):
        text += " The sheet gives no patients: every sample is taken for a patient of its own."
    return text


def _table(claims: pd.DataFrame) -> Table:
    titles = ["Population or cluster", "Phenotype", "Claim", "Detected", "Others", "p", "q", "Objections", "Verdict"]
    table = Table("Suggested by the counts, but not supported", titles, tall=True)
    for row in claims.to_dict("records"):
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
                text(row["flags"]),
                text(row["verdict"]),
            ]
        )
    return table


def _ratio(row: Mapping[Any, Any], side: str) -> Cell:
    seen, evaluable = row["n_detected" + side], row["n_evaluable" + side]
    return Cell(f"{seen:g}/{evaluable:g}", sort=seen / evaluable if evaluable else -1.0, style="num")
