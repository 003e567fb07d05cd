"""Clustering, naming, counting and embedding of events."""

from cytoclust.tl._annotate import annotate
from cytoclust.tl._choose_sample import EventSample, choose_sample
from cytoclust.tl._cluster import cluster
from cytoclust.tl._coarsen import coarsen
from cytoclust.tl._controls import controls, cut_table
from cytoclust.tl._count import count
from cytoclust.tl._naming_params import cluster_params, naming_params
from cytoclust.tl._sample import sample
from cytoclust.tl._umap import umap, umap_params
from cytoclust.tl._write_names import write_names

__all__ = ["annotate", "cluster", "coarsen", "controls", "count", "sample", "umap"]
__all__ += [
    "EventSample",
    "choose_sample",
    "cluster_params",
    "cut_table",
    "naming_params",
    "umap_params",
    "write_names",
]
