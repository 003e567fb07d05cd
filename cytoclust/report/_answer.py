"""The primary question in one sentence, also where it cannot be answered."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import number, text
from cytoclust.report._cards import words
from cytoclust.report._gather import Inputs, findings_in, present
from cytoclust.words import listed, plural, some

__all__ = ["answer"]

SUPPORTED, SUGGESTIVE, *_ = keys.VERDICTS
NOT_EVALUABLE: Final = keys.STATUSES[-1]
NAMED: Final = 2  # claims that the sentence spells out
MOST: Final = 3  # populations that it names


def answer(inputs: Inputs, asked: Sequence[str]) -> tuple[str, str]:
    """``yes``, ``no`` or ``open``, and the sentence.

    ``yes``: a claim on a population that the study asks about is supported (where it asks about none: any claim).
    ``no``: such claims were tested, and none is supported. ``open``: nothing can be told, with the reason.
    """
    claims = inputs.discoveries
    mine = claims[claims[keys.POPULATION].astype(str).isin(list(asked))] if len(claims) and asked else claims
    if len(mine):
        verdict = mine[keys.VERDICT].astype(str)
        if (verdict == SUPPORTED).any():
            return "yes", _supported(mine[verdict == SUPPORTED])
    why = _why_not(inputs, asked)
    if why:
        return "open", f"Cannot tell, because {why}."
    why = _nothing_to_compare(inputs) or _too_weak(inputs, mine)
    if why:
        return "open", f"Cannot tell what differs, because {why}."
    return "no", _unsupported(asked, mine)


def _supported(claims: pd.DataFrame) -> str:
    """The clearest claims, a population once."""
    by_clarity = claims.assign(
        own=claims[keys.CLUSTER].fillna("").astype(str) != "" if keys.CLUSTER in claims else False
    )
    first = by_clarity.sort_values(["own", keys.Q], kind="stable").drop_duplicates(keys.POPULATION)
    told = [_claim(row) for row in first.head(NAMED).to_dict("records")]
    more = len(first) - len(told)
    return f"Yes: {'; '.join(told)}" + (f"; and {plural(more, 'more population')}." if more else ".")


def _claim(row: dict[Any, Any]) -> str:
    """``MSC CD146+CD271- only in metastatic: found in 6 of 6 patients and 0 of 8 others (q = 0.005)``."""
    sure = f"q = {number(row[keys.Q], 2).text}" if pd.notna(row.get(keys.Q)) else f"p = {number(row[keys.P], 2).text}"
    mine, others = f"{row[keys.N_IN]:g} of {row[keys.OF_IN]:g}", f"{row[keys.N_OUT]:g} of {row[keys.OF_OUT]:g}"
    return f"{row[keys.POPULATION]} {words(row)}: found in {mine} patients and {others} others ({sure})"


def _why_not(inputs: Inputs, asked: Sequence[str]) -> str:
    """Why nothing can be said of what is asked about; empty where its amounts are known."""
    table = inputs.populations
    if not inputs.rules and table.empty:
        return "no rules were given, so that no population has a name: choose some, or draw them (cytoclust explore)"
    if table.empty:
        return "no cluster has a name"
    known = set(table[keys.POPULATION].astype(str))
    lost = [name for name in asked if name not in known]
    if asked and len(lost) == len(asked):
        return f"this panel cannot name {_names(lost)}"
    about = table[table[keys.POPULATION].astype(str).isin(list(asked) or list(known - {keys.UNKNOWN}))]
    if keys.CANNOT_TELL in about and (about[keys.CANNOT_TELL] == keys.UNTOLD[0]).all():
        return (
            f"these data do not tell a marker that {_names([n for n in asked if n in known] or ['a population'])} needs"
        )
    if (about[keys.STATUS].astype(str) == NOT_EVALUABLE).all():
        return f"no sample is deep enough to have shown {_names([n for n in asked if n in known] or ['a population'])}"
    return ""


def _nothing_to_compare(inputs: Inputs) -> str:
    """What the sheet lacks for a comparison."""
    if len(inputs.discoveries) or len(inputs.contrasts):
        return ""
    sheet = inputs.sheet
    if len(sheet) < 2:
        return "one sample alone has nothing to be compared with"
    if not any(present(sheet, name) for name in (keys.GROUP, keys.TIMEPOINT)):
        return "the sheet gives no groups and no time points to compare"
    n = max(sheet[name].dropna().nunique() for name in (keys.GROUP, keys.TIMEPOINT) if present(sheet, name))
    if n < 2:
        return "the sheet gives one group or time point only"
    return "groups need two patients or more each, and time points three patients who were seen at both"


def _too_weak(inputs: Inputs, claims: pd.DataFrame) -> str:
    """Why the tests that were made could have shown nothing."""
    if not len(claims):
        return ""
    alpha = float(inputs.parameter("contrasts", "alpha"))
    rows = claims.to_dict("records")
    if all("confounded with batch" in {flag.code for flag in findings_in(row, keys.FLAGS)} for row in rows):
        where = listed(list(dict.fromkeys(text(row.get(keys.GROUP)).text for row in rows)))
        return f"group and batch cannot be told apart for {where}"
    least = pd.to_numeric(claims[keys.LEAST_P]) if keys.LEAST_P in claims else pd.Series(dtype=float)
    if pd.to_numeric(claims[keys.P]).isna().all():
        return "there are too few patients for a test"
    if least.notna().any() and (least.dropna() > alpha).all():
        best = claims.iloc[int(np.nanargmin(least))]
        return (
            f"with {best[keys.OF_IN]:g} against {best[keys.OF_OUT]:g} patients no p can be below"
            f" {number(least.min(), 2).text}, and {alpha:g} is asked for; as the counts stand, {_counts(best)}"
        )
    return ""


def _counts(row: Any) -> str:
    """``MSC is in 2 of 2 metastatic at diagnosis and in 0 of 4 others``."""
    place = text(row.get(keys.GROUP)).text
    return (
        f"{row[keys.POPULATION]} is in {row[keys.N_IN]:g} of {row[keys.OF_IN]:g} {place}".rstrip()
        + f" and in {row[keys.N_OUT]:g} of {row[keys.OF_OUT]:g} others"
    )


def _unsupported(asked: Sequence[str], claims: pd.DataFrame) -> str:
    """The nearest, and that it proves nothing."""
    what = _names(asked) if asked else "any population"
    tested = claims[pd.to_numeric(claims[keys.P]).notna()] if len(claims) else claims
    if not len(tested):
        return f"Not shown: the counts suggest no difference in {what}. That is no proof that there is none."
    row = tested.iloc[int(np.argmin(pd.to_numeric(tested[keys.P])))]
    hint = "" if row[keys.VERDICT] != SUGGESTIVE else "; one more patient a side would allow a verdict"
    return (
        f"Not shown: no difference in {what} is supported. Nearest: {_counts(row)} (p = {number(row[keys.P], 2).text})"
        f"{hint}. That is no proof that there is none."
    )


def _names(names: Sequence[str]) -> str:
    return listed(names, "or") if len(names) <= MOST else f"{some(names, MOST - 1)}"
