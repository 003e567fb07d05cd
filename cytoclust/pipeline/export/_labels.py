"""A label for every event of every file."""

from collections.abc import Sequence

import numpy as np

from cytoclust import keys
from cytoclust.engine import Clustering
from cytoclust.io import Sample, write_labels
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._label_table import label_table
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
    starts = np.cumsum([0, *(each.n_passed for each in preparations)])
    labels, probabilities = clustering.labels, clustering.probability
    folder = context.output.path("labels").absolute()
    paths = [folder / f"{sample.sample_id}.parquet" for sample in samples]

    def one(number: int) -> None:
        codes, rows = preparations[number].codes, preparations[number].passed
        mine = slice(starts[number], starts[number + 1])
        table = label_table(codes, rows, labels[mine], probabilities[mine], names)
        write_labels(paths[number], table)

    context.executor.map(one, range(len(samples)))
    return context.elapsed()
