"""Clusters that are what quality control left of dead cells, debris and doublets."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.positivity._profile import Profile

__all__ = ["ASIDE", "REASONS", "leftovers", "look_alikes", "withhold"]

REASONS = ("debris", "doublet", "dead")
"""For which look-alikes of a cluster are set aside, so that the cluster may be what was missed of them."""
ASIDE = ("time", *REASONS)
"""For which they are counted: a stretch of the run takes cells of every kind."""
BODY = (0.005, 0.995)
"""Quantiles of a cluster, in every marker, between which an event looks like it. Chosen: see sensitivity."""
MOST, UNUSUAL = 1.0, 5.0
"""More of its like were set aside than kept, and so many times as often as of all events. Chosen: see sensitivity."""
FEWEST, PART = 20, 0.1
"""Events set aside that look like a cluster, and their share of its own, from which on the samples in which quality
control caught such events speak for those in which it caught none. Chosen: see sensitivity."""
NAMELESS = 3.0
"""Of dead cells or debris, so many times as many were set aside as kept: what is left has no name. Chosen: see
sensitivity."""


def look_alikes(profile: Profile) -> Callable[[NDArray[np.float32]], NDArray[np.int64]]:
    """What counts how many of some events look like each cluster ``(c,)``.

    An event looks like the cluster whose medians are nearest, in its spreads, if it lies within the body of that
    cluster. Medians and bodies are taken once, and serve events ``(n, m)`` on the scale of the profile, block by block.
    """
    low, first, medians, third, high = (np.nan_to_num(profile.quantile(q)) for q in (BODY[0], 0.16, 0.5, 0.84, BODY[1]))
    precision = 1 / np.maximum((third - first) / 2, 1e-6) ** 2

    def count(events: NDArray[np.float32]) -> NDArray[np.int64]:
        x = np.nan_to_num(events.astype(np.float64))
        squared = x**2 @ precision.T - 2 * x @ (medians * precision).T + (medians**2 * precision).sum(axis=1)
        cluster = np.argmin(squared, axis=1)
        within = ((x >= low[cluster]) & (x <= high[cluster])).all(axis=1)
        return np.bincount(cluster[within], minlength=len(medians))

    return count


def leftovers(profile: Profile, aside: NDArray[np.float64]) -> pd.DataFrame:
    """Which clusters are leftovers.

    Living cells are set aside now and then. Of the dead cells and the debris that quality control misses, it has caught
    far more: their clusters have most of their like among the events set aside. A sample in which a check found
    nothing to set aside says nothing of that, so that what one group's samples kept is told by the others' as well.

    Parameters
    ----------
    profile
        The clusters.
    aside
        ``(s, c, 4)`` events of each sample that look like each cluster and were set aside, by ``ASIDE``.

    Returns
    -------
    Index cluster: ``leftover`` (the reason, or ""), ``times`` (events set aside for one that was kept).
    """
    taken = aside[:, :, [ASIDE.index(reason) for reason in REASONS]]
    events = profile.sample_events if len(profile.samples) else profile.n_events[None]
    alike = taken.sum(axis=0)
    times, most = _often(alike, np.repeat(events.sum(axis=0)[:, None], len(REASONS), axis=1))
    checked = np.einsum("sr,sc->cr", taken.sum(axis=1) > 0, events)
    shown = alike.sum(axis=1) >= np.maximum(FEWEST, PART * events.sum(axis=0))
    most |= _often(alike, checked)[1] & shown
    reason = np.where(most, np.array(REASONS)[alike.argmax(axis=1)], "")
    return pd.DataFrame({"leftover": reason, "times": times}, index=pd.Index(profile.clusters, name=keys.CLUSTER))


def _often(alike: NDArray[np.float64], kept: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Events set aside for one kept (c,), and whether that is most and unusual; from both (c, 3), by reason."""
    times = (alike / np.maximum(kept, 1)).sum(axis=1)
    usual = float((alike.sum(axis=0) / np.maximum(kept.sum(axis=0), 1)).sum())
    return times, times > max(MOST, UNUSUAL * usual)


def withhold(naming: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """The table of names with a column ``leftover``; what is left of dead cells and debris is ``unknown``.

    A cell that is dead binds any antibody, and a fragment shows what its cell had: a rule that fits says nothing.
    """
    left = left.reindex(naming.index)
    naming = naming.assign(leftover=left["leftover"])
    junk = left["leftover"].isin(["dead", "debris"]) & (left["times"] >= NAMELESS)
    junk &= ~naming[keys.POPULATION].isin([keys.UNKNOWN, keys.UNASSIGNED])
    known = "would be " + naming[keys.POPULATION] + ", but most such events were set aside as " + naming["leftover"]
    naming.loc[junk, "near"] = known[junk]
    naming.loc[junk, keys.PROBABILITY] = 0.0
    naming.loc[junk, keys.POPULATION] = keys.UNKNOWN
    return naming
