"""The labels of a file."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["label_table"]


def label_table(
    codes: NDArray[np.uint8],
    passed: NDArray[np.int64],
    cluster: NDArray[np.int32],
    probability: NDArray[np.float32],
    names: NDArray[np.object_],
    *,
    unlike: NDArray[np.bool_] | None = None,
    stray: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """One row for each event of the file, in its order.

    Parameters
    ----------
    codes
        Quality code of each event (n,).
    passed
        Rows of those that passed (m,).
    cluster, probability
        Of these (m,).
    names
        Population of each cluster (k,).
    unlike
        Whether each of these is like nothing that the reference has seen (m,); the table then has ``nearest`` too.
    stray
        Whether each of these is ``unassigned`` (m,): no sign of the population that is nearest.
    """
    populations = sorted({*names, keys.UNASSIGNED})
    code = np.array([populations.index(name) for name in names], dtype=np.int16)
    label = np.full(len(codes), keys.NO_CLUSTER, dtype=np.int32)
    label[passed] = cluster
    named = np.full(len(codes), populations.index(keys.UNASSIGNED), dtype=np.int16)
    named[passed] = code[cluster]
    sure = np.full(len(codes), np.nan, dtype=np.float32)
    sure[passed] = probability
    population = pd.Categorical.from_codes(named, categories=pd.Index(populations))
    told = {
        keys.EVENT: np.arange(len(codes), dtype=np.int64),
        keys.QC_COLUMN: pd.Categorical.from_codes(codes, categories=pd.Index(keys.QC)),
        keys.CLUSTER: label,
        keys.POPULATION: population,
        keys.PROBABILITY: sure,
    }
    if unlike is not None:
        own = named.copy()
        if stray is not None:
            own[passed[stray]] = populations.index(keys.UNASSIGNED)
        own[passed[unlike]] = len(populations)
        told[keys.POPULATION] = pd.Categorical.from_codes(own, categories=pd.Index([*populations, keys.UNLIKE]))
        told[keys.NEAREST] = population
    return pd.DataFrame(told)
