"""Cohorts in which nothing is to be found, or less than meets the eye.

python -m benchmarks.validity.null --work WORK --jobs 2
"""

from collections.abc import Sequence
from functools import partial as partial_of

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.page import markdown
from benchmarks.validity.claims import claim_words, judge_claims
from benchmarks.validity.designs import CHANGED, load, null, partial, times
from benchmarks.validity.plots import draw_p_values
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.status import SUBTYPES, confusion, statuses
from benchmarks.validity.work import Found, Options, find
from cytoclust import keys

__all__ = ["null_p_values", "nulls"]

N_NULL, N_TIMES, N_LOAD, N_PARTIAL = 100, 20, 20, 10
WRONG, SEEN, LEAST = 0.05, 0.95, 40
FREE_OF_LOAD = ("non-malignant cells",)
ABOUT = (
    "No group differs from another in anything but depth (threefold) and batch (uneven, not wholly). In turn two "
    "groups of 8 samples (20,000 and 60,000 events) in two batches, and three groups of 5 (20,000, 35,000 and "
    "60,000) in three. Stroma is enriched six times, so that MSC subtypes lie round the limit of detection. *Times*: "
    "8 patients at two time points that differ in depth and batch alone. Any `supported` claim is false."
)
ABOUT_P = (
    "![p values](null.png)\n\np values of all contrasts of the null cohorts, by denominator. Permutation tests of "
    "small groups have few possible values, so that p below 0.05 is met by 5 % at most; p values of one cohort are "
    "not independent of each other."
)
ABOUT_LOAD = (
    "Two groups of 8 that differ in tumour load (20–70 % against none) and in nothing else: p values of the MSC."
)
ABOUT_FALSE = "Every false `supported` claim of these cohorts and of those that differ in tumour load (below):"
ABOUT_PARTIAL = (
    f"Two groups of 10: 3 samples of the first have {CHANGED}, the others none. Fisher's exact test of 3 in 10 "
    "against none in 10 gives p = 0.11, so that `not supported` is right; what matters is that it is seen and told."
)


def nulls(options: Options) -> Section:
    """Null cohorts, time points, tumour load and a subtype in few samples."""
    none, time = find(null, N_NULL, options), find(times, N_TIMES, options)
    tumour, few = find(load, N_LOAD, options), find(partial, N_PARTIAL, options)
    p = null_p_values(none)
    of_load = null_p_values(tumour, populations=("MSC", *SUBTYPES))
    status = pd.concat([statuses(each) for each in [*none, *time]])
    return Section(
        "Where there is nothing to find",
        [
            _asked_claims("null cohorts", none),
            _asked_claims("cohorts of two times", time),
            _asked_p(p),
            _asked_load(of_load),
            _asked_claims("cohorts that differ in tumour load alone, on MSCs,", tumour, of="MSC"),
            _asked_partial(few),
        ],
        [
            ABOUT, ABOUT_FALSE, _claims_table([*none, *time, *tumour]),
            ABOUT_P, markdown(_shares(p)),
            ABOUT_LOAD, markdown(_shares(of_load)),
            ABOUT_PARTIAL,
            "Status in null cohorts and those of two times, all MSC subtypes:", markdown(confusion(status)),
        ],
        {"null.png": partial_of(draw_p_values, p)},
    )  # fmt: skip


def null_p_values(found: Sequence[Found], populations: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of ``contrasts.csv`` that have a p, with ``cohort``."""
    tables = [each.table("contrasts").assign(cohort=each.cohort.seed) for each in found]
    every = pd.concat(tables, ignore_index=True)
    if populations is not None:
        every = every[every["population"].isin(populations)]
    return every[every["p"].notna()]


def false_claims(found: Found, of: str = "") -> pd.DataFrame:
    """Supported claims that the simulation does not bear out, on populations whose name or cells begin with ``of``."""
    table = judge_claims(found)
    about = table["population"].str.startswith(of) | table["is"].str.startswith(of)
    return table[(table["verdict"] == "supported") & (table["truth"] != "true") & about]


def _asked_claims(what: str, found: list[Found], of: str = "") -> Asked:
    wrong = sum(len(false_claims(each, of)) > 0 for each in found)
    words = f"{wrong / len(found):.0%} ({wrong} of {len(found)})"
    return Asked(f"{what} with a false `supported` claim", f"≤ {WRONG:.0%}", words, wrong <= WRONG * len(found))


def _claims_table(found: list[Found]) -> str:
    """Each false claim, or a line that there is none."""
    rows = [
        (f"{each.cohort.part} {each.cohort.seed}", claim_words(row), f"{row['p']:.2g}", f"{row['q']:.2g}", row["flags"])
        for each in found
        for _, row in false_claims(each).iterrows()
    ]
    if not rows:
        return "None of these cohorts has a false supported claim."
    return markdown(pd.DataFrame(rows, columns=["cohort", "false claim", "p", "q", "flags"]).set_index("cohort"))


def _asked_p(p: pd.DataFrame) -> Asked:
    """No more small p values than the level; cohorts are the independent units."""
    below = (p["p"] <= WRONG).groupby(p["cohort"]).mean()
    mean, error = below.mean(), below.std() / np.sqrt(len(below))
    words = f"{mean:.1%} ± {error:.1%} (standard error over {len(below)} cohorts)"
    near = abs(mean - WRONG) <= max(2 * error, 0.02)
    return Asked("contrasts of null cohorts with p ≤ 0.05", f"{WRONG:.0%} ± 2 %, or 2 errors", words, bool(near))


def _asked_load(p: pd.DataFrame) -> Asked:
    mine = p[p["denominator"].isin(FREE_OF_LOAD)]
    below = (mine["p"] <= WRONG).groupby(mine["cohort"]).mean()
    words = f"{below.mean():.1%} ({len(mine)} contrasts, {', '.join(FREE_OF_LOAD)})"
    what = "MSC contrasts with p ≤ 0.05 where only the tumour load differs"
    return Asked(what, f"≤ {WRONG:.0%} within its error", words, _within(below))


def _within(below: pd.Series) -> bool:
    """Whether the mean is no more than 5 %, as far as the number of cohorts can tell (two standard errors)."""
    return bool(below.mean() <= WRONG + 2 * np.sqrt(WRONG * (1 - WRONG) / max(len(below), 1)))


def _asked_partial(found: list[Found]) -> Asked:
    seen = 0
    for each in found:
        status = statuses(each)
        mine = status[(status["population"] == CHANGED) & (status["true"] >= LEAST)]
        table = each.table("discoveries")
        told = ((table["population"] == CHANGED) & (table["group"] == "one")).any()
        seen += bool(mine["status"].isin(keys.SHOWN).all() and told)
    words = f"{seen} of {len(found)} cohorts"
    what = "a subtype in 3 of 10 samples is found in each with 40 cells or more, and among the discoveries"
    return Asked(what, f"≥ {SEEN:.0%}", words, seen >= SEEN * len(found))


def _shares(p: pd.DataFrame) -> pd.DataFrame:
    """By denominator: contrasts, share with small p, and the distance of their distribution from the uniform one."""
    rows = {}
    for denominator, part in p.groupby("denominator"):
        shares = {f"p ≤ {level}": f"{(part['p'] <= level).mean():.1%}" for level in (0.01, 0.05, 0.1, 0.5)}
        distance = stats.ks_1samp(part["p"], stats.uniform.cdf).statistic
        rows[denominator] = {"contrasts": len(part), **shares, "greatest distance": f"{distance:.3f}"}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("denominator")


if __name__ == "__main__":
    run_part(nulls, __doc__)
