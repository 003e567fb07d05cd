"""One row a comparison, population and denominator: how different, how sure, of how many patients."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from cytoclust import keys, params
from cytoclust.findings import Finding, to_cell
from cytoclust.stats._abundances import DENOMINATORS, Abundances, abundances
from cytoclust.stats._comparisons import Comparison, comparisons
from cytoclust.stats._difference import Difference, difference
from cytoclust.stats._discrete import discrete_holm
from cytoclust.stats._permutation_test import Permuted
from cytoclust.stats._population_table import with_descendants

__all__ = ["contrast_table"]

_Row = tuple[dict[str, Any], NDArray[np.float64]]

COLUMNS = (
    keys.POPULATION, keys.CONTRAST, keys.TIMEPOINT, keys.DENOMINATOR, "test", keys.N_A, keys.N_B, keys.EFFECT,
    keys.CI_LOW, keys.CI_HIGH,
    keys.P, keys.Q, keys.FAMILY, keys.NOTE, "question", "side_a", "side_b",
)  # fmt: skip
FAMILIES = keys.FAMILIES

_SHOWN: Final = 2
"""Patients that must show a population before its amounts are compared. Chosen: one says nothing of how patients
differ."""
_MEAN: Final = 5.0
"""Events at equal depth, over all patients, from which on p holds between samples that differ threefold in depth.
Measured: three shallow patients against eight deep ones had p ≤ 0.05 in 6.4 % of null data with 10 events, and 7.7 %
with 3."""
_FEW: Final = 2.0
"""Events expected at equal depth, below which log2(x + ½) draws a difference towards 0. Chosen: see sensitivity."""


def contrast_table(
    counts: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    parents: Mapping[str, str],
    malignant: Set[str] = frozenset(),
    primary: Sequence[str] = (),
    contrasts: params.Contrasts = params.D.contrasts,
    detect: params.Detect = params.D.detect,
    seed: int = 0,
) -> pd.DataFrame:
    """The table ``contrasts.csv``.

    The patients of :func:`comparisons` are compared in each population, of each denominator (``_amounts.py``), at
    equal depth (``_difference.py``). ``effect`` is log2 of the fold change: 1 is twice as much in the first as in the
    second.
    A population of which fewer than two patients show ``detect.lod_events``, or that would have fewer than five events
    a patient at equal depth, has no effect and no p: what is that rare is asked about by presence, not by amount.
    Markers are not tested: they made the populations.

    ``q`` is adjusted p: of the family ``primary`` (primary populations, of non-malignant cells, or of cells where
    none are malignant) by Holm's method for discrete tests; of the rest, ``exploratory``, by Benjamini and Hochberg's,
    over the tests that could reach ``contrasts.alpha`` at all (Gilbert 2005); the others have q = 1, and say so.

    Parameters
    ----------
    counts
        Samples × populations: events given this very name, not one below it; all events, so with those that are
        ``unassigned`` or ``unknown``, which count as cells only.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known.
    parents
        Parent of each population; those of no parent stand under ``cells``. Each gets rows, seen or not.
    malignant
        Populations of the tumour.
    primary
        Populations the study asks about.
    contrasts, detect
        What to compare, the error allowed, and limits of detection.
    seed
        Of permutations, where there are too many to count all.

    Returns
    -------
    ``population, contrast, timepoint, denominator, test, n_a, n_b, effect, ci_low, ci_high, p, q, family, note,
    question, side_a, side_b``. ``n_a`` and ``n_b`` are the patients on which the test rests, ``note`` codes of findings
    with their data (:func:`cytoclust.findings.from_cell`), ``question`` is ``group`` or ``time``, of which ``side_a``
    and ``side_b`` are names.

    Raises
    ------
    InputError
        A contrast given by hand that cannot be made.
    """
    parent = {name: parents.get(name, keys.ROOT) for name in [*parents, *map(str, counts.columns)]}
    parent = {name: above for name, above in parent.items() if name not in (keys.UNASSIGNED, keys.UNKNOWN)}
    events, cells = with_descendants(counts, parent), counts.sum(axis=1)
    place = {name: number for number, name in enumerate(parent)}
    rows: list[dict[str, Any]] = []
    levels: list[NDArray[np.float64]] = []
    for comparison in comparisons(sheet, contrasts):
        units, of = _pooled(events, comparison), _pooled(cells.to_frame(), comparison).to_numpy()[:, 0]
        found: list[_Row] = []
        for each in abundances(units, of, parents=parent, malignant=malignant, detect=detect):
            found += _rows(each, comparison, contrasts=contrasts, detect=detect, seed=seed)
        found.sort(key=lambda each: (place[each[0][keys.POPULATION]], DENOMINATORS.index(each[0][keys.DENOMINATOR])))
        rows += [row for row, _ in found]
        levels += [level for _, level in found]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({keys.N_A: int, keys.N_B: int})
    normal = DENOMINATORS[1] if malignant & set(parent) else DENOMINATORS[0]
    kinds = {name: DENOMINATORS[0] if name in malignant else normal for name in primary}
    best = table[keys.DENOMINATOR] == table[keys.POPULATION].map(kinds)
    table[keys.FAMILY] = np.where(best, *FAMILIES)
    return _adjust(table, levels, contrasts.alpha)


def _pooled(counts: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Events of each patient of a, then b."""
    return pd.DataFrame([counts.loc[list(samples)].sum() for samples in comparison.a + comparison.b])


