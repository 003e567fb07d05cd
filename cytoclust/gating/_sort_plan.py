"""What a sorter makes of a population: cells to expect, and how fast it may run."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cytoclust.stats import exact_interval

__all__ = ["Sorter", "sort_plan"]

MILLION: Final = 1e6
"""Events. Derived: the unit of the columns."""
CONFIDENCE: Final = 0.95
"""Of the cells to expect. Convention: 95 %."""


@dataclass(frozen=True)
class Sorter:
    """How a sorter runs.

    Attributes
    ----------
    event_rate
        Events a second, of all that it sees.
    drop_rate
        Drops a second.
    mask
        Drops around a cell that are looked at, and sorted with it.
    recovery
        Share of the gated cells wanted in the tube, between 0 and 1.
    """

    event_rate: float = 10_000.0
    drop_rate: float = 30_000.0
    mask: float = 1.0
    recovery: float = 0.8

    def recovered(self, gated: float, rate: float | None = None) -> float:
        """Share of gated events that purity mode sorts: those without another event in the mask.

        Others arrive as a Poisson process of the rate λ(1 − g), and the mask takes m / f seconds: exp(−λ(1 − g) m / f).
        """
        rate = self.event_rate if rate is None else rate
        return float(np.exp(-rate * (1 - gated) * self.mask / self.drop_rate))

    def enriched(self, gated: float) -> float:
        """Share of gated events among all that are sorted by enrichment mode, which sorts each drop near one of them.

        A drop is sorted with the probability 1 − exp(−λ g m / f), whatever else is in it; all gated events are.
        """
        drops = -np.expm1(-self.event_rate * gated * self.mask / self.drop_rate)
        return float(gated / (gated + (1 - gated) * drops)) if gated > 0 else np.nan

    def fastest(self, gated: float) -> float:
        """Events a second at which purity mode still recovers as wanted: −ln(R) f / ((1 − g) m)."""
        return float(-np.log(self.recovery) * self.drop_rate / ((1 - gated) * self.mask)) if gated < 1 else np.inf


def sort_plan(
    *, n_target: int, n_events: int, gate_yield: float, gate_purity: float, sorter: Sorter
) -> dict[str, Any]:  # fmt: skip
    """A row of ``tables/sort_plan.csv``, of one sample.

    Parameters
    ----------
    n_target, n_events
        Events of the population, and all, in the sample's file.
    gate_yield, gate_purity
        Of all gates together, as measured.
    sorter
        How it runs.
    """
    frequency = n_target / n_events
    gated = min(frequency * gate_yield / gate_purity, 1.0) if gate_purity > 0 else np.nan
    recovery = sorter.recovered(gated)
    low, high = (float(limit) for limit in exact_interval(n_target, n_events, confidence=CONFIDENCE))
    each = gate_yield * recovery
    cells = MILLION * frequency * each
    per_second = sorter.event_rate * frequency * each
    return {
        "n_events": n_events,
        "frequency": frequency,
        "events_per_target": 1 / frequency if frequency else np.nan,
        "event_rate": sorter.event_rate,
        "drop_rate": sorter.drop_rate,
        "mask": sorter.mask,
        "recovery": recovery,
        "recovery_enrichment": 1.0,
        "purity": gate_purity,
        "purity_enrichment": gate_purity * sorter.enriched(gated),
        "cells_per_million": cells,
        "cells_low": MILLION * low * each,
        "cells_high": MILLION * high * each,
        "cells_enrichment": MILLION * frequency * gate_yield,
        "minutes_per_1000": 1000 / per_second / 60 if per_second else np.nan,
        "wanted_recovery": sorter.recovery,
        "max_rate_for_recovery": sorter.fastest(gated),
    }
