"""Cohorts of counts whose truth is known, by two simulators that share no assumption but counting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.random import Generator

__all__ = ["DESIGNS", "SIMULATORS", "Counts", "Design", "simulate"]


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
    uneven
        Batches go with the groups, two to one.
    visits
        Each patient is measured twice: the first group is the first visit.
    only, times
        Mean events (at 100,000 cells) of what only the first side has; or how many times as much it has of a rare and
        of a common population.
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
    uneven: bool = False
    visits: bool = False
    only: float = 0.0
    times: float = 1.0
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


SIMULATORS: Final[dict[str, Rates]] = {"log-normal": lognormal, "gamma": gamma}


def simulate(design: Design, rates: Rates, seed: int) -> Counts:
    """One cohort."""
    rng = np.random.default_rng(seed)
    sheet = _sheet(design)
    n, k = len(sheet), design.subjects
    first = (sheet["timepoint"] == "first").to_numpy() if design.visits else (sheet["group"] == "a").to_numpy()
    patient = np.unique(sheet["patient_id"], return_inverse=True)[1]
    rate = rates(rng, n, k, patient)
    batch = np.unique(sheet["batch"], return_inverse=True)[1]
    rate = rate * np.exp(rng.normal(0, 0.25, (batch.max() + 1, k)))[batch]
    order = np.argsort(rate.mean(axis=0))
    rare, common = order[k // 4], order[-k // 5]
    if design.lacking:
        gone = rng.random((patient.max() + 1, k))[patient] < design.lacking
        rate[:, order[: k // 2]] *= ~gone[:, order[: k // 2]]
    true: list[int] = []
    if design.only:
        spread = np.exp(rng.normal(0, rng.uniform(0.4, 1.0), n))
        rate[:, rare] = np.where(first, design.only / 1e5 * spread, 0.0)
        true = [rare]
    elif design.times != 1:
        rate[:, rare] *= 2e-3 / rate[:, rare].mean()
        rate[np.ix_(first, [rare, common])] *= design.times
        true = [rare, common]
    ill = np.where(first, rng.uniform(0, design.tumour, n), 0.0)
    depth = 1e5 * np.exp(rng.normal(0, 0.35, n)) * np.where(first, design.depth, 1.0)
    share = np.column_stack([rate / rate.sum(axis=1, keepdims=True) * (1 - ill[:, None]), ill])
    events = np.array([rng.multinomial(int(d), p / p.sum()) for d, p in zip(depth, share, strict=True)])
    names = [f"p{i}" for i in range(k)] + ["tumour"]
    return Counts(pd.DataFrame(events, index=sheet.index, columns=names), sheet, tuple(names[i] for i in true))


def _sheet(design: Design) -> pd.DataFrame:
    rows = []
    for side, n in enumerate(design.sides):
        for i in range(n):
            turn = (i + (side if design.uneven and i % 3 == 0 else 0)) % design.batches
            name = f"{'abc'[side]}{i}"
            visits = ("first", "second") if design.visits else ("",)
            group = "a" if design.visits else "abc"[side]
            rows += [(name, group, visit, f"B{side if design.uneven and i % 3 else turn}") for visit in visits]
    table = pd.DataFrame(rows, columns=["patient_id", "group", "timepoint", "batch"])
    return table.set_index(pd.Index([f"S{i}" for i in range(len(rows))], name="sample_id"))


DESIGNS: Final[dict[str, tuple[Design, str, float]]] = {
    # nulls: at most this share of cohorts with a claim
    "6/4/4, three batches": (Design((6, 4, 4), 3), "null", 0.05),
    "8 v 8, uneven batches, 3-fold depth": (Design((8, 8), 2, depth=3.0, uneven=True), "null", 0.05),
    "6 v 8, 10 times deeper": (Design((6, 8), depth=10.0), "null", 0.05),
    "6 v 8, 10 times shallower": (Design((6, 8), depth=0.1), "null", 0.05),
    "6/4/4, each rare one lacking in half": (Design((6, 4, 4), lacking=0.5), "null", 0.05),
    "6 v 8, a tumour of 0–60 % unnamed": (Design((6, 8), tumour=0.6), "null", 0.05),
    "4 v 4": (Design((4, 4)), "null", 0.05),
    "8 pairs": (Design((8,), visits=True), "null", 0.05),
    "8 pairs, 10-fold depth": (Design((8,), visits=True, depth=0.1), "null", 0.05),
    # planted: at least this share of cohorts in which it is supported
    "6 v 8, only, 40 events": (Design((6, 8), only=40), "only", 0.95),
    "6/4/4, only, 40 events": (Design((6, 4, 4), only=40), "only", 0.95),
    "6 v 8, only, 10 events": (Design((6, 8), only=10), "only", 0.85),
    "6 v 8, only, 40 events, 10 times shallower": (Design((6, 8), only=40, depth=0.1), "only", 0.90),
    "6 v 8, only, 40 events, 10 times deeper": (Design((6, 8), only=40, depth=10.0), "only", 0.90),
    "6 v 8, only, 40 events, tumour 0–60 %": (Design((6, 8), only=40, tumour=0.6), "only", 0.90),
    "6 v 8, only, 40 events, 150 clusters": (Design((6, 8), only=40, subjects=150), "only", 0.90),
    "4 v 4, only, 40 events": (Design((4, 4), only=40), "only", 0.80),
    "4 v 4, two batches, only, 40 events": (Design((4, 4), 2, only=40), "only", 0.80),
    "8 v 8, tenfold": (Design((8, 8), times=10), "more", 0.85),
    "15 v 15, fourfold": (Design((15, 15), times=4), "more", 0.75),
    "6 pairs, only, 40 events": (Design((6,), visits=True, only=40), "only", 0.90),
    "3 v 3, only, 40 events": (Design((3, 3), only=40), "suggestive", 0.70),
    "2 v 2, only, 40 events": (Design((2, 2), only=40), "never", 0.0),
}
"""Design, what is asked, and the limit: sections 3 and 5 of the study behind the comparisons."""
