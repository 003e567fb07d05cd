"""Gates for a sorter, learned from labelled events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._convex_polygon import inside_convex
from cytoclust.gating._family import Family, gate_score
from cytoclust.gating._gate_events import GateEvents
from cytoclust.gating._nested_polygons import NestedPolygon, nested_polygons
from cytoclust.gating._pair_density import PairDensity, pair_density
from cytoclust.gating._settle import settle
from cytoclust.gating._sort_step import SortStep

__all__ = ["PreGate", "learn_sort_gates"]

MOST_POLYGONS: Final = 2
"""After the singlet and the viability gate. Convention: what is drawn, and checked by eye, at a sorter."""
BEAM: Final = 4
"""Gates that are gone on from. Chosen: the best first gate is not always part of the best two."""
DRAWN: Final = 10
"""Pairs of axes over which polygons are drawn, of all pairs. Chosen, for speed: those where any shape could do best."""
PRE_KEPT: Final = 0.97
"""Least share of the population that a singlet or viability gate keeps. Chosen: they are there to lose others."""
GAIN: Final = 0.003
"""Of the score, below which no further polygon is drawn. Chosen: half a per cent of the yield."""


@dataclass(frozen=True)
class PreGate:
    """A gate that comes first: its name, the pairs of axes that it may be on, and the kinds of events it is against."""

    name: str
    pairs: tuple[tuple[int, int], ...]
    against: frozenset[int]


@dataclass(frozen=True, eq=False)
class _State:
    """Steps so far, the events that pass them, the share of the population that does, and how good they are."""

    families: tuple[Family, ...]
    rows: NDArray[np.intp]
    kept: float = 1.0
    score: float = -np.inf


def learn_sort_gates(
    events: GateEvents, *, pre_gates: Sequence[PreGate], pairs: Sequence[tuple[int, int]], min_yield: float
) -> list[SortStep]:
    """Singlet and viability gate, then at most two convex polygons, in the order in which they are drawn.

    Each is a convex hull of the cells of greatest likelihood ratio of the population to all other events that passed
    the gates before it. The pairs of axes are searched with a beam for the greatest log(purity) + ½ log(yield), and
    then each gate is drawn wider or narrower beside the others. The order of events has no say.

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
    search = _Search.of(events, min_yield)
    state = _State((), np.arange(len(events), dtype=np.intp))
    for gate in pre_gates:
        state = search.pre_gate(state, gate)
    beam, ended = [state], [search.settled(state)]
    for _ in range(MOST_POLYGONS):
        beam = search.grow(beam, pairs)
        ended += [search.settled(each) for each in beam]
    best = ended[0]
    for each in ended[1:]:
        if each.score > best.score + GAIN * (len(each.families) > len(best.families)):
            best = each
    return [family.step() for family in best.families]


