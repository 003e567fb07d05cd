"""The clusters as naming sees them, kept so that they can be named again by other cuts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.params import D
from cytoclust.positivity import Control, Profile
from cytoclust.rules import Naming, RuleSet, name_clusters

__all__ = ["Described"]


@dataclass(frozen=True, eq=False)
class Described:
    """All that naming looks at; the names are those of ``ct.tl.annotate``, and of a run.

    Attributes
    ----------
    profile
        The clusters.
    aside
        Events (samples × clusters × reasons) that quality control set aside and that look like each cluster.
    rules
        None where clusters are not named.
    annotate
        Cuts by hand, and the least probability of a name.
    controls
        Cuts from control files.
    viability, channels
        Channel and label of the viability dye; the channel of each marker.
    known
        Names that a run gave, index cluster, where the events at hand are a part of its own: they stand for clusters
        that a moved cut names no other than the cuts as they were.
    """

    profile: Profile
    aside: NDArray[np.float64]
    rules: RuleSet | None = None
    annotate: params.Annotate = D.annotate
    controls: tuple[Control, ...] = ()
    viability: tuple[str, str] | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    known: pd.DataFrame | None = None

    def name(self, moved: Mapping[str, float]) -> Naming:
        """Names by the cuts that are learnt, but for those of some markers, on the transformed scale."""
        naming = self._name(moved)
        if self.known is None:
            return naming
        table, columns = naming.table, [keys.POPULATION, keys.PHENOTYPE, keys.PROBABILITY]
        same = table[keys.POPULATION] == self._unmoved.table[keys.POPULATION]
        same &= table[keys.PHENOTYPE] == self._unmoved.table[keys.PHENOTYPE]
        kept = table.index[same & table.index.isin(self.known.index)]
        table.loc[kept, columns] = self.known.loc[kept, columns].to_numpy()
        return naming

    @cached_property
    def _unmoved(self) -> Naming:
        return self._name({})

    def _name(self, moved: Mapping[str, float]) -> Naming:
        chosen = self.annotate.model_copy(update={"thresholds": {**self.annotate.thresholds, **moved}})
        return name_clusters(
            self.profile, self.aside, self.rules,
            annotate=chosen, controls=self.controls, viability=self.viability, channels=self.channels,
        )  # fmt: skip
