"""Ten cohorts of twenty samples: names, statuses, and the claim that the tool was made for.

python -m benchmarks.validity.cohorts --work WORK
"""

import numpy as np
import pandas as pd

from benchmarks.page import markdown, number
from benchmarks.validity.claims import claim_words, judge_claims
from benchmarks.validity.designs import CHANGED, study
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.status import SUBTYPES, confusion, statuses
from benchmarks.validity.work import Found, Options, find
from cytoclust import keys

__all__ = ["cohorts"]

N = 10
F1, SEEN, FALSE_SEEN, ENDOTHELIAL, TUMOUR, CLAIMS = 0.9, 0.95, 0.01, 0.01, 0.001, 0.9
LEAST = 40  # true events, from which on a sample should be `detected`
JUNK = ("doublet", "debris", "dead", "clog", "margin")
ABOUT = (
    "20 samples of 150,000 events each: 6 metastatic, 4 localised, 4 control patients at diagnosis, 3 of the "
    "metastatic under therapy and again at relapse; 3 batches, every group over all of them. Rules `msc`, defaults. "
    "F1 is of the events that bear a subtype's name against the intact cells of that kind, pooled over cohorts; "
    "cells that quality control set aside are missed ones. With junk: doublets, dead cells and debris of that name "
    "are errors, too."
)
ABOUT_CLAIMS = (
    "Every claim that is `supported`, in how many cohorts, and whether the simulation bears it out: `overstated` is "
    "one that says *only* of what is elsewhere, too. In brackets what most events of the population or cluster are."
)


def cohorts(options: Options) -> Section:
    """Names, statuses and claims of the study."""
    found = find(study, N, options)
    names = name_scores(pd.concat([each.events for each in found]))
    status = pd.concat([statuses(each) for each in found])
    claims = [judge_claims(each) for each in found]
    return Section(
        f"{len(found)} cohorts of twenty samples",
        [*_asked_names(names, found), *_asked_status(status), _asked_claim(claims)],
        [
            ABOUT,
            "### Names",
            markdown(_rounded(names)),
            "### Status",
            "Samples by what is truly in them and by their status, all MSC subtypes.",
            markdown(confusion(status)),
            "### Claims",
            ABOUT_CLAIMS,
            markdown(supported(claims)),
        ],
    )


def name_scores(events: pd.DataFrame) -> pd.DataFrame:
    """Of each MSC subtype: intact cells, events of the name, F1 over intact cells, F1 with junk."""
    rows = {}
    for name in SUBTYPES:
        true, named = events["what"] == name, events["population"] == name
        both, n, size = (int(events.loc[where, "n"].sum()) for where in (true & named, true, named))
        junk = int(events.loc[named & events["what"].isin(JUNK), "n"].sum())
        scores = {"F1": 2 * both / max(n + size - junk, 1), "F1 with junk": 2 * both / max(n + size, 1)}
        rows[name] = {"cells": n, "named": size, "of them junk": junk, **scores}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("subtype")


def _rounded(names: pd.DataFrame) -> pd.DataFrame:
    shown = names.copy()
    for column in ("F1", "F1 with junk"):
        shown[column] = names[column].map(number)
    return shown


def supported(claims: list[pd.DataFrame]) -> pd.DataFrame:
    """Supported claims of some cohorts, with the number of cohorts that make them."""
    every = pd.concat([table.assign(cohort=i) for i, table in enumerate(claims)])
    every = every[every["verdict"] == "supported"]
    every = every.assign(words=[claim_words(row) for _, row in every.iterrows()])
    counts = every.groupby(["words", "truth"])["cohort"].nunique().rename("cohorts").reset_index()
    counts = counts.sort_values(["truth", "cohorts"], ascending=[True, False], kind="stable")
    return counts.set_index("words").rename_axis("claim")[["cohorts", "truth"]]


def _asked_names(names: pd.DataFrame, found: list[Found]) -> list[Asked]:
    asked = [
        Asked(f"{score} of {name} ({row['cells']:.0f} cells)", f"≥ {F1}", f"{row[score]:.3f}", row[score] >= F1)
        for score in ("F1", "F1 with junk")
        for name, row in names.iterrows()
    ]
    events = pd.concat([each.events for each in found])
    msc = events["population"].str.startswith("MSC")
    for kind, bound in (("endothelial", ENDOTHELIAL), ("neuroblastoma", TUMOUR), ("neuroblastoma GD2low", TUMOUR)):
        mine = events["what"] == kind
        n = int(events.loc[mine, "n"].sum())
        wrong = int(events.loc[mine & msc, "n"].sum())
        found_words = f"{wrong / n:.2%} ({wrong} of {n})"
        asked.append(Asked(f"{kind} cells named MSC", f"≤ {bound:.1%}", found_words, wrong / n <= bound))
    return asked


def _asked_status(status: pd.DataFrame) -> list[Asked]:
    many, none = status[status["true"] >= LEAST], status[status["true"] == 0]
    asked = []
    for what, part, bound, good in (
        (f"`detected` or more where a subtype has {LEAST} true events", many, f"≥ {SEEN:.0%}", np.greater_equal),
        ("`trace` or more where it has none", none, f"≤ {FALSE_SEEN:.0%}", np.less_equal),
    ):
        words, limit = (keys.SHOWN[:2], SEEN) if part is many else (keys.SHOWN, FALSE_SEEN)
        seen = int(part["status"].isin(words).sum())
        share = f"{seen / len(part):.1%} ({seen} of {len(part)})"
        asked.append(Asked(what, bound, share, bool(good(seen / len(part), limit))))
    return asked


def _asked_claim(claims: list[pd.DataFrame]) -> Asked:
    made = sum(bool(_is_the_claim(table).any()) for table in claims)
    words = f"{made} of {len(claims)} cohorts"
    return Asked(f"“{CHANGED} only in metastatic” `supported`", f"≥ {CLAIMS:.0%}", words, made >= CLAIMS * len(claims))


def _is_the_claim(table: pd.DataFrame) -> pd.Series:
    return (
        (table["population"] == CHANGED)
        & table["only"].astype(bool)
        & (table["question"] == "group")
        & (table["group"] == "metastatic")
        & (table["verdict"] == "supported")
    )


if __name__ == "__main__":
    run_part(cohorts, __doc__)
