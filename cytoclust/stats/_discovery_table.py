"""What occurs only, or more, in a group or at a time point; how sure it is, and what speaks against it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from cytoclust import keys, params
from cytoclust.findings import Finding, to_cell
from cytoclust.stats._discrete import discrete_bh, discrete_holm
from cytoclust.stats._question_evidence import Counted, Evidence, evidence
from cytoclust.stats._questions import Question, questions
from cytoclust.stats._sentence import sentence
from cytoclust.stats._verdict import verdict

__all__ = ["discovery_table"]

COLUMNS = (
    keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE, keys.CLAIM, keys.GROUP, keys.N_DETECTED, keys.N_EVALUABLE,
    keys.N_DETECTED_OTHER,
    keys.N_EVALUABLE_OTHER, keys.P, keys.Q, keys.FLAGS, keys.VERDICT, keys.TIMEPOINT, keys.AGAINST, keys.SENTENCE,
    "question", "only",
)  # fmt: skip
DILUTED = 0.5
"""Of the samples of one side: if so many look diluted with blood, that may be the difference. Chosen: the majority."""
APART = 0.5
"""Spreads between the mean backgrounds of both sides that speak against a claim. Chosen: see sensitivity."""
LEAST_FOLD = 1.0
"""Log2 of how much more there must be, where both sides have it: less is for ``contrasts.csv``, and no discovery.
Measured: four of five false claims in null cohorts were of less (git log 4d363d5)."""
SHARES = (0.5, 0.3, 0.2)
"""Of the error allowed, for the families: primary candidates; presence of the others; amounts of the others. Chosen:
see sensitivity."""


def discovery_table(
    candidates: pd.DataFrame,
    counted: Counted,
    sheet: pd.DataFrame,
    *,
    contrasts: params.Contrasts = params.D.contrasts,
    detect: params.Detect = params.D.detect,
    hemodiluted: Sequence[bool] | None = None,
    shifts: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """The table ``discoveries.csv``: one row a candidate and question with more on the side asked about.

    A claim is ``supported`` if its adjusted p is at most ``contrasts.alpha``, two patients or more show it, and no flag
    speaks against it; ``artefact`` if the candidate is likely none of its own kind; else ``not supported``.
    p is one-sided, at equal depth, and must hold within batches too (see ``_evidence.py``). q holds the error of every
    claim of the table together: primary candidates by Holm's method, presence and amounts of the others by
    Benjamini and Hochberg's, both for discrete tests; half of the error is for the first, 0.3 and 0.2 for the others.

    Parameters
    ----------
    candidates
        Index anything (k,): ``population, cluster, phenotype``, ``primary`` (bool), ``flags`` (lists of findings on
        what it may be instead), ``artefact`` (bool: they are grave).
    counted
        Samples × candidates.
    sheet
        Index sample, in the order of ``counted``: ``patient_id, group, timepoint, batch``, as far as known.
    contrasts, detect
        The error allowed, and limits of detection.
    hemodiluted
        Of each sample.
    shifts
        Samples in the order of ``counted`` × markers, by how many spreads the background of each differs from that of
        most samples; ``candidates`` then has ``rests_on``, lists of the markers that each is told by.
    seed
        Of permutations, where there are too many to count all.

    Returns
    -------
    ``population, cluster, phenotype, claim, group, n_detected, n_evaluable, n_detected_other, n_evaluable_other, p, q,
    flags, verdict, timepoint, against, sentence, question, only``; numbers are of patients, ``flags`` codes of findings
    with their data (:func:`cytoclust.findings.from_cell`), ``question`` is ``group`` or ``time``, ``only`` whether the
    claim is that or "more". Supported ones first, then by p.
    """
    asked = questions(sheet)
    found = [
        evidence(question, counted, detect=detect, n_permutations=contrasts.permutations, seed=seed)
        for question in asked
    ]
    adjusted = _adjust(candidates["primary"].to_numpy(dtype=bool), found)
    found = _adjust_within(found, adjusted, contrasts.alpha) if found else found
    diluted = np.zeros(len(sheet), dtype=bool) if hemodiluted is None else np.asarray(hemodiluted, dtype=bool)
    moved = pd.DataFrame(index=range(len(sheet))) if shifts is None else shifts
    rows = [
        _row(candidates.iloc[i], i, question, each, q[i], counted, diluted, moved, contrasts.alpha)
        for question, each, q in zip(asked, found, adjusted, strict=True)
        for i in range(len(candidates))
        if (each.n_detected[i] and each.higher[i]) or (each.n_shallow[i] and not each.n_detected[i])
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    place = {verdict: rank for rank, verdict in enumerate(keys.VERDICTS)}
    order = (
        table.assign(place=table[keys.VERDICT].map(place)).sort_values(["place", keys.Q, keys.P], kind="stable").index
    )
    return table.loc[order].reset_index(drop=True)


def _adjust(primary: NDArray[np.bool_], found: list[Evidence]) -> list[NDArray[np.float64]]:
    """Adjusted p of each question's candidates."""
    if not found:
        return []
    p = np.concatenate([each.p for each in found])
    presence = np.concatenate([each.presence for each in found])
    family = np.where(np.tile(primary, len(found)), 0, np.where(presence, 1, 2))
    q = np.full(len(p), np.nan)
    used = [number for number in range(len(SHARES)) if (~np.isnan(p[family == number])).any()]
    allowed = sum(SHARES[number] for number in used)
    for number in used:
        rows = np.flatnonzero(family == number)

        def attained(alpha: float, rows: NDArray[np.int64] = rows) -> NDArray[np.float64]:
            return np.concatenate([each.attained(alpha) for each in found])[rows]

        adjust = discrete_bh if number else discrete_holm
        q[rows] = np.clip(adjust(p[rows], attained) * allowed / SHARES[number], p[rows], 1)
    return np.split(q, len(found))


