"""The rule language that names clusters, and its library."""

from cytoclust.rules._annotate_clusters import annotate_clusters
from cytoclust.rules._check import check
from cytoclust.rules._learn_cuts import Cuts, Example, learn_cuts
from cytoclust.rules._load import load, names, source
from cytoclust.rules._mistakes import RuleFileError
from cytoclust.rules._name_clusters import Naming, name_clusters
from cytoclust.rules._ruleset import Pattern, Population, RuleSet
from cytoclust.rules._untold import untold

__all__ = [
    "Cuts",
    "Example",
    "Naming",
    "Pattern",
    "Population",
    "RuleFileError",
    "RuleSet",
    "annotate_clusters",
    "check",
    "learn_cuts",
    "load",
    "name_clusters",
    "names",
    "source",
    "untold",
]
