"""A label for every event of every file."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.engine import Clustering
from cytoclust.io import Sample, write_labels
from cytoclust.pipeline._context import Context
from cytoclust.pp import Preparation
from cytoclust.rules import Naming

__all__ = ["export_labels"]


def export_labels(
    context: Context,
    *,
    samples: Sequence[Sample],
    preparations: Sequence[Preparation],
    clustering: Clustering,
    naming: Naming,
) -> float:
    """Write ``labels/<sample_id>.parquet``, one row per event of the file; the seconds until they are there."""
    names = naming.table[keys.POPULATION].to_numpy(dtype=object)
    populations = sorted({*names, keys.UNASSIGNED})
    code = np.array([populations.index(name) for name in names], dtype=np.int16)
    starts = np.cumsum([0, *(each.n_passed for each in preparations)])
    labels, probabilities = clustering.labels, clustering.probability
    folder = context.output.path("labels").absolute()
    paths = [folder / f"{sample.sample_id}.parquet" for sample in samples]

    def one(number: int) -> None:
        codes, rows = preparations[number].codes, preparations[number].passed
        mine = slice(starts[number], starts[number + 1])
        cluster = np.full(len(codes), keys.NO_CLUSTER, dtype=np.int32)
        cluster[rows] = labels[mine]
        population = np.full(len(codes), populations.index(keys.UNASSIGNED), dtype=np.int16)
        population[rows] = code[labels[mine]]
        probability = np.full(len(codes), np.nan, dtype=np.float32)
        probability[rows] = probabilities[mine]
        table = pd.DataFrame(
            {
                keys.EVENT: np.arange(len(codes), dtype=np.int64),
                keys.QC_COLUMN: pd.Categorical.from_codes(codes, categories=pd.Index(keys.QC)),
                keys.CLUSTER: cluster,
                keys.POPULATION: pd.Categorical.from_codes(population, categories=pd.Index(populations)),
                keys.PROBABILITY: probability,
            }
        )
        write_labels(paths[number], table)

    context.executor.map(one, range(len(samples)))
    return context.elapsed()