def _adjust_within(found: list[Evidence], adjusted: list[NDArray[np.float64]], alpha: float) -> list[Evidence]:
    """With p within batches corrected (Benjamini and Hochberg) over the claims that have passed.

    One in twenty of the clusters that a batch alone has made would else hold within batches too.
    """
    passed = [q <= alpha for q in adjusted]
    p = [np.nan_to_num(each.p_within[rows], nan=1.0) for each, rows in zip(found, passed, strict=True)]
    every = np.concatenate(p)
    if not len(every):
        return found
    parts = np.split(false_discovery_control(every), np.cumsum([len(part) for part in p])[:-1])
    done = []
    for each, rows, part in zip(found, passed, parts, strict=True):
        within = each.p_within.copy()
        within[rows] = part
        done.append(replace(each, p_within=within))
    return done


def _row(
    candidate: pd.Series, i: int, question: Question, each: Evidence, q: float, counted: Counted,
    diluted: NDArray[np.bool_], moved: pd.DataFrame, alpha: float,
) -> dict[str, Any]:  # fmt: skip
    only = each.n_detected_other[i] == 0 and each.n_elsewhere[i] == 0
    flags = [*candidate[keys.FLAGS], *_objections(i, question, each, counted, diluted, alpha)]
    differ = _moved_apart(question, moved, candidate.get("rests_on", ()))
    flags += [Finding("background of samples differs", markers=differ)] if differ else []
    numbers = {
        name: int(getattr(each, name)[i])
        for name in (keys.N_DETECTED, keys.N_EVALUABLE, keys.N_DETECTED_OTHER, keys.N_EVALUABLE_OTHER)
    }
    row = {
        keys.POPULATION: candidate[keys.POPULATION],
        keys.CLUSTER: candidate[keys.CLUSTER],
        keys.PHENOTYPE: candidate[keys.PHENOTYPE],
        keys.CLAIM: f"{'only' if only else 'more'} in {question.where}",
        keys.GROUP: question.group,
        **numbers,
        keys.P: each.p[i],
        keys.Q: q,
        keys.FLAGS: to_cell(flags),
        keys.VERDICT: verdict(q, alpha, artefact=bool(candidate["artefact"]), flags=flags),
        keys.TIMEPOINT: question.timepoint,
        keys.AGAINST: question.against,
        "question": question.kind,
        "only": bool(only),
    }
    known = sentence(row, flags=flags, where=question.where, presence=bool(each.presence[i]), alpha=alpha)
    return row | {keys.SENTENCE: known}


def _objections(
    i: int, question: Question, each: Evidence, counted: Counted, diluted: NDArray[np.bool_], alpha: float
) -> list[Finding]:
    """What speaks against a claim, beside its p."""
    found = []
    if question.confounded:
        found.append("confounded with batch")
    if each.n_detected[i] == 1:
        found.append("one patient")
    if each.n_evaluable_other[i] < 2:
        found.append("too few others could have shown it")
    if each.presence[i] and each.p_full[i] <= alpha < each.p[i]:
        found.append("depth")
    if not question.confounded and each.n_detected[i] > 1 and _one_batch(i, question, counted):
        found.append("one batch")
    chance = each.p[i] > alpha  # NaN is no chance: strata did not let it be tested
    if not question.confounded and each.n_evaluable_other[i] and not chance and not each.p_within[i] <= alpha:
        found.append("not shown within batches")
    for side in (question.rows(inside=True), question.rows(inside=False)):
        could = [row for row in side if counted.evaluable[row, i]]
        if could and np.mean(diluted[could]) >= DILUTED and "hemodilution" not in found:
            found.append("hemodilution")
    if each.fold[i] < LEAST_FOLD:
        found.append("less than twofold")
    if each.n_shallow[i] and not each.n_detected[i]:
        found.append("too few cells where it was found")
    return [Finding(code) for code in found]


def _moved_apart(question: Question, moved: pd.DataFrame, markers: Sequence[str]) -> list[str]:
    """Of some markers those whose background lies elsewhere in the samples of one side, in the mean."""
    inside, outside = (moved.iloc[question.rows(inside=side)].mean() for side in (True, False))
    return [name for name in markers if name in moved and abs(inside[name] - outside[name]) >= APART]


def _one_batch(i: int, question: Question, counted: Counted) -> bool:
    """Whether all patients that have it are of one batch, though those asked about are of several."""
    if question.kind != "group":
        return False
    has, could = (
        np.array([any(known[row, i] for visit in unit for row in visit) for unit in question.units])
        for known in (counted.detected, counted.evaluable)
    )
    mine = question.strata[question.inside & could]
    return len(set(mine)) > 1 and len(set(question.strata[question.inside & could & has])) == 1
