"""Detection, amounts and comparisons: pure functions on tables."""

from cytoclust.stats._cluster_table import cluster_table
from cytoclust.stats._comparison_tables import contrast_table, discovery_table
from cytoclust.stats._doublet_partners import doublet_partners
from cytoclust.stats._exact_interval import exact_interval
from cytoclust.stats._population_table import population_table
from cytoclust.stats._tree_table import tree_table

__all__ = [
    "cluster_table", "contrast_table", "discovery_table", "doublet_partners", "exact_interval", "population_table",
    "tree_table",
]  # fmt: skip
