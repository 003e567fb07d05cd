"""Gates for a sorter, learned from labelled events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._convex_polygon import inside_convex
from cytoclust.gating._gate_events import GateEvents
from cytoclust.gating._nested_polygons import NestedPolygon, nested_polygons
from cytoclust.gating._pair_density import pair_density

__all__ = ["MOST_POLYGONS", "PreGate", "SortStep", "learn_sort_gates"]

MOST_POLYGONS: Final = 2
"""After the singlet and the viability gate. Convention: what is drawn, and checked by eye, at a sorter."""
BEAM: Final = 4
"""Gates that are gone on from. Chosen: the best first gate is not always part of the best two."""
PRE_KEPT: Final = 0.97
"""Least share of the population that a singlet or viability gate keeps. Chosen: they are there to lose others."""
UNSEEN: Final = 1.0
"""Events of others that may be in a gate beside those seen there. Chosen: no gate is taken to be pure for few events."""
YIELD_WEIGHT: Final = 0.5
"""Of the logarithm of the yield beside that of the purity. Chosen: a cell lost is half as bad as a wrong one."""
GAIN: Final = 0.003
"""Of the score, below which no further polygon is drawn. Chosen: half a per cent of the yield."""
SWEEPS: Final = 4
"""Times that every gate is drawn wider or narrower beside the others, at most. Chosen: it settles after two."""


@dataclass(frozen=True)
class PreGate:
    """A gate that comes first: what it is called, the pairs of axes that it may be on, and the kinds that it is against."""

    name: str
    pairs: tuple[tuple[int, int], ...]
    against: frozenset[int]


@dataclass(frozen=True, eq=False)
class SortStep:
    """A polygon on two axes: all events within go on to the next step."""

    name: str
    x: int
    y: int
    vertices: NDArray[np.float64]

    def holds(self, values: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which events (n, d) lie within, (n,)."""
        return inside_convex(self.vertices, values[:, self.x].astype(float), values[:, self.y].astype(float))


@dataclass(frozen=True, eq=False)
class _Family:
    """Polygons of one step, from wide to narrow, and the one chosen."""

    name: str
    pair: tuple[int, int]
    polygons: Sequence[NestedPolygon]
    chosen: int

    def step(self, number: int | None = None) -> SortStep:
        polygon = self.polygons[self.chosen if number is None else number]
        return SortStep(self.name, *self.pair, polygon.vertices)


@dataclass(frozen=True, eq=False)
class _State:
    """Steps so far, the events that pass them, and how good they are."""

    families: tuple[_Family, ...] = ()
    rows: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    kept: float = 1.0
    score: float = -np.inf


def learn_sort_gates(
    events: GateEvents, *, pre_gates: Sequence[PreGate], pairs: Sequence[tuple[int, int]], min_yield: float
) -> list[SortStep]:
    """Singlet and viability gate, then at most two convex polygons, in the order in which they are drawn.

    Each is a convex hull of the cells of greatest likelihood ratio of the population to all other events that passed the
    gates before it. The pairs of axes are searched with a beam for the greatest log(purity) + ½ log(yield), and then
    each gate is drawn wider or narrower beside the others.

    Parameters
    ----------
    events
        From all patients that gates are learned from.
    pre_gates
        What comes first; one without pairs, or against kinds that are not there, is left out.
    pairs
        Of axes that the polygons may be on.
    min_yield
        Least share of the population that all steps together keep, as learned.
    """
    balanced = _balanced(events)
    low = np.nanmin(events.values, axis=0).astype(float)
    high = np.nanmax(events.values, axis=0).astype(float)
    search = _Search(events, balanced, low, high, min_yield)
    state = _State(rows=np.arange(len(events)))
    for gate in pre_gates:
        state = search.pre_gate(state, gate)
    beam, ended = [state], [search.settled(state)]
    for _ in range(MOST_POLYGONS):
        beam = search.grow(beam, pairs)
        ended += [search.settled(each) for each in beam]
    best = ended[0]
    for each in ended[1:]:
        if each.score > best.score + GAIN * (len(each.families) - len(best.families)):
            best = each
    return [family.step() for family in best.families]


def _balanced(events: GateEvents) -> NDArray[np.float64]:
    """Weights of the population's events by which a patient counts as the root of its number of them."""
    own = np.where(events.target, events.weight, 0.0)
    of_patient = np.bincount(events.patient, own)
    share = np.sqrt(of_patient, where=of_patient > 0, out=np.zeros(len(of_patient)))
    scaled = np.divide(share, of_patient, where=of_patient > 0, out=np.zeros(len(of_patient)))
    return own * scaled[events.patient] * (own.sum() / max(share.sum(), 1e-300))


