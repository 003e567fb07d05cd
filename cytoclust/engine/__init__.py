"""Clustering of arrays: prototypes, graph, valleys, assignment. Nothing here knows AnnData, files or panels."""

from cytoclust.engine._assign import Border, Model, assign, posterior
from cytoclust.engine._choose_events import choose_events
from cytoclust.engine._cluster_events import MIN_EVENTS, cluster_events, passes
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._embedder import FEWEST_MARKERS, Embedder
from cytoclust.engine._finer import FINEST, Finer, nearest_places
from cytoclust.engine._fit import Redraws, fit
from cytoclust.engine._frozen import Frozen
from cytoclust.engine._hierarchy import PARENTS, level
from cytoclust.engine._merge import Join, valley_limit
from cytoclust.engine._mixture import Overlap
from cytoclust.engine._nearest import nearest
from cytoclust.engine._parting import Parting
from cytoclust.engine._search import Search
from cytoclust.engine._source import ArraySource, Source, map_blocks

__all__ = [
    "FEWEST_MARKERS",
    "FINEST",
    "MIN_EVENTS",
    "PARENTS",
    "ArraySource",
    "Border",
    "Clustering",
    "Embedder",
    "Finer",
    "Frozen",
    "Join",
    "Model",
    "Overlap",
    "Parting",
    "Redraws",
    "Search",
    "Source",
    "assign",
    "choose_events",
    "cluster_events",
    "fit",
    "level",
    "map_blocks",
    "nearest",
    "nearest_places",
    "passes",
    "posterior",
    "valley_limit",
]
