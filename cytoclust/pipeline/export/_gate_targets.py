"""Which events a sort is to have."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.io import LabelBlock
from cytoclust.words import listed

__all__ = ["CLUSTER_NAME", "GateTarget", "gate_targets"]

CLUSTER_NAME: Final = re.compile(r"cluster (?P<number>\d+)")
"""How a cluster is called where gates are asked for."""


@dataclass(frozen=True)
class GateTarget:
    """A population with all under it, or a cluster.

    Attributes
    ----------
    name
        As it was asked for.
    populations
        Names that its events may have.
    cluster
        Number of a cluster; None of a population.
    """

    name: str
    populations: frozenset[str] = frozenset()
    cluster: int | None = None

    def among(self, block: LabelBlock) -> NDArray[np.bool_]:
        """Which events of a block are of it."""
        if self.cluster is not None:
            return np.asarray(block.cluster == self.cluster)
        mine = np.array([name in self.populations for name in block.populations])
        return np.asarray(mine[block.population] & (block.qc == keys.QC_OK))


def gate_targets(
    names: Sequence[str], *, populations: Sequence[str], clusters: Iterable[int], parents: Iterable[tuple[str, str]]
) -> list[GateTarget]:
    """What the names mean.

    Parameters
    ----------
    names
        Populations, those above others (``MSC`` for its subtypes) among them, or ``cluster 12``.
    populations
        Names that events have.
    clusters
        Numbers of the clusters.
    parents
        Each population with the one above it.

    Raises
    ------
    InputError
        A name that the run does not have, or that stands under two parents.
    """
    above: dict[str, list[str]] = {}
    for name, parent in parents:
        if parent not in above.setdefault(name, []):
            above[name].append(parent)
    numbers = set(clusters) - {keys.NO_CLUSTER}
    nameless = (keys.UNASSIGNED, keys.ROOT)
    tops = [parent for each in above.values() for parent in each]
    known = [name for name in dict.fromkeys([*populations, *above, *tops]) if name not in nameless]
    return [_target(name, known, above, numbers) for name in dict.fromkeys(names)]


def _target(name: str, known: Sequence[str], above: dict[str, list[str]], numbers: set[int]) -> GateTarget:
    cluster = CLUSTER_NAME.fullmatch(name)
    if name not in known and cluster and int(cluster["number"]) in numbers:
        return GateTarget(name, cluster=int(cluster["number"]))
    if name not in known:
        some = ", ".join(map(repr, known)) or "no named population"
        raise InputError(
            f"Gates can be made for a population of the run ({some}) or a cluster (as 'cluster 0', up to "
            f"{max(numbers, default=0)}). Got {name!r} instead.{nearest(name, known)}"
        )
    if len(above.get(name, [])) > 1:
        raise InputError(
            f"The population {name!r} stands under {listed(above[name], 'and')}, and labels have the name alone: gates "
            "can be made for either only if the rules give them two names."
        )
    found = [name]
    for each in found:
        found += [child for child, parents in above.items() if each in parents and child not in found]
    return GateTarget(name, frozenset(found))
