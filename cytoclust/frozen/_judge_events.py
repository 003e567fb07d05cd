"""What a reference does not know of the events of a new sample."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.frozen._crowds import find_crowds
from cytoclust.frozen._haze import BESIDE, find_clumps
from cytoclust.frozen._reference import Reference
from cytoclust.frozen._strays import find_strays
from cytoclust.pp import pooled_rows

__all__ = ["Judged", "judge_events"]


@dataclass(frozen=True, eq=False)
class Judged:
    """Of each event (n,): whether it is of a kind that the reference has not seen, whether it is so by its crowd, and
    whether it is stray, which is no sign of the population that it is nearest to.
    """

    unlike: NDArray[np.bool_]
    crowded: NDArray[np.bool_]
    stray: NDArray[np.bool_]

    @classmethod
    def known(cls, n: int) -> "Judged":
        """Events of the reference itself."""
        return cls(*(np.zeros(n, dtype=bool) for _ in range(3)))


def judge_events(
    reference: Reference,
    cluster: NDArray[np.int32],
    far: NDArray[np.bool_],
    look: Callable[[NDArray[np.int64]], NDArray[np.float32]],
) -> Judged:
    """New kinds far from all known ones, then those within a known one, then stray events among what is left.

    Parameters
    ----------
    reference
        What the sample is read against.
    cluster, far
        Nearest cluster of each event, and whether it is beyond the reach of that (n,).
    look
        Events (m, p) of some of them, by the columns clustered on.
    """
    found = Judged.known(len(cluster))
    body = np.flatnonzero(~far)
    near, beside = np.bincount(cluster[body], minlength=reference.n_clusters), body[pooled_rows(len(body), BESIDE)]
    found.unlike[far] = find_clumps(reference.haze, look(np.flatnonzero(far)), near, look(beside))
    if reference.places is not None:
        crowds = find_crowds(reference.places, reference.patient_shares, cluster, far, look)
        found.crowded[:] = crowds & ~found.unlike
        found.unlike[found.crowded] = True
    like = ~found.unlike
    found.stray[like] = find_strays(cluster[like], far[like], reference.far_share)
    return found
