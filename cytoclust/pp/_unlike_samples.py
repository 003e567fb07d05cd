"""Samples that quality control cut elsewhere than the others of the cohort."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.pp._quality_model import QualityModel
from cytoclust.registry import CHECKS

__all__ = ["COMPARED_EVENTS", "JudgedEvents", "find_unlike_samples"]

COMPARED_EVENTS: Final = 1_000
"""Events of a sample that are looked at. Chosen, for time: shares of the same events by two cuts err little."""
_COMPARED: Final = ("debris", "dead", "doublet")
"""Checks whose cut can be laid on another sample. Derived: limits of a detector and times of acquisition are a file's
own."""
_OTHERS, _FEWEST = 9, 2
"""Samples whose cuts are laid on one, at most, for time; and at least, so that it is known which of them departs.
Chosen."""
_APART, _TIMES = 0.03, 2.0
"""Share of the events between what its own cut takes and what the others' do, from which on it is told, and times as
much. Chosen: of tubes treated alike it is a hundredth at most."""


@dataclass(frozen=True, eq=False)
class JudgedEvents:
    """Some events of a sample, and what quality control made of them.

    Attributes
    ----------
    sample, batch
        Names; samples of a batch are compared with each other.
    events
        Linear, compensated (m, p).
    rows
        Their rows in the sample, int64 (m,).
    codes
        Index into ``keys.QC`` of each (m,).
    model
        Cuts of the sample.
    """

    sample: str
    batch: str
    events: NDArray[np.float32]
    rows: NDArray[np.int64]
    codes: NDArray[np.uint8]
    model: QualityModel


def find_unlike_samples(samples: Sequence[JudgedEvents]) -> list[Finding]:
    """Samples of which a check took far more, or far less, than the cuts of the other samples would take of them.

    Each sample learns its own cuts, so that tubes of one panel may be treated unlike. The same events are compared: a
    sample that has more debris than others has so by their cuts too, and is not told.

    Parameters
    ----------
    samples
        Of one panel; fewer than three of a batch tell nothing.
    """
    found = []
    order = [check.name for check in CHECKS.rows()]
    for check in [name for name in order if name in _COMPARED]:
        earlier = [keys.QC.index(name) for name in order[: order.index(check)]]
        shares = np.array([_shares(number, samples, check, earlier) for number in range(len(samples))]).reshape(-1, 2)
        own, others = shares.T
        apart = np.abs(own - others) >= _APART
        for more, unlike in ((True, own >= _TIMES * others), (False, others >= _TIMES * own)):
            where = np.flatnonzero(apart & unlike).tolist()
            if where:
                worst = max(where, key=lambda k: abs(own[k] - others[k]))
                found.append(
                    Finding(
                        "cut unlike others", check=check, samples=[samples[k].sample for k in where],
                        worst=samples[worst].sample, share=round(float(own[worst]), 4),
                        others=round(float(others[worst]), 4), more=more,
                    )
                )  # fmt: skip
    return found


def _shares(number: int, samples: Sequence[JudgedEvents], check: str, earlier: Sequence[int]) -> tuple[float, float]:
    """Of the events of a sample that came to a check, what its own cut took, and the median of the others' cuts.

    Of two middle ones it is the nearer to its own: where there are two others, both must differ.
    """
    mine = samples[number]
    others = [k for k, each in enumerate(samples) if each.batch == mine.batch and k != number]
    came = ~np.isin(mine.codes, earlier)
    if len(others) < _FEWEST or not came.any():
        return 0.0, 0.0
    chosen = np.unique(np.linspace(0, len(others) - 1, _OTHERS).astype(int))
    models = [samples[others[k]].model.models.get(check) for k in chosen]
    events, rows = mine.events[came], mine.rows[came]
    taken = sorted(0.0 if model is None else float(np.mean(model.apply(events, rows))) for model in models)
    own = float(np.mean(mine.codes[came] == keys.QC.index(check)))
    return own, min((taken[(len(taken) - 1) // 2], taken[len(taken) // 2]), key=lambda each: abs(each - own))
