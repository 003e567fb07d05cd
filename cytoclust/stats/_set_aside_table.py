"""What quality control took, beside what stayed."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["set_aside_table"]

TIMES: Final = 3.0
"""Times as large a share of a population as of the others, above which it was set aside unevenly. Chosen: see
sensitivity."""
MUCH, MUCH_BY_TIME = 1 / 3, 0.25
"""Share of a population's events that is much: half as many as stayed; and by the check of time, which takes all alike,
though dimmed cells look like others. Chosen: see sensitivity."""
FEWEST: Final = 20
"""Events set aside that show anything. Chosen: see sensitivity."""


def set_aside_table(
    counts: pd.DataFrame, aside: NDArray[np.float64], names: pd.DataFrame, reasons: Sequence[str]
) -> pd.DataFrame:
    """The table ``set_aside.csv``: events that were set aside, by the population whose cluster they look like.

    Parameters
    ----------
    counts
        Samples × clusters, events that stayed.
    aside
        ``(samples, clusters, reasons)`` events that were set aside and look like the cluster.
    names
        Index cluster: ``population``, ``leftover``, ``junk``.
    reasons
        Of ``aside``.

    Returns
    -------
    One row a sample and population (or cluster without a name): ``sample_id, population, cluster, n_events``, a column
    a reason, ``share`` (of them all that was set aside), ``others`` (the same of all other populations of the sample),
    ``uneven`` (the reason for which more of it was set aside than of others, or ""). What is left of dead cells, debris
    and doublets is no population, and never uneven.
    """
    names = names.reindex(counts.columns)
    nameless = names[keys.POPULATION].isin([keys.UNKNOWN, keys.UNASSIGNED]).to_numpy()
    cluster = np.where(nameless, names.index.astype(str), "")
    pairs = list(zip(names[keys.POPULATION].astype(str), cluster.astype(str), strict=True))
    units = list(dict.fromkeys(pairs))
    member = np.array([[pair == unit for unit in units] for pair in pairs], dtype=np.float64).reshape(-1, len(units))
    kept = counts.to_numpy(dtype=np.float64) @ member
    taken = np.einsum("scr,cu->sur", aside, member)
    junk = (names[[keys.LEFTOVER, keys.JUNK]] != "").any(axis=1)
    left = (junk.to_numpy(dtype=np.float64) @ member) == member.sum(axis=0)
    share, others = _shares(kept, taken.sum(axis=2))
    time = taken[:, :, list(reasons).index("time")]
    by_time, others_by_time = _shares(kept + taken.sum(axis=2) - time, time)
    late = (by_time >= MUCH_BY_TIME) & (by_time >= TIMES * others_by_time) & (time >= FEWEST)
    much = (share >= MUCH) & (share >= TIMES * others) & (taken.sum(axis=2) >= FEWEST)
    reason = np.where(late, "time", np.where(much, np.array(reasons)[taken.argmax(axis=2)], ""))
    reason[(reason == "dead") & (kept < FEWEST)] = ""  # the dead are dim, and look like what is dim and rare
    table = pd.DataFrame(
        {
            keys.SAMPLE: np.repeat(counts.index.to_numpy(dtype=object), len(units)),
            keys.POPULATION: [name for name, _ in units] * len(counts),
            keys.CLUSTER: [number for _, number in units] * len(counts),
            keys.N_EVENTS: kept.ravel().astype(np.int64),
            **{name: np.rint(taken[:, :, i]).astype(np.int64).ravel() for i, name in enumerate(reasons)},
            "share": share.ravel(),
            "others": others.ravel(),
            "uneven": np.where(left, "", reason).ravel(),
        }
    )
    return table.astype({keys.POPULATION: object, keys.CLUSTER: object, "uneven": object})


def _shares(kept: NDArray[np.float64], taken: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each population (s, u) the share that was taken, and that of all others of the sample together."""
    total = kept + taken
    all_taken, everything = taken.sum(axis=1, keepdims=True), total.sum(axis=1, keepdims=True)
    return taken / np.maximum(total, 1), (all_taken - taken) / np.maximum(everything - total, 1)