def _rows(
    of: Abundances, comparison: Comparison, *, contrasts: params.Contrasts, detect: params.Detect, seed: int
) -> Iterator[_Row]:
    """Each population's row, and the p values that its test can reach."""
    shown = ((of.events >= detect.lod_events) & of.used[:, None]).sum(axis=0) >= _SHOWN
    shown &= of.expected[of.used].sum(axis=0) >= _MEAN * max(of.used.sum(), 1)
    tested = difference(
        of.values[:, shown], of.used, comparison,
        n_permutations=contrasts.permutations, confidence=detect.confidence, seed=seed,
    )  # fmt: skip
    n = len(comparison.a)
    places = iter(range(int(shown.sum())))
    for number, name in enumerate(of.populations):
        i = next(places) if shown[number] else None
        yield (
            {
                keys.POPULATION: name,
                keys.CONTRAST: comparison.contrast,
                keys.TIMEPOINT: comparison.timepoint,
                keys.DENOMINATOR: of.denominator,
                "test": tested.test if i is not None else "",
                keys.N_A: int(tested.counted[:n].sum()),
                keys.N_B: int(tested.counted[n:].sum()),
                **{
                    key: np.nan if i is None else getattr(tested, key)[i]
                    for key in (keys.EFFECT, keys.CI_LOW, keys.CI_HIGH)
                },
                keys.P: np.nan if i is None else tested.permuted.p[i],
                keys.Q: np.nan,
                keys.FAMILY: "",
                keys.NOTE: to_cell(_notes(of, comparison, tested, number, i, contrasts.alpha, detect)),
                "question": comparison.question,
                "side_a": comparison.sides[0],
                "side_b": comparison.sides[1],
            },
            np.empty(0) if i is None else tested.permuted.levels[i],
        )


def _notes(
    of: Abundances, comparison: Comparison, tested: Difference, number: int, i: int | None, alpha: float,
    detect: params.Detect,
) -> Iterator[Finding]:  # fmt: skip
    yield from comparison.notes
    shallow, alone = int((~of.used).sum()), int((of.used & ~tested.counted).sum())
    if shallow:
        yield Finding("too few cells", n=shallow, of=len(of.used), denominator=of.denominator)
    if i is None:
        yield Finding("not tested", patients=_SHOWN, events=detect.lod_events, at_equal_depth=_MEAN)
        return
    if not tested.test:
        yield Finding("no p", paired=comparison.paired)
        return
    if alone:
        yield Finding("alone in their batch", n=alone, of=len(of.used))
    n = len(comparison.a)
    a, b = tested.counted.copy(), tested.counted.copy()
    a[n:], b[:n] = False, False
    if min(of.expected[a, number].mean(), of.expected[b, number].mean()) < _FEW:
        yield Finding("few events at equal depth")
    least = float(tested.permuted.levels[i][0])
    if least > alpha:
        yield Finding("too few patients", least_p=float(f"{least:.4g}"))


def _adjust(table: pd.DataFrame, levels: list[NDArray[np.float64]], alpha: float) -> pd.DataFrame:
    p = table[keys.P].to_numpy(dtype=float)
    q = np.where(np.isnan(p), np.nan, 1.0)
    is_primary = (table[keys.FAMILY] == FAMILIES[0]).to_numpy()
    first = np.flatnonzero(is_primary & ~np.isnan(p))
    reaches = np.array([len(level) > 0 and level[0] <= alpha for level in levels], dtype=bool)
    rest = np.flatnonzero(~is_primary & reaches)
    if len(first):
        q[first] = discrete_holm(p[first], Permuted(p[first], tuple(levels[row] for row in first), True).attained)
    if len(rest):
        q[rest] = false_discovery_control(p[rest])
    return table.assign(q=q)
