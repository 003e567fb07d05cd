"""Clustering of arrays: prototypes, graph, valleys, assignment. Nothing here knows AnnData, files or panels."""

from cytoclust.engine._assign import assign, posterior
from cytoclust.engine._choose_events import choose_events
from cytoclust.engine._cluster_events import MIN_EVENTS, cluster_events, passes
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._embedder import FEWEST_MARKERS, Embedder
from cytoclust.engine._finer import FINEST, Finer, nearest_places
from cytoclust.engine._fit import Redraws, fit
from cytoclust.engine._hierarchy import PARENTS, level
from cytoclust.engine._merge import Join, valley_limit
from cytoclust.engine._parting import Parting
from cytoclust.engine._source import ArraySource, Source, map_blocks

__all__ = [
    "FEWEST_MARKERS",
    "FINEST",
    "MIN_EVENTS",
    "PARENTS",
    "ArraySource",
    "Clustering",
    "Embedder",
    "Finer",
    "Join",
    "Parting",
    "Redraws",
    "Source",
    "assign",
    "choose_events",
    "cluster_events",
    "fit",
    "level",
    "map_blocks",
    "nearest_places",
    "passes",
    "posterior",
    "valley_limit",
]
