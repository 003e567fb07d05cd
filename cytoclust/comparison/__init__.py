"""Manual gates beside the clusters and names of a finished run."""

from cytoclust.comparison._compare import Comparison, compare
from cytoclust.comparison._learn_rules import Learned, learn_rules

__all__ = ["Comparison", "Learned", "compare", "learn_rules"]
