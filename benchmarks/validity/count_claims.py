"""What the engine says of a cohort of counts, and whether it is true."""

from functools import cache

import numpy as np
import pandas as pd

from benchmarks.validity.counts import SIMULATORS, Counts, Design, simulate
from cytoclust.stats import Counted, Question, compare, questions, size_factors, subject_table
from cytoclust.stats._corrected import alpha_of_each, n_questions
from cytoclust.stats._discovery_table import discovery_table

ALPHA = 0.05  # the default of the table

__all__ = ["ask", "counted_of", "judge", "subjects_of"]


def counted_of(counts: Counts) -> Counted:
    """What a run without rules compares: clusters, of all cells, with size factors."""
    events, cells = counts.events, counts.events.sum(axis=1)
    ordinary = size_factors(events, cells, references=list(events.columns))
    y = events.to_numpy(dtype=np.float64)
    wide = (np.repeat(each.to_numpy(dtype=np.float64)[:, None], y.shape[1], axis=1) for each in (cells, ordinary))
    return Counted(y, np.zeros_like(y), *wide)


@cache
def subjects_of(names: tuple[str, ...]) -> pd.DataFrame:
    """Clusters of which nothing is known."""
    evidence = pd.DataFrame(
        {
            "population": "unknown", "phenotype": "", "n_events": 1, "probability": 1.0, "doublet": False, "pairs": "",
            "glowing": False, "leftover": "", "junk_why": "",
        },
        index=list(names),
    )  # fmt: skip
    return subject_table([], evidence, lineages={})


def ask(counts: Counts) -> pd.DataFrame:
    """``discoveries.csv`` of a cohort without rules."""
    return discovery_table(subjects_of(tuple(counts.events.columns)), counted_of(counts), counts.sheet)


def judge(design: Design, simulator: str, seed: int) -> dict[str, float]:
    """Of one cohort.

    Returns
    -------
    ``false``: whether there is a false claim; ``supported``: the share of what was planted that is; ``rare, common``:
    the same of one; ``only``: whether the supported one says so; ``suggestive``; ``claims`` supported, true or not, and
    ``tested``: rows with a p. Of a null without a claim the first and the last but one.
    """
    counts = simulate(design, SIMULATORS[simulator], seed)
    if not counts.true and not _may_claim(design, counts):
        return {"false": 0.0, "claims": 0.0}
    claims = ask(counts)
    side = claims["timepoint"] == "first" if design.visits else claims["group"] == "a"
    supported = claims["verdict"] == "supported"
    mine = claims["cluster"].isin(counts.true) & side
    found = [bool((supported & mine & (claims["cluster"] == name)).any()) for name in counts.true]
    wrong = supported & ~mine & (claims["cluster"] != "tumour")
    if counts.true and not design.lineage:  # more of a thing is less of the rest: the other side is not judged
        wrong &= side
    both = len(found) == 2
    return {
        "false": float(wrong.any()),
        "supported": float(np.mean(found)) if found else np.nan,
        "rare": float(found[0]) if both else np.nan,
        "common": float(found[1]) if both else np.nan,
        "only": float(claims.loc[supported & mine, "only"].mean()) if (supported & mine).any() else np.nan,
        "suggestive": float(((claims["verdict"] == "suggestive") & mine).any()),
        "claims": float(supported.sum()),
        "tested": float(claims["p"].notna().sum()),
    }


def _may_claim(design: Design, counts: Counts) -> bool:
    """Whether any q of the table is at most alpha, twofold or not: so much is quickly known."""
    counted, asked = counted_of(counts), _asked(design, counts)
    alpha = alpha_of_each(asked, ALPHA)
    found = []
    for question in asked:
        units = counted.of_units(question.units)
        found.append(compare(units.events, units.ordinary, question.inside, strata=question.strata, alpha=alpha,
                             covariates=question.covariates, pairs=question.paired, worth=-1.0))  # fmt: skip
    times = n_questions([each.least for each in found], ALPHA)
    return any((each.p_family * times <= ALPHA).any() for each in found)


_KNOWN: dict[Design, list[Question]] = {}


def _asked(design: Design, counts: Counts) -> list[Question]:
    """The same of every cohort of a design."""
    if design not in _KNOWN:
        _KNOWN[design] = questions(counts.sheet)
    return _KNOWN[design]
