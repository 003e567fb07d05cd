"""What the reference does not know of each sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.frozen._expected import expected_range
from cytoclust.frozen._reference import Reference
from cytoclust.stats import exact_interval
from cytoclust.tables import TABLES

__all__ = ["FarCounts", "mostly_unlike", "unlike_table"]

CONFIDENCE: Final = 0.999
"""Of the share of far events, before it is called more than expected. Chosen: a sample has a dozen populations."""
FEWEST: Final = 20
"""Events of a patient whose share is told. Chosen: a share of fewer says little."""
MOSTLY: Final = 0.5
"""Share of unlike events above which a sample is doubted as a whole. Chosen: few new kinds are more."""


@dataclass(frozen=True, eq=False)
class FarCounts:
    """Of one sample, by cluster (k,): all events, far ones, those in clumps or crowded places, those in crowded places,
    and strays; and clumps by the nearest population.

    ``clumps`` are phenotype and events of each.
    """

    events: NDArray[np.int64]
    far: NDArray[np.int64]
    unlike: NDArray[np.int64]
    crowded: NDArray[np.int64]
    stray: NDArray[np.int64]
    clumps: Mapping[str, Sequence[tuple[str, int]]]


def unlike_table(samples: Mapping[str, FarCounts], reference: Reference, *, at_least: int) -> pd.DataFrame:
    """The table ``unlike.csv``; a clump of ``at_least`` events is flagged."""
    names = reference.names[keys.POPULATION].to_numpy(dtype=object)
    expected = {name: _expected(reference, names == name) for name in dict.fromkeys(names)}
    rows: list[dict[str, Any]] = []
    for sample, counts in samples.items():
        for name, (low, high) in expected.items():
            mine = names == name
            n, far, unlike, crowded, stray = (
                int(each[mine].sum())
                for each in (counts.events, counts.far, counts.unlike, counts.crowded, counts.stray)
            )
            sure = exact_interval(far, n, confidence=CONFIDENCE)[0]
            more = bool(far >= at_least and sure > high)
            clumps = counts.clumps.get(str(name), ())
            rows.append({
                keys.SAMPLE: sample, keys.POPULATION: name, keys.N_EVENTS: n, "n_far": far,
                "fraction_far": far / n if n else np.nan, "expected_low": low, "expected_high": high,
                "phenotype_far": "; ".join(f"{phenotype} ({count})" for phenotype, count in clumps),
                "flag": _flag(unlike - crowded >= at_least, crowded >= at_least, more),
                "n_unlike": unlike, "n_stray": stray,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=[each.name for each in TABLES["unlike"].columns])


def mostly_unlike(counts: FarCounts) -> list[Finding]:
    """Whether a sample is doubted as a whole, as where the names of its columns are wrong."""
    share = float(counts.unlike.sum() / max(1, counts.events.sum()))
    return [Finding("mostly unlike", share=share)] if share > MOSTLY else []


def _flag(clumped: bool, crowded: bool, more: bool) -> str:
    if clumped:
        return "unlike"
    return "denser than expected" if crowded else "more far than expected" if more else ""


def _expected(reference: Reference, clusters: NDArray[np.bool_]) -> tuple[float, float]:
    """Of a population: the share of each patient left out, and where that of one more lies."""
    events = reference.events.to_numpy(dtype=np.float64)[:, clusters]
    far = np.nan_to_num(reference.held_out.to_numpy(dtype=np.float64)[:, clusters]) * events
    patients = reference.patients
    shares = []
    for patient in dict.fromkeys(patients):
        rows = np.array([each == patient for each in patients])
        total = events[rows].sum()
        if total >= FEWEST:
            shares.append(far[rows].sum() / total)
    return expected_range(np.array(shares), float(far.sum() / max(1.0, events.sum())))
