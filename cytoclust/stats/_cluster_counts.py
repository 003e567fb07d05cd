"""Events of each cluster in each sample."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["ClusterCounts"]

SCALE = 2**20
"""Parts of an event in which doubts are added: integers add up alike in any order. Chosen: finer than a float32."""


@dataclass(frozen=True, eq=False)
class ClusterCounts:
    """What is counted of a cohort; tables have the samples as index, in one order.

    Attributes
    ----------
    events, doubt
        Samples × clusters: events, and events expected to belong to another cluster (sum of 1 − probability).
    quality
        Samples × categories of quality control: events; and ``total``.
    sheet
        What the sheet says: ``patient_id, group, timepoint, batch``.
    """

    events: pd.DataFrame
    doubt: pd.DataFrame
    quality: pd.DataFrame
    sheet: pd.DataFrame

    @classmethod
    def of(
        cls,
        labels: NDArray[np.int32],
        probability: NDArray[np.float32],
        codes: Sequence[NDArray[np.uint8]],
        *,
        clusters: Sequence[str],
        sheet: pd.DataFrame,
    ) -> Self:
        """Count.

        Parameters
        ----------
        labels, probability
            Cluster of each event that passed quality control, sample after sample (n,), and that it belongs there.
        codes
            Of each sample: index into ``keys.QC`` of each event.
        clusters
            Their names.
        sheet
            A row a sample, in the order of ``codes``.
        """
        starts = np.cumsum([0, *(np.count_nonzero(each == keys.QC_OK) for each in codes)])
        events, wrong = [], []
        for start, stop in itertools.pairwise(starts):
            mine = labels[start:stop]
            doubt = np.rint((1 - probability[start:stop].astype(np.float64)) * SCALE)
            events.append(np.bincount(mine, minlength=len(clusters)))
            wrong.append(np.bincount(mine, doubt, minlength=len(clusters)) / SCALE)
        quality = pd.DataFrame(
            [np.bincount(each, minlength=len(keys.QC)) for each in codes], index=sheet.index, columns=list(keys.QC)
        ).assign(total=[len(each) for each in codes])
        columns = list(clusters)
        return cls(
            pd.DataFrame(events, index=sheet.index, columns=columns),
            pd.DataFrame(wrong, index=sheet.index, columns=columns),
            quality,
            sheet,
        )

    def to_long(self) -> pd.DataFrame:
        """The table ``cluster_counts.csv``: a row a sample and cluster, and the fraction of the sample's cells."""
        table = self.events.reset_index().melt(keys.SAMPLE, var_name=keys.CLUSTER, value_name="n_events")
        cells = table.groupby(keys.SAMPLE)[keys.N_EVENTS].transform("sum")
        return table.assign(n_cells=cells, fraction=table[keys.N_EVENTS] / cells.where(cells > 0))
