"""Clustering, naming, counting and embedding of events."""

from cytoclust.tl._annotate import annotate
from cytoclust.tl._choose_biplots import Biplot, choose_biplots
from cytoclust.tl._choose_event_sample import EventSample, choose_event_sample
from cytoclust.tl._cluster import cluster
from cytoclust.tl._coarsen import coarsen
from cytoclust.tl._controls import controls, cut_table
from cytoclust.tl._count import count
from cytoclust.tl._describe_adata import DescribedAdata, describe_adata
from cytoclust.tl._draw_densities import draw_densities
from cytoclust.tl._naming_params import cluster_params, naming_params
from cytoclust.tl._refine import refine
from cytoclust.tl._sample import sample
from cytoclust.tl._umap import umap, umap_params
from cytoclust.tl._write_names import read_cuts, write_names

__all__ = [
    "Biplot",
    "DescribedAdata",
    "EventSample",
    "annotate",
    "choose_biplots",
    "choose_event_sample",
    "cluster",
    "cluster_params",
    "coarsen",
    "controls",
    "count",
    "cut_table",
    "describe_adata",
    "draw_densities",
    "naming_params",
    "read_cuts",
    "refine",
    "sample",
    "umap",
    "umap_params",
    "write_names",
]
