"""scanpy's kNN graph with Leiden on an array, with the defaults that its tutorials use."""

import scanpy as sc
from anndata import AnnData
from on_array import run


def cluster(events, seed):
    adata = AnnData(events)
    sc.pp.neighbors(adata, use_rep="X", random_state=seed)
    sc.tl.leiden(adata, random_state=seed, flavor="igraph", n_iterations=2, directed=False)
    return adata.obs["leiden"].cat.codes.to_numpy()


run(cluster, ("scanpy", "leidenalg", "igraph", "pynndescent", "numpy"))
