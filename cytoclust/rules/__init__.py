"""Rules that name clusters: thresholds from the data, the rule language and its library."""

from cytoclust.rules._annotate_clusters import annotate_clusters
from cytoclust.rules._check import check
from cytoclust.rules._control import Control
from cytoclust.rules._learn_thresholds import learn_thresholds
from cytoclust.rules._leftovers import leftovers, look_alikes, withhold
from cytoclust.rules._load import load, names, source
from cytoclust.rules._profile import Profile
from cytoclust.rules._ruleset import Population, RuleSet
from cytoclust.rules._thresholds import Thresholds

__all__ = [
    "Control",
    "Population",
    "Profile",
    "RuleSet",
    "Thresholds",
    "annotate_clusters",
    "check",
    "learn_thresholds",
    "leftovers",
    "load",
    "look_alikes",
    "names",
    "source",
    "withhold",
]
