"""Clustering, naming and embedding of events."""

from cytoclust.tl._annotate import annotate
from cytoclust.tl._cluster import cluster
from cytoclust.tl._coarsen import coarsen
from cytoclust.tl._umap import umap

__all__ = ["annotate", "cluster", "coarsen", "umap"]
