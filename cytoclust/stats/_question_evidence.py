"""What the samples say to one question, for every candidate at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import hypergeom

from cytoclust import keys, params
from cytoclust.stats._equal_depth import detection_at_depth, log_fraction_at_depth
from cytoclust.stats._needed_events import needed_events
from cytoclust.stats._permutation_test import Permuted, permutation_test
from cytoclust.stats._questions import Question, Visit

__all__ = ["Counted", "Evidence", "evidence"]

COMMON = 0.9
"""What this share of the evaluable patients has, whoever they are, is compared by its amount, the rest by presence.
Chosen: see sensitivity."""

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """Samples × candidates.

    Attributes
    ----------
    events, background
        Counted, and expected to be counted wrongly.
    cells
        Of which the candidate is a part: cells that are not malignant, where these can be told.
    ordinary
        The same for comparing amounts, unmoved by what displaces cells (:func:`~cytoclust.stats.size_factors`).
    evaluable
        Whether the sample would have shown the candidate, had it had it.
    detected
        Whether the sample showed it.
    """

    events: Matrix
    background: Matrix
    cells: Matrix
    ordinary: Matrix
    evaluable: Flags
    detected: Flags

    @classmethod
    def from_tables(
        cls, tables: Sequence[pd.DataFrame], samples: pd.Index, *, detect: params.Detect,
        ordinary: pd.Series | None = None, malignant: Collection[str] = (),
    ) -> Self:  # fmt: skip
        """From tables of :func:`population_table`, side by side; samples in the order of ``samples``.

        ``ordinary`` are the cells of each sample that amounts are compared by, but of ``malignant`` populations.
        """
        names = [name for table in tables for name in table[keys.POPULATION].unique()]

        def wide(column: str) -> NDArray[Any]:
            parts = [
                table.pivot(index=keys.SAMPLE, columns=keys.POPULATION, values=column)
                .reindex(index=samples, columns=table[keys.POPULATION].unique())
                for table in tables if len(table)
            ]  # fmt: skip
            return pd.concat(parts, axis=1).to_numpy() if parts else np.empty((len(samples), 0))

        numbers = (
            wide(column).astype(np.float64) for column in (keys.N_EVENTS, keys.BACKGROUND, keys.N_BASE, keys.POWER)
        )
        events, background, cells, power = numbers
        by = cells.copy()
        if ordinary is not None:
            healthy = [name not in malignant for name in names]
            by[:, healthy] = ordinary.reindex(samples).to_numpy(dtype=np.float64)[:, None]
        return cls(events, background, cells, by, power >= detect.confidence, wide(keys.STATUS) == keys.STATUSES[0])


@dataclass(frozen=True)
class Evidence:
    """For each candidate (k,): patients in whom it was detected, of those in whom it would have been, on either side.

    Attributes
    ----------
    presence
        Whether presence was compared (else amounts).
    higher
        Whether the side asked about has more, or the only one that could have shown it.
    fold
        Log2 of how much more the side asked about has, at equal depth; NaN where presence was compared.
    p
        One-sided, at equal depth; NaN where nothing can be compared.
    p_full, p_within
        The same of presence at full depth; and at equal depth with labels exchanged only within batches.
    tests
        Sets of candidates with their tests at equal depth: what p they can reach.
    n_elsewhere
        Visits that show it and are not counted: of others whom it was not sure to be seen in, and other visits of the
        patients asked about.
    n_shallow
        Visits of the patients asked about that show it, though it was not sure to be seen in them.
    """

    n_detected: NDArray[np.int64]
    n_evaluable: NDArray[np.int64]
    n_detected_other: NDArray[np.int64]
    n_evaluable_other: NDArray[np.int64]
    presence: Flags
    higher: Flags
    fold: Matrix
    p: Matrix
    p_full: Matrix
    p_within: Matrix
    n_elsewhere: NDArray[np.int64]
    n_shallow: NDArray[np.int64]
    tests: list[tuple[NDArray[np.int64], Permuted]]

    def attained(self, alpha: float) -> Matrix:
        """Chance (k,), under the null, of a p of at most ``alpha``; 0 where there is none."""
        chance = np.zeros(len(self.p))
        for candidates, test in self.tests:
            chance[candidates] = test.attained(alpha)
        return chance


@dataclass(frozen=True)
class _Visits:
    """Visits × candidates, the events of a visit's samples added up; ``owner`` is the unit that each visit is of."""

    events: Matrix
    background: Matrix
    cells: Matrix
    ordinary: Matrix
    evaluable: Flags
    owner: NDArray[np.int64]

    @classmethod
    def of(cls, counted: Counted, visits: Sequence[Visit], owner: NDArray[np.int64]) -> Self:
        def pooled(table: NDArray[Any]) -> NDArray[Any]:
            rows = [table[list(visit)].sum(axis=0) for visit in visits]
            return np.array(rows, dtype=np.float64).reshape(len(visits), table.shape[1])

        return cls(
            pooled(counted.events), pooled(counted.background), pooled(counted.cells), pooled(counted.ordinary),
            evaluable=pooled(counted.evaluable) > 0, owner=owner,
        )  # fmt: skip

    def take(self, visits: Flags, candidates: NDArray[np.int64]) -> Self:
        at = np.ix_(visits, candidates)
        return type(self)(
            self.events[at], self.background[at], self.cells[at], self.ordinary[at],
            evaluable=self.evaluable[at], owner=self.owner[visits],
        )  # fmt: skip

    def shown(self, detect: params.Detect) -> Flags:
        """Enough events."""
        return self.events >= needed_events(self.background, detect)

    def by_unit(self, reduce: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """Units × candidates."""
        return reduce.reduceat(values, np.flatnonzero(np.diff(self.owner, prepend=-1)), axis=0)

    def presence(self, detect: params.Detect) -> Matrix:
        """Units × candidates: chance to be detected at the depth of the shallowest; of a unit its likeliest visit."""
        depth = self.cells.min(axis=0)
        needed = needed_events(self.background * depth / self.cells, detect)
        return self.by_unit(np.maximum, detection_at_depth(self.events, self.cells, depth, lod=needed))

    def abundance(self) -> Matrix:
        """Units × candidates: expected log2 of the fraction at the least depth, mean over a unit's visits."""
        events = np.maximum(self.events - np.rint(self.background), 0)
        depth = np.rint(self.cells * (self.ordinary.min(axis=0) / self.ordinary))  # of all cells: events are among them
        logs = log_fraction_at_depth(events, self.cells, depth) + np.log2(self.cells / self.ordinary)
        return self.by_unit(np.add, logs) / self.by_unit(np.add, np.ones_like(logs))


def evidence(
    question: Question, counted: Counted, *, detect: params.Detect, n_permutations: int, seed: int
) -> Evidence:
    """Compare the two sides of a question.

    Only patients who would have shown the candidate take part. All are brought to the depth of the shallowest of them:
    the probability that a sample would have been found to have the candidate, and the mean of the logarithm of its
    fraction, had it had no more cells, have the same expectation whatever its own depth. Presence must differ at full
    depth too: the greater p counts. Of two groups it is Fisher's exact test (labels exchanged among all patients), its
    p at equal depth no less than the mean over all outcomes of thinning, and ``p_within`` tells whether it holds within
    batches. Time points are compared within patients, and ``p_within`` is of visits of one batch. Abundances move with
    the batch and are only compared within it. A confounded question has no p.

    Parameters
    ----------
    question
        Who is compared.
    counted
        Samples × candidates, in the order of the sheet that the question is of.
    detect
        Limits of detection.
    n_permutations, seed
        At most so many, and the seed if there are more.
    """
    owner = np.repeat(np.arange(len(question.units)), [len(unit) for unit in question.units])
    visits = _Visits.of(counted, [visit for unit in question.units for visit in unit], owner)
    evaluable = visits.by_unit(np.logical_or, visits.evaluable)
    shown = visits.shown(detect)
    detected = visits.by_unit(np.logical_or, visits.evaluable & shown)
    inside = question.inside
    n_of = {
        "n_detected": _patients(detected, inside, question),
        "n_evaluable": _patients(evaluable, inside, question),
        "n_detected_other": _patients(detected, ~inside, question),
        "n_evaluable_other": _patients(evaluable, ~inside, question),
    }
    presence = detected.sum(axis=0) < COMMON * evaluable.sum(axis=0)
    p, p_full, p_within, fold = (np.full(len(presence), np.nan) for _ in range(4))
    higher = (n_of["n_detected"] > 0) & (n_of["n_evaluable_other"] == 0)  # nothing to compare with: told all the same
    tests: list[tuple[NDArray[np.int64], Permuted]] = []
    comparable = (n_of["n_evaluable"] > 0) & (n_of["n_evaluable_other"] > 0) & detected.any(axis=0)
    for candidates in _alike(comparable, presence, visits.evaluable):
        units, one = evaluable[:, candidates[0]], visits.take(visits.evaluable[:, candidates[0]], candidates)
        sides, strata, kind = inside[units], question.strata[units], bool(presence[candidates[0]])
        within_batch = question.within[units]
        values = one.presence(detect) if kind else one.abundance()
        distance = values[sides].mean(axis=0) - values[~sides].mean(axis=0)
        higher[candidates] = distance > 0
        if not kind:
            fold[candidates] = distance
        if question.confounded:
            continue

        def test(values: Matrix, strata: NDArray[np.int64], sides: Flags = sides, kind: bool = kind) -> Permuted:
            return permutation_test(
                values, sides, strata,
                n_permutations=n_permutations, seed=seed, alternative="greater", studentised=not kind,
            )  # fmt: skip

        within = used = test(values, within_batch)
        reached = [within.p]
        if kind:
            free = np.zeros_like(strata) if question.kind == "group" else strata
            used, full = test(values, free), test(detected[units][:, candidates].astype(float), free)
            reached = [used.p, full.p]
            p_full[candidates] = full.p
            if question.kind == "group":
                reached.append(_thinned(values, sides))
        p[candidates], p_within[candidates] = np.max(reached, axis=0), within.p
        tests.append((candidates, used))
    own = _Visits.of(counted, question.own, np.arange(len(question.own)))
    blind, mine = shown & ~visits.evaluable, inside[owner]
    n_elsewhere = own.shown(detect).sum(axis=0) + blind[~mine].sum(axis=0)
    return Evidence(
        **n_of, presence=presence, higher=higher, fold=fold, p=p, p_full=p_full, p_within=p_within,
        n_elsewhere=n_elsewhere, n_shallow=blind[mine].sum(axis=0), tests=tests,
    )  # fmt: skip


def _thinned(chance: Matrix, sides: Flags) -> Matrix:
    """Fisher's p (k,), the mean over all outcomes of thinning to equal depth, from the chances of detection (u, k).

    Chances of deep samples lie between 0 and 1 where the shallowest show 0 or 1, so they may not change labels though
    their expectations are the same. What is left after thinning may.
    """
    n = int(sides.sum())
    here, there = np.arange(n + 1)[:, None], np.arange(len(sides) - n + 1)
    fisher = hypergeom.sf(here - 1, len(sides), here + there, n)
    return np.array([_number(column[sides]) @ fisher @ _number(column[~sides]) for column in chance.T])


def _number(chance: Matrix) -> Matrix:
    """How likely 0, 1, … of independent events are, from the chance of each."""
    total = np.ones(1)
    for each in chance:
        total = np.convolve(total, [1 - each, each])
    return total


def _patients(flags: Flags, side: Flags, question: Question) -> NDArray[np.int64]:
    """How many patients of a side have a flag, of each candidate (k,)."""
    numbers = question.patients[side]
    of = [flags[side][numbers == number].any(axis=0) for number in np.unique(numbers)]
    return np.sum(of, axis=0, dtype=np.int64)


def _alike(comparable: Flags, presence: Flags, evaluable: Flags) -> Iterator[NDArray[np.int64]]:
    """Sets of candidates that the same visits can show and that are compared in the same way: one test serves them."""
    pattern = pd.Series([(kind, *row) for kind, row in zip(presence, evaluable.T.tolist(), strict=True)], dtype=object)
    for _, candidates in pattern[comparable].groupby(pattern[comparable], sort=False):
        yield candidates.index.to_numpy()
