"""What occurs only, or more, in a group or at a time point; how sure it is, and what speaks against it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.findings import Finding, to_cell
from cytoclust.stats._blank import limit_of_blank
from cytoclust.stats._corrected import alpha_of_each, n_questions
from cytoclust.stats._counted import Counted
from cytoclust.stats._covariates import with_covariates
from cytoclust.stats._evidence import Evidence, evidence
from cytoclust.stats._questions import Question, questions
from cytoclust.stats._sentence import sentence
from cytoclust.stats._verdict import verdict

__all__ = ["discovery_table"]

COLUMNS = (
    keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE, keys.CLAIM, keys.GROUP, keys.TIMEPOINT, keys.AGAINST,
    keys.N_IN, keys.OF_IN, keys.N_OUT, keys.OF_OUT, keys.EVENTS_IN, keys.CELLS_IN, keys.EVENTS_OUT, keys.CELLS_OUT,
    keys.LEVEL_IN, keys.UPPER_OUT, keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH, keys.P, keys.LEAST_P, keys.Q,
    keys.BASIS, keys.LEFT_OUT, keys.FLAGS, keys.VERDICT, keys.SENTENCE, "question", "only",
)  # fmt: skip
DILUTED = 0.5
"""Of the samples of one side: if so many look diluted with blood, that may be the difference. Chosen: the majority."""
APART = 0.5
"""Spreads between the mean backgrounds of both sides that speak against a claim. Chosen: see sensitivity."""
LEAST_RATIO = 2.0
"""How many times as much there must be: less is for ``contrasts.csv``, and no discovery. Convention: twofold."""
WORTH_TELLING = 0.05
"""p up to which a row is listed that no verdict speaks for. Convention: what would count, were it the only test."""
HINT = 0.01
"""Model p, times all tests, up to which patients too few for a verdict suggest something. Chosen: a hint that chance
makes in one of a hundred such cohorts."""
FEWEST = 3
"""Patients a side, from which on something may be suggested. Chosen: two say too little of how patients differ."""


def discovery_table(
    subjects: pd.DataFrame,
    counted: Counted,
    sheet: pd.DataFrame,
    *,
    contrasts: params.Contrasts = params.D.contrasts,
    detect: params.Detect = params.D.detect,
    hemodiluted: Sequence[bool] | None = None,
    shifts: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """The table ``discoveries.csv``: one row a subject and question with more on the side asked about.

    Every patient counts, whatever he shows. ``p`` is the share of all arrangements of labels that give as much in the
    subject; ``q`` the share that give as much in any subject (step-down maximum), times the questions that can reach
    ``contrasts.alpha`` at all: the error of every claim of the table together (see ``_compare.py``).

    A claim is ``supported`` if q is at most ``contrasts.alpha``, there is at least twice as much, two patients or more
    show it, and no flag speaks against it; ``suggestive`` if the patients are too few for any verdict and what they
    show is as clear as it can be; ``artefact`` if the subject is likely none of its own kind; else ``not supported``.
    What nothing suggests is not listed.

    Parameters
    ----------
    subjects
        (k,) as :func:`subject_table` gives them.
    counted
        Samples × subjects.
    sheet
        Index sample, in the order of ``counted``: ``patient_id, group, timepoint, batch``, as far as known.
    contrasts, detect
        The error allowed, and confidence of intervals.
    hemodiluted
        Of each sample.
    shifts
        Samples in the order of ``counted`` × markers, by how many spreads the background of each differs from that of
        most samples: an objection to what rests on a marker whose background differs between the sides.
    seed
        Of arrangements, where there are too many to count all.

    Returns
    -------
    Its columns; ``n_in`` of ``of_in`` are patients with more than background, of all measured; ``flags`` codes of
    findings with their data (:func:`cytoclust.findings.from_cell`). Supported ones first, then what the
    study asks about (``primary``), then by q and p.
    """
    asked = [with_covariates(each, sheet, contrasts.covariates) for each in questions(sheet)]
    alpha = alpha_of_each(asked, contrasts.alpha)
    found = [
        evidence(question, counted, alpha=alpha, worth=WORTH_TELLING, contrasts=contrasts, detect=detect, seed=seed)
        for question in asked
    ]
    times = n_questions([each.compared.least for each in found if each.compared], contrasts.alpha)
    tests = len(subjects) * max(len(asked), 1)
    cohort = _Cohort(counted, sheet, hemodiluted, shifts, alpha=contrasts.alpha, times=times, tests=tests)
    rows = [
        row
        for question, each in zip(asked, found, strict=True)
        for i in range(len(subjects))
        if (row := cohort.row(subjects.iloc[i], i, question, each)) is not None
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    place = {word: rank for rank, word in enumerate(keys.VERDICTS)}
    asked_about = set(subjects[keys.POPULATION][subjects["primary"]])
    later = ~table[keys.POPULATION].isin(asked_about) | (table[keys.CLUSTER] != "")
    ranked = table.assign(place=table[keys.VERDICT].map(place), later=later)
    order = ranked.sort_values(["place", "later", keys.Q, keys.P], kind="stable").index
    return table.loc[order].reset_index(drop=True)


class _Cohort:
    """What every row needs."""

    def __init__(
        self, counted: Counted, sheet: pd.DataFrame, hemodiluted: Sequence[bool] | None, shifts: pd.DataFrame | None,
        *, alpha: float, times: int, tests: int,
    ) -> None:  # fmt: skip
        self.shown = counted.events > limit_of_blank(counted.background)
        self.diluted = np.zeros(len(sheet), bool) if hemodiluted is None else np.asarray(hemodiluted, dtype=bool)
        self.moved = pd.DataFrame(index=range(len(sheet))) if shifts is None else shifts
        batch = sheet[keys.BATCH] if keys.BATCH in sheet else pd.Series(dtype=object)
        self.batch_known = bool(batch.notna().any() and (batch.astype(str) != "").any())
        self.alpha, self.times, self.tests = alpha, times, tests

    def row(self, subject: pd.Series, i: int, question: Question, each: Evidence) -> dict[str, Any] | None:
        """The row; None if nothing suggests that there is more."""
        test = each.compared
        nan = float("nan")
        p, ratio = (test.p[i], test.ratio[i]) if test else (nan, nan)
        q = min(1.0, float(test.p_family[i]) * self.times) if test else nan
        hint = self._is_hint(i, question, each)
        told = q <= self.alpha or hint or p <= WORTH_TELLING or each.only[i]
        higher = test.t[i] > 0 if test else bool(each.n_in[i] >= FEWEST - 1 and each.n_out[i] == 0)
        if subject["twin"] or not each.n_in[i] or not higher or not told:
            return None
        differ = self._moved_apart(question, subject["rests_on"])
        flags = [*subject[keys.FLAGS], *self._objections(i, question, each)]
        flags += [Finding("background of samples differs", markers=differ)] if differ else []
        judged = verdict(q, self.alpha, hint=hint, artefact=bool(subject["artefact"]), flags=flags)
        of_in, of_out = (len(question.patients_of(inside=inside)) for inside in (True, False))
        only = bool(each.only[i])
        row = {
            **{key: subject[key] for key in (keys.POPULATION, keys.CLUSTER, keys.PHENOTYPE)},
            keys.CLAIM: f"{'only' if only else 'more'} in {question.where}",
            keys.GROUP: question.group,
            keys.TIMEPOINT: question.timepoint,
            keys.AGAINST: question.against,
            keys.N_IN: each.n_in[i],
            keys.OF_IN: of_in,
            keys.N_OUT: each.n_out[i],
            keys.OF_OUT: of_out,
            **{
                key: int(getattr(each, key)[i])
                for key in (keys.EVENTS_IN, keys.CELLS_IN, keys.EVENTS_OUT, keys.CELLS_OUT)
            },
            keys.LEVEL_IN: each.level_in[i],
            keys.UPPER_OUT: each.upper_out[i],
            keys.RATIO: ratio,
            keys.RATIO_LOW: test.low[i] if test else nan,
            keys.RATIO_HIGH: test.high[i] if test else nan,
            keys.P: p,
            keys.LEAST_P: test.least if test else nan,
            keys.Q: q,
            keys.BASIS: test.basis if test else "",
            keys.LEFT_OUT: question.left_out,
            keys.FLAGS: to_cell(flags),
            keys.VERDICT: judged,
            "question": question.kind,
            "only": only,
        }
        arrangements = test.n_arrangements if test else 0
        told_so = sentence(
            row, flags=flags, where=question.where, arrangements=arrangements, alpha=self.alpha,
            adjusted=question.adjusted,
        )  # fmt: skip
        return row | {keys.SENTENCE: told_so}

    def _is_hint(self, i: int, question: Question, each: Evidence) -> bool:
        """Whether patients are too few for a verdict, and show as much as so few can."""
        test = each.compared
        if test is None or test.least * self.times <= self.alpha:
            return False
        enough = min(len(question.patients_of(inside=inside)) for inside in (True, False)) >= FEWEST
        extreme = test.p[i] <= test.least * (1 + 1e-9)
        return bool(enough and extreme and test.p_model[i] * self.tests <= HINT and test.ratio[i] >= LEAST_RATIO)

    def _objections(self, i: int, question: Question, each: Evidence) -> list[Finding]:
        """What speaks against a claim, beside its p."""
        found: list[str] = []
        flags: list[Finding] = []
        if question.separated and not question.confounded:
            flags.append(Finding("confounded with covariate", column=question.separated))
        elif each.compared is None:
            found.append("confounded with batch")
        if each.compared is not None and not self.batch_known:
            found.append("batch unknown")
        if each.n_in[i] == 1:
            found.append("one patient")
        if each.compared is not None and not each.compared.ratio[i] >= LEAST_RATIO:
            found.append("less than twofold")
        if each.compared is not None and each.n_in[i] > 1 and self._one_batch(i, question):
            found.append("one batch")
        for inside in (True, False):
            if np.mean(self.diluted[question.rows(inside=inside)]) >= DILUTED and "hemodilution" not in found:
                found.append("hemodilution")
        return [*flags, *(Finding(code) for code in found)]

    def _moved_apart(self, question: Question, markers: Sequence[str]) -> list[str]:
        """Of some markers those whose background lies elsewhere in the samples of one side, in the mean."""
        inside, outside = (self.moved.iloc[question.rows(inside=side)].mean() for side in (True, False))
        return [name for name in markers if name in self.moved and abs(inside[name] - outside[name]) >= APART]

    def _one_batch(self, i: int, question: Question) -> bool:
        """Whether all patients that have it are of one batch, though those asked about are of several."""
        if question.kind != "group":
            return False
        has = np.array([any(self.shown[row, i] for row in unit) for unit in question.units])
        batches = np.array(question.batches, dtype=object)
        mine: NDArray[np.bool_] = question.inside
        return len(set(batches[mine])) > 1 and len(set(batches[mine & has])) == 1
