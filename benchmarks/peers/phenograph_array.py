"""PhenoGraph on an array, with its defaults (k = 30, Louvain)."""

import phenograph
from on_array import run


def cluster(events, seed):
    return phenograph.cluster(events, seed=seed)[0]


run(cluster, ("PhenoGraph", "leidenalg", "numpy", "scikit-learn"))
