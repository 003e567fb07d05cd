"""PARC on an array, with its defaults."""

from on_array import run
from parc import PARC


def cluster(events, seed):
    model = PARC(events, random_seed=seed)
    model.run_PARC()
    return model.labels


run(cluster, ("parc", "hnswlib", "leidenalg", "numpy"))
