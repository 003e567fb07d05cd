"""What each step of a sort keeps, in numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._step_counts import StepCounts
from cytoclust.stats import clustered_interval

__all__ = ["LEAST_IN_GATE", "gate_rows"]

CONFIDENCE: Final = 0.95
"""Of the intervals. Convention: 95 %."""
LEAST_IN_GATE: Final = 10
"""Events in a gate from which on a sample's own purity is told. Chosen: of fewer, one event is more than a tenth."""
NAMED: Final = 5
"""Kinds of contaminants that are named. Bears on no result: wording."""


def gate_rows(
    counts: Mapping[str, StepCounts], patients: Mapping[str, str], kinds: Sequence[str], *, held_out: bool
) -> list[dict[str, Any]]:
    """Yield and purity after each step, with intervals for other patients.

    Only samples that have an event of the population count: nothing else would be sorted from.

    Parameters
    ----------
    counts
        Of each sample that is measured on.
    patients
        Of each sample.
    kinds
        Names of what events are.
    held_out
        Whether the gates were learned from other patients; if not, there is no interval, since what was seen in those
        that a gate was drawn around says nothing of others.

    Returns
    -------
    A mapping a step: ``yield_step``, ``yield``, ``purity``, their limits and the others of ``tables/gates.csv``.
    """
    shown = {name: each for name, each in counts.items() if each.target[0] > 0}
    total = StepCounts.total(list(shown.values()))
    unit = sorted({patients[name] for name in shown})
    of_patient = [StepCounts.total([each for name, each in shown.items() if patients[name] == one]) for one in unit]
    rows = []
    for step in range(1, len(total.target)):
        kept, gated = total.target[step], total.target[step] + total.others[step]
        own = np.array([each.target[step] for each in of_patient])
        around = np.array([each.others[step] for each in of_patient])
        among = np.array([each.target[0] for each in of_patient])
        limits = _limits(own, among, held_out=held_out)
        pure = _limits(own, own + around, held_out=held_out)
        worst, worst_purity = _worst(shown, step)
        rows.append(
            {
                "step": step,
                "yield_step": _ratio(kept, total.target[step - 1]),
                "yield": _ratio(kept, total.target[0]), "yield_low": limits[0], "yield_high": limits[1],
                "purity": _ratio(kept, gated), "purity_low": pure[0], "purity_high": pure[1],
                "measured_on": "held out" if held_out else "trained",
                "n_targets": int(total.target[0]), "n_samples": len(shown),
                "worst_sample": worst, "worst_purity": worst_purity,
                "contaminants": _named(total.contaminants[step], kinds),
            }
        )  # fmt: skip
    return rows


def _limits(
    events: NDArray[np.int64], total: NDArray[np.int64], *, held_out: bool
) -> tuple[float, float]:  # fmt: skip
    return clustered_interval(events, total, confidence=CONFIDENCE) if held_out else (np.nan, np.nan)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _worst(shown: Mapping[str, StepCounts], step: int) -> tuple[str, float]:
    """The sample that comes out least pure, of those with enough in the gate; empty if there is none."""
    purity = {
        name: float(each.target[step] / (each.target[step] + each.others[step]))
        for name, each in sorted(shown.items())
        if each.target[step] + each.others[step] >= LEAST_IN_GATE
    }
    worst = min(purity, key=lambda name: purity[name], default="")
    return worst, purity.get(worst, np.nan)


def _named(contaminants: NDArray[np.int64], kinds: Sequence[str]) -> str:
    """``4 endothelial, 3 doublet``, the most first."""
    order = [at for at in np.argsort(-contaminants, kind="stable") if contaminants[at]]
    told = [f"{contaminants[at]} {kinds[at]}" for at in order[:NAMED]]
    rest = int(contaminants[order[NAMED:]].sum()) if len(order) > NAMED else 0
    return ", ".join([*told, *([f"{rest} others"] if rest else [])])