@dataclass(frozen=True, eq=False)
class _Search:
    """What does not change while gates are sought."""

    events: GateEvents
    balanced: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    min_yield: float

    @classmethod
    def of(cls, events: GateEvents, min_yield: float) -> "_Search":
        finite = np.where(np.isfinite(events.values), events.values, np.nan)
        low, high = np.nanmin(finite, axis=0), np.nanmax(finite, axis=0)
        return cls(events, _balanced(events), low.astype(float), high.astype(float), min_yield)

    def settled(self, state: _State) -> _State:
        families, score = settle(self.events, state.families, min_yield=self.min_yield)
        return replace(state, families=families, score=score)

    def pre_gate(self, state: _State, gate: PreGate) -> _State:
        """With the gate on the pair of axes where it is best; without where there is nothing that it is against."""
        rows = state.rows
        against = np.isin(self.events.kind[rows], list(gate.against)) & ~self.events.target[rows]
        if not against.any():
            return state
        best = state
        for pair, density in self.densities(rows[against | self.events.target[rows]], gate.pairs):
            polygons = [each for each in self.polygons(pair, density) if each.kept >= PRE_KEPT]
            if polygons:
                grown = self.with_family(state, gate.name, pair, polygons)
                best = grown if grown.score > best.score or best is state else best
        return best if best is state else self.passed(best)

    def grow(self, beam: Sequence[_State], pairs: Sequence[tuple[int, int]]) -> list[_State]:
        """The best ways to go on, by one more polygon."""
        found: list[_State] = []
        for state in beam:
            used = {family.pair for family in state.families}
            known = list(self.densities(state.rows, [pair for pair in pairs if pair not in used]))
            bounds = np.array([self.bound(state, density) for _, density in known])
            drawn = [(known[at][0], self.polygons(*known[at])) for at in np.argsort(-bounds, kind="stable")[:DRAWN]]
            found += [self.with_family(state, "", pair, polygons) for pair, polygons in drawn if polygons]
        found = _distinct(sorted((each for each in found if np.isfinite(each.score)), key=lambda each: -each.score))
        return [self.passed(each) for each in found[:BEAM]]

    def densities(
        self, rows: NDArray[np.intp], pairs: Sequence[tuple[int, int]]
    ) -> list[tuple[tuple[int, int], PairDensity]]:
        """Of the events that are left, over each pair of axes."""
        events = self.events
        target, others = rows[events.target[rows]], rows[~events.target[rows]]
        needed = sorted({axis for pair in pairs for axis in pair})
        of_target = {axis: events.values[target, axis] for axis in needed}
        of_others = {axis: events.values[others, axis] for axis in needed}
        weight, other_weight = self.balanced[target], events.weight[others]
        return [
            (
                (x, y),
                pair_density(
                    np.column_stack([of_target[x], of_target[y]]), (of_others[x], of_others[y]),
                    weight=weight, other_weight=other_weight, patient=events.patient[target],
                ),
            )
            for x, y in pairs
        ]  # fmt: skip

    def polygons(self, pair: tuple[int, int], density: PairDensity) -> list[NestedPolygon]:
        return nested_polygons(
            density, self.low[list(pair)], self.high[list(pair)], least=min(self.min_yield, PRE_KEPT)
        )

    def bound(self, state: _State, density: PairDensity) -> float:
        """The best score of any region, whatever its shape (Neyman and Pearson)."""
        order = np.argsort(-density.ratio, axis=None, kind="stable")
        kept = np.cumsum(density.target.ravel()[order]) / max(density.target.sum(), np.finfo(float).tiny)
        others = np.cumsum(density.others.ravel()[order])
        return float(self.scores(state, kept, others).max())

    def with_family(
        self, state: _State, name: str, pair: tuple[int, int], polygons: Sequence[NestedPolygon]
    ) -> _State:  # fmt: skip
        """A further step, with the best of its polygons."""
        kept, others = np.array([[each.kept, each.others] for each in polygons]).T
        scores = self.scores(state, kept, others)
        chosen = int(np.argmax(scores))
        families = (*state.families, Family(name, pair, polygons, chosen))
        return _State(families, state.rows, state.kept * float(kept[chosen]), float(scores[chosen]))

    def scores(self, state: _State, kept: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of regions that keep so much of the population, and so many others, of what has passed so far."""
        size = self.events.weight[state.rows[self.events.target[state.rows]]].sum()
        return gate_score(size * kept, others, state.kept * kept, min_yield=self.min_yield)

    def passed(self, state: _State) -> _State:
        """With the events that are left after the last step."""
        step = state.families[-1].step()
        x, y = (self.events.values[state.rows, axis] for axis in (step.x, step.y))
        return replace(state, rows=state.rows[inside_convex(step.vertices, x, y)])


def _balanced(events: GateEvents) -> NDArray[np.float64]:
    """Weights of the population's events, of their sum, by which a patient counts as the root of its number of them."""
    own = np.where(events.target, events.weight, 0.0)
    of_patient = np.bincount(events.patient, own)
    root = np.sqrt(of_patient)
    factor = np.divide(root, of_patient, where=of_patient > 0, out=np.zeros(len(of_patient)))
    return own * factor[events.patient] * (own.sum() / max(root.sum(), np.finfo(float).tiny))


def _distinct(states: Sequence[_State]) -> list[_State]:
    """The best of those that are on the same pairs of axes."""
    kept: dict[frozenset[tuple[int, int]], _State] = {}
    for state in states:
        kept.setdefault(frozenset(family.pair for family in state.families), state)
    return list(kept.values())