@dataclass(frozen=True, eq=False)
class _Search:
    events: GateEvents
    balanced: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    min_yield: float

    def family(
        self, rows: NDArray[np.intp], pair: tuple[int, int], against: frozenset[int] | None = None
    ) -> list[NestedPolygon]:
        """Polygons over a pair of axes, by the events that are left; ``against`` are the kinds of others that count."""
        events, axes = self.events, list(pair)
        target = rows[events.target[rows]]
        others = rows[~events.target[rows]]
        if against is not None:
            others = others[np.isin(events.kind[others], list(against))]
        density = pair_density(
            np.column_stack([events.values[target, axis] for axis in axes]),
            (events.values[others, axes[0]], events.values[others, axes[1]]),
            weight=self.balanced[target],
            other_weight=events.weight[others],
            patient=events.patient[target],
        )
        return nested_polygons(density, self.low[axes], self.high[axes])

    def size(self, rows: NDArray[np.intp]) -> float:
        """Events of the population among some."""
        return float(self.events.weight[rows[self.events.target[rows]]].sum())

    def pre_gate(self, state: _State, gate: PreGate) -> _State:
        """With the gate on the pair of axes where it is best."""
        best = state
        if not np.isin(self.events.kind, list(gate.against)).any():
            return state
        for pair in gate.pairs:
            polygons = [each for each in self.family(state.rows, pair, gate.against) if each.kept >= PRE_KEPT]
            if polygons:
                best = max(best, self.with_family(state, gate.name, pair, polygons), key=_score)
        return best

    def grow(self, beam: Sequence[_State], pairs: Sequence[tuple[int, int]]) -> list[_State]:
        """The best ways to go on, by one more polygon."""
        found = []
        for state in beam:
            used = {family.pair for family in state.families}
            for pair in pairs:
                if pair not in used and (polygons := self.family(state.rows, pair)):
                    found.append(self.with_family(state, "", pair, polygons, rows=False))
        found.sort(key=_score, reverse=True)
        return [self.passed(each) for each in _distinct(found)[:BEAM] if np.isfinite(each.score)]

    def with_family(
        self, state: _State, name: str, pair: tuple[int, int], polygons: Sequence[NestedPolygon], *, rows: bool = True
    ) -> _State:
        """A further step, with the best of its polygons."""
        size = self.size(state.rows)
        scores = [self.score(size * each.kept, each.others, state.kept * each.kept) for each in polygons]
        chosen = int(np.argmax(scores))
        family = _Family(name, pair, polygons, chosen)
        grown = _State((*state.families, family), state.rows, state.kept * polygons[chosen].kept, scores[chosen])
        return self.passed(grown) if rows else grown

    def passed(self, state: _State) -> _State:
        """With the events that are left after the last step."""
        step = state.families[-1].step()
        x, y = (self.events.values[state.rows, axis].astype(float) for axis in (step.x, step.y))
        rows = state.rows[inside_convex(step.vertices, x, y)]
        return _State(state.families, rows, state.kept, state.score)

    def score(self, target: float, others: float, kept: float) -> float:
        if target <= 0 or kept < self.min_yield:
            return -np.inf
        return float(np.log(target / (target + others + UNSEEN)) + YIELD_WEIGHT * np.log(kept))

    def settled(self, state: _State) -> _State:
        """Each gate as wide as is best beside the others, by the events that fall into them."""
        rows = np.arange(len(self.events))
        for family in state.families:
            rows = rows[self._wide(family, rows)]
        within = [self._levels(family, rows) for family in state.families]
        weight, target = self.events.weight[rows], self.events.target[rows]
        chosen = [family.chosen for family in state.families]
        best = -np.inf
        for _ in range(SWEEPS):
            before = list(chosen)
            for number, family in enumerate(state.families):
                rest = np.ones(len(rows), dtype=bool)
                for other, level in enumerate(chosen):
                    if other != number:
                        rest &= within[other][level]
                scores = []
                for level in range(len(family.polygons)):
                    mine = rest & within[number][level]
                    kept = float(np.prod([
                        each.polygons[level if at == number else chosen[at]].kept
                        for at, each in enumerate(state.families)
                    ]))  # fmt: skip
                    scores.append(self.score(weight[mine & target].sum(), weight[mine & ~target].sum(), kept))
                chosen[number] = int(np.argmax(scores))
                best = max(scores)
            if chosen == before:
                break
        families = tuple(
            _Family(each.name, each.pair, each.polygons, level)
            for each, level in zip(state.families, chosen, strict=True)
        )
        return _State(families, state.rows, state.kept, best)

    def _wide(self, family: _Family, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Events within any polygon of a step."""
        return np.any(self._levels(family, rows), axis=0)

    def _levels(self, family: _Family, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """(levels, n): events within each polygon of a step."""
        x, y = (self.events.values[rows, axis].astype(float) for axis in family.pair)
        return np.array([inside_convex(each.vertices, x, y) for each in family.polygons])


def _score(state: _State) -> float:
    return state.score


def _distinct(states: Sequence[_State]) -> list[_State]:
    """The best of those that are on the same pairs of axes."""
    kept: dict[frozenset[tuple[int, int]], _State] = {}
    for state in states:
        kept.setdefault(frozenset(family.pair for family in state.families), state)
    return list(kept.values())
