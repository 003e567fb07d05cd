"""Cuts and signs of markers from examples of populations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cuts", "Example", "learn_cuts"]

GRID: Final = 512
"""Places of a cut that are tried on a marker, evenly between its 0.1 % and 99.9 % quantiles. Chosen: finer than the
spread of any negative cells, and a millisecond a gate."""
TELLS: Final = 0.5
"""Youden's index (sensitivity + specificity − 1) from which a marker tells a gate from the rest of its parent. Chosen:
halfway between a guess and certainty."""
LEVEL: Final = 0.002
"""Of the sum of indices: cuts that are this near to the best are as good, and the middle one is taken. Chosen: a gap
between two populations has no best place."""
GAIN: Final = 0.01
"""Least gain of F1, as a share of it, for which a rule gets one more marker. Chosen: a shorter rule can be used with
more panels."""
ALL: Final = 0.99
"""Share of its parent from which on a gate sets nothing apart. Chosen: quality control has taken what such a gate takes
away."""
MOST: Final = 6
"""Markers of one rule. Chosen: a gating tree draws one or two a step."""


@dataclass(frozen=True, eq=False)
class Example:
    """A population that somebody drew.

    Attributes
    ----------
    inside
        Whether each event is in it (n,).
    known
        Whether that is known of the event (n,).
    parent
        Place of the one that it is part of; None of all events.
    columns
        Markers that may tell it; None where all may.
    """

    inside: NDArray[np.bool_]
    known: NDArray[np.bool_]
    parent: int | None = None
    columns: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where each marker turns positive (m,), NaN where no population needs it, and what each population asks of it.

    ``signs`` has for each example its markers by column, True for positive; None of one that sets nothing apart from
    its parent.
    """

    cuts: NDArray[np.float64]
    signs: tuple[dict[int, bool] | None, ...]

    def apply(self, values: NDArray[np.float64], examples: Sequence[Example]) -> NDArray[np.bool_]:
        """Which events meet the rule of each example, and of those it is part of: (n, e)."""
        found = np.ones((len(values), len(examples)), dtype=bool)
        for place, example in enumerate(examples):
            if example.parent is not None:
                found[:, place] &= found[:, example.parent]
            for column, positive in (self.signs[place] or {}).items():
                found[:, place] &= (values[:, column] >= self.cuts[column]) == positive
        return found


def learn_cuts(values: NDArray[np.float64], weights: NDArray[np.float64], examples: Sequence[Example]) -> Cuts:
    """One cut for each marker, and the markers that tell each population from the rest of its parent.

    The cut is where the sum of Youden's indices (Cancer 1950;3:32) is largest, over the populations that the marker
    tells: each counts alike, however rare. Then each population takes the markers that raise F1 most, one after
    another.

    Parameters
    ----------
    values
        Events × markers (n, m), on the scale of the cuts.
    weights
        Events that each stands for (n,).
    examples
        The populations, parents first.
    """
    n_markers = values.shape[1]
    curves: dict[tuple[int, int], NDArray[np.float64]] = {}
    grids = [_grid(values[:, column]) for column in range(n_markers)]
    told = [_parts(place, examples) for place in range(len(examples))]
    apart = [_sets_apart(inside, rest, weights) for inside, rest in told]
    for place, example in enumerate(examples):
        if apart[place]:
            for column in range(n_markers) if example.columns is None else example.columns:
                curves[place, column] = _youden(values[:, column], weights, *told[place], grids[column])
    cuts = np.full(n_markers, np.nan)
    for column in range(n_markers):
        mine = [curve for (_, at), curve in curves.items() if at == column and np.abs(curve).max() >= TELLS]
        if mine:
            together = np.sum([curve * np.sign(curve[np.argmax(np.abs(curve))]) for curve in mine], axis=0)
            best = np.flatnonzero(together >= together.max() - LEVEL)
            cuts[column] = grids[column][best[len(best) // 2]]
    signs = [
        _rule(place, values, weights, told[place], cuts, curves) if apart[place] else None
        for place in range(len(examples))
    ]
    used = {column for rule in signs if rule for column in rule}
    cuts[[column for column in range(n_markers) if column not in used]] = np.nan
    return Cuts(cuts, tuple(signs))


def _grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.quantile(values, [0.001, 0.999]) if len(values) else (0.0, 1.0)
    return np.linspace(low, high, GRID)


def _parts(place: int, examples: Sequence[Example]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Events inside, and those of the parent outside."""
    example = examples[place]
    within = example.known.copy()
    if example.parent is not None:
        within &= examples[example.parent].inside & examples[example.parent].known
    return within & example.inside, within & ~example.inside


def _sets_apart(inside: NDArray[np.bool_], rest: NDArray[np.bool_], weights: NDArray[np.float64]) -> bool:
    mine, other = float(weights[inside].sum()), float(weights[rest].sum())
    return mine > 0 and mine < ALL * (mine + other)


def _youden(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    inside: NDArray[np.bool_],
    rest: NDArray[np.bool_],
    grid: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of those inside at or above each place, less that of the rest: negative where those inside are lower."""
    return _above(values[inside], weights[inside], grid) - _above(values[rest], weights[rest], grid)


def _above(values: NDArray[np.float64], weights: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weights[order])])
    return 1 - below[np.searchsorted(values[order], grid, side="left")] / below[-1]


def _rule(
    place: int,
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    told: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    cuts: NDArray[np.float64],
    curves: dict[tuple[int, int], NDArray[np.float64]],
) -> dict[int, bool]:
    """Markers with their signs, as long as each raises F1."""
    inside, rest = told
    within = inside | rest
    signs = {
        column: bool(curve[np.argmax(np.abs(curve))] > 0)
        for (at, column), curve in curves.items()
        if at == place and not np.isnan(cuts[column])
    }
    chosen: dict[int, bool] = {}
    kept, total = within.copy(), float(weights[inside].sum())
    best = _f1(kept, inside, weights, total)
    while len(chosen) < MOST:
        tried = {
            column: kept & ((values[:, column] >= cuts[column]) == positive)
            for column, positive in signs.items()
            if column not in chosen
        }
        scores = {column: _f1(mine, inside, weights, total) for column, mine in tried.items()}
        column = max(scores, key=lambda each: (scores[each], -each), default=None)
        if column is None or scores[column] < best * (1 + GAIN):
            break
        chosen[column], kept, best = signs[column], tried[column], scores[column]
    return chosen


def _f1(found: NDArray[np.bool_], inside: NDArray[np.bool_], weights: NDArray[np.float64], total: float) -> float:
    return 2 * float(weights[found & inside].sum()) / (total + float(weights[found].sum()))
