"""How many events of each cluster doublets would make."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from cytoclust.stats._doublet_pairs import Pairs

__all__ = ["Doublets", "expected_doublets", "unrefuted"]

MISSED = 0.2
"""At most this share of the doublets that quality control found may have escaped it. Chosen: benchmarks.accept asks
that 80 % be caught."""
CEILING = 0.1
"""Share of doublets among all events where quality control did not look for them. Chosen: see sensitivity."""
UNLIKE = 4.0
"""Pairs may escape quality control so many times as often as the average pair: small cells do. Chosen: see
sensitivity."""
UNEVEN = 2.0
"""A sample may have so many times fewer doublets than its share of the cohort's. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Doublets:
    """Of n samples and k clusters.

    Attributes
    ----------
    pairs
        For each cluster, the pairs of clusters whose doublets it may be, the likeliest first.
    meetings
        (n, k) events that the pairs would make if every cell came with another: sum of 2 n_i n_j / n.
    ceiling
        More doublets than this share of the meetings cannot have escaped.
    expected
        (n, k) events that are doublets.
    """

    pairs: list[list[tuple[int, int]]]
    meetings: NDArray[np.float64]
    ceiling: float
    expected: NDArray[np.float64]


def expected_doublets(found: Pairs, counts: pd.DataFrame, flagged: pd.Series | None) -> Doublets:
    """Doublets that escaped quality control, by sample and cluster.

    Cells meet by chance, so that doublets of i and j are a rate times 2 n_i n_j / n. The rate is that of clusters that
    look like sums of others, with no more events than a fifth of the doublets that quality control set aside would give
    (their events over their meetings, added up); without such a cluster it is that fifth. A cluster that may be made of
    doublets has its own rate (the upper limit of it), up to four times that of all. Samples vary as the share of
    flagged doublets does. No sample may refute the rate: where a cluster has few events in a sample that had many
    meetings, doublets are no explanation elsewhere either.

    Parameters
    ----------
    found
        Pairs of each cluster whose doublets would look like it: see ``_doublet_pairs.py``.
    counts
        Samples × clusters: events.
    flagged
        Index sample: share of events set aside as doublets; None if they were not looked for.
    """
    events = counts.to_numpy(dtype=np.float64)
    cells = np.maximum(events.sum(axis=1), 1.0)
    meetings = np.zeros_like(events)
    ordered = []
    for number, pairs in enumerate(found):
        each = 2 * events[:, pairs[:, 0]] * events[:, pairs[:, 1]] / cells[:, None]
        meetings[:, number] = each.sum(axis=1)
        order = np.argsort(-each.sum(axis=0), kind="stable")
        ordered.append([(int(i), int(j)) for i, j in pairs[order]])
    share = _shares(flagged, counts.index)
    ceiling = MISSED * float(np.mean(share)) if share is not None else CEILING
    weight = share / np.mean(share) if share is not None else np.ones(len(events))
    rate = _rates(events, meetings, ceiling)
    expected = weight[:, None] * meetings * rate
    return Doublets(ordered, meetings, ceiling, expected * unrefuted(events, expected, uneven=UNEVEN))


def unrefuted(
    events: NDArray[np.float64], expected: NDArray[np.float64], *, uneven: float = 1.0
) -> NDArray[np.float64]:
    """Factor (k,) on what is expected (n, k), so that no sample has surely fewer events (n, k or 1) than that.

    Samples are taken together: of those with the fewest events for what is expected of them, one, two, … or all, the
    sum may not exceed the upper limit of a Poisson mean. The limits hold with 95 % together; ``uneven`` is how many
    times less a sample may have than its part.
    """
    seen = np.broadcast_to(events, expected.shape)
    ratio = np.divide(seen, expected, out=np.full(expected.shape, np.inf), where=expected > 0)
    order = np.argsort(ratio, axis=0, kind="stable")
    few = np.cumsum(np.take_along_axis(seen, order, axis=0), axis=0)
    asked = np.cumsum(np.take_along_axis(expected, order, axis=0), axis=0)
    limit = uneven * _most(few, 0.05 / max(1, len(seen)))
    allowed = np.divide(limit, asked, out=np.ones_like(asked), where=asked > 0)
    return np.asarray(np.minimum(1.0, allowed.min(axis=0, initial=1.0)))


def _shares(flagged: pd.Series | None, samples: pd.Index) -> NDArray[np.float64] | None:
    if flagged is None:
        return None
    share = flagged.reindex(samples).to_numpy(dtype=np.float64)
    return share if np.all(share >= 0) and share.mean() > 0 else None


def _rates(events: NDArray[np.float64], meetings: NDArray[np.float64], ceiling: float) -> NDArray[np.float64]:
    """Of each cluster (k,): doublets per meeting."""
    total, met = events.sum(axis=0), meetings.sum(axis=0)
    ratio = np.divide(total, met, out=np.full(len(met), np.inf), where=met > 0)
    likely = ratio <= ceiling
    common = total[likely].sum() / met[likely].sum() if likely.any() else ceiling
    most = np.divide(_most(total, 0.05), met, out=np.full(len(met), np.inf), where=met > 0)
    return np.minimum(np.where(likely, np.minimum(most, UNLIKE * common), common), ceiling)


def _most(events: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """Upper limit of a Poisson mean, exact (Garwood 1936)."""
    return np.asarray(scipy.stats.chi2.isf(error, 2 * (events + 1)) / 2)
