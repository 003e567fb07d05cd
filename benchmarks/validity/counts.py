"""Cohorts of counts whose truth is known, by two simulators that share no assumption but counting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.random import Generator

LINEAGE = (0.14, 0.38)  # share of the cells that one lineage has on either side, as T cells of a culture had
PARTS = 6  # populations of it

__all__ = ["SIMULATORS", "Counts", "Design", "simulate"]


@dataclass(frozen=True)
class Design:
    """Who is measured, how deep, and what differs.

    Attributes
    ----------
    sides
        Patients of each group; the first is asked about.
    batches
        Of how many batches patients come in turn; 1: of one.
    depth
        Cells of the first group over those of the others.
    steps
        How batches differ: standard deviation of the natural logarithm of a population's level.
    uneven
        Batches go with the groups, two to one.
    confounded
        Each group is a batch.
    visits
        Each patient is measured twice: the first group is the first visit.
    only, times, base
        Mean events, in its own samples, of what only the first side has; or how many times as much it has of a rare and
        of a common population, and mean events of the rare one on the other side (at 100,000 cells).
    lineage, spread
        Six populations that make 14 % of the other side's cells make 38 % of the first's; how much patients differ, as
        a part of what the simulator gives.
    lacking
        Chance that a patient lacks a rare population, whatever the group.
    tumour
        Share of the cells, at most, that a tumour which is not recognised takes in the first group.
    subjects
        Populations.
    """

    sides: tuple[int, ...]
    batches: int = 1
    depth: float = 1.0
    steps: float = 0.25
    uneven: bool = False
    confounded: bool = False
    visits: bool = False
    only: float = 0.0
    times: float = 1.0
    base: float = 200.0
    lineage: bool = False
    spread: float = 1.0
    lacking: float = 0.0
    tumour: float = 0.0
    subjects: int = 40


@dataclass(frozen=True)
class Counts:
    """Samples × populations, the sheet, and the populations that differ in truth."""

    events: pd.DataFrame
    sheet: pd.DataFrame
    true: tuple[str, ...]


Rates = Callable[[Generator, int, int, np.ndarray], np.ndarray]


def lognormal(rng: Generator, n: int, k: int, patient: np.ndarray) -> np.ndarray:
    """Half of the populations rare (10 to 1,000 per million), patients log-normal with SD 0.4 to 1.0 each by itself."""
    rare = k // 2
    level = np.r_[10 ** rng.uniform(-5, -3, rare), 0.9 * rng.dirichlet(np.ones(k - rare))]
    sd = rng.uniform(0.4, 1.0, k)
    between = np.exp(rng.normal(size=(patient.max() + 1, k)) * sd)[patient]
    return level * between * np.exp(rng.normal(size=(n, k)) * np.where(len(set(patient)) < n, 0.5, 0.0))


def gamma(rng: Generator, n: int, k: int, patient: np.ndarray) -> np.ndarray:
    """Gamma rates, populations that go together in three lineages, and the proportions of gated blood and spleen.

    Levels fall by a power of their rank from 35 % down, as in the labelled sets; the coefficient of variation is 0.3
    to 1.2, larger for rare ones; a third of it is shared by the lineage.
    """
    level = 0.35 * np.arange(1, k + 1) ** -2.6
    cv = rng.uniform(0.3, 0.7, k) * np.where(np.arange(k) < k // 3, 1.0, 1.7)
    lineage = rng.integers(0, 3, k)
    shared = rng.gamma(8.0, 1 / 8.0, (patient.max() + 1, 3))[:, lineage][patient]
    own = rng.gamma(1 / cv**2, cv**2, (patient.max() + 1, k))[patient]
    again = rng.gamma(6.0, 1 / 6.0, (n, k)) if len(set(patient)) < n else 1.0
    return level * shared * own * again


def rough(rng: Generator, n: int, k: int, patient: np.ndarray) -> np.ndarray:
    """What a method may not like: heavy tails, populations that go together, samples in which one is lost.

    Half of the populations rare, as for :func:`lognormal`; a patient's deviation is Student's t with 3 degrees of
    freedom times 0.4 to 0.8, and one factor, with loadings of either sign, that makes half of the variance; 3 % of the
    rates of rare populations are 0 by chance.
    """
    rare = k // 2
    level = np.r_[10 ** rng.uniform(-5, -3, rare), 0.9 * rng.dirichlet(np.ones(k - rare))]
    who = patient.max() + 1
    factor = rng.normal(size=(who, 1)) * rng.normal(0, 0.6, k)
    own = np.clip(rng.standard_t(3, size=(who, k)) * rng.uniform(0.4, 0.8, k), -5, 5)
    again = rng.standard_t(3, size=(n, k)) * (0.3 if who < n else 0.0)
    rate = level * np.exp((factor + own)[patient] + np.clip(again, -3, 3))
    lost = rng.random((n, k)) < 0.03
    rate[:, :rare] *= ~lost[:, :rare]
    return np.asarray(rate)


SIMULATORS: Final[dict[str, Rates]] = {"log-normal": lognormal, "gamma": gamma, "rough": rough}


def simulate(design: Design, rates: Rates, seed: int) -> Counts:
    """One cohort."""
    rng = np.random.default_rng(seed)
    sheet = _sheet(design)
    n, k = len(sheet), design.subjects
    first = (sheet["timepoint"] == "first").to_numpy() if design.visits else (sheet["group"] == "a").to_numpy()
    patient = np.unique(sheet["patient_id"], return_inverse=True)[1]
    rate = rates(rng, n, k, patient)
    usual = np.median(rate, axis=0)
    rate = usual * (rate / np.maximum(usual, 1e-12)) ** design.spread
    batch = np.unique(sheet["batch"], return_inverse=True)[1]
    rate = rate * np.exp(rng.normal(0, design.steps, (batch.max() + 1, k)))[batch]
    order = np.argsort(rate.mean(axis=0))
    if design.lacking:
        gone = rng.random((patient.max() + 1, k))[patient] < design.lacking
        rate[:, order[: k // 2]] *= ~gone[:, order[: k // 2]]
    true, rate = _planted(rng, design, rate / rate.sum(axis=1, keepdims=True), order, first)
    ill = np.where(first, rng.uniform(0, design.tumour, n), 0.0)
    depth = 1e5 * np.exp(rng.normal(0, 0.35, n)) * np.where(first, design.depth, 1.0)
    share = np.column_stack([rate / rate.sum(axis=1, keepdims=True) * (1 - ill[:, None]), ill])
    events = np.array([rng.multinomial(int(d), p / p.sum()) for d, p in zip(depth, share, strict=True)])
    names = [f"p{i}" for i in range(k)] + ["tumour"]
    return Counts(pd.DataFrame(events, index=sheet.index, columns=names), sheet, tuple(names[i] for i in true))


def _planted(
    rng: Generator, design: Design, share: np.ndarray, order: np.ndarray, first: np.ndarray
) -> tuple[list[int], np.ndarray]:
    """What differs, and shares (n, k) of the cells with it; ``order`` is of populations, the rarest first."""
    n, k = share.shape
    rare, common = int(order[k // 4]), int(order[-k // 5])
    if design.only:
        sd = rng.uniform(0.4, 1.0)
        share[:, rare] = np.where(
            first, design.only / (1e5 * design.depth) * np.exp(rng.normal(-(sd**2) / 2, sd, n)), 0.0
        )
        return [rare], share
    if design.times != 1:
        share[:, rare] *= design.base / 1e5 / share[:, rare].mean()
        share[np.ix_(first, [rare, common])] *= design.times
        return [rare, common], share
    if design.lineage:
        mine = [int(each) for each in order[-PARTS - 2 : -2]]
        odds = [part / (1 - part) for part in LINEAGE]
        rest = share.sum() - share[:, mine].sum()
        share[:, mine] *= odds[0] * rest / share[:, mine].sum()
        share[np.ix_(first, mine)] *= odds[1] / odds[0]
        return mine, share
    return [], share


def _sheet(design: Design) -> pd.DataFrame:
    rows = []
    for side, n in enumerate(design.sides):
        for i in range(n):
            turn = (i + (side if design.uneven and i % 3 == 0 else 0)) % design.batches
            name = f"{'abc'[side]}{i}"
            visits = ("first", "second") if design.visits else ("",)
            group = "a" if design.visits else "abc"[side]
            batch = f"B{side if design.confounded or (design.uneven and i % 3) else turn}"
            rows += [(name, group, visit, batch) for visit in visits]
    table = pd.DataFrame(rows, columns=["patient_id", "group", "timepoint", "batch"])
    return table.set_index(pd.Index([f"S{i}" for i in range(len(rows))], name="sample_id"))
