"""Every table of a run, and of what is done with one."""

from typing import Final

from cytoclust.tables._column import Table
from cytoclust.tables._of_clusters import (
    BACKGROUNDS,
    CLUSTER_COUNTS,
    CLUSTER_MEDIANS,
    CLUSTER_TREE,
    CLUSTERS,
    THRESHOLDS,
)
from cytoclust.tables._of_comparisons import CONTRASTS, DISCOVERIES, MARKER_LEVELS
from cytoclust.tables._of_drift import CLAIMS_BOTH, CONTROL_CHART, DRIFT, NORMALIZE, SPIKE_TEST
from cytoclust.tables._of_gates import GATE_CLUSTERS, GATE_OVERLAP, GATE_RULES, GATES_READ
from cytoclust.tables._of_reference import REFERENCE, UNLIKE
from cytoclust.tables._of_samples import (
    ACQUISITION,
    POPULATIONS,
    QUADRANTS,
    SAMPLES,
    SET_ASIDE,
    UNKNOWN_CLUSTERS,
)
from cytoclust.tables._of_sorting import GATES, SORT_PLAN
from cytoclust.tables._of_validation import (
    ASSAYS,
    CFU,
    CLONOGENIC,
    DIFFERENTIATION,
    FRACTIONS,
    PURITY,
    QPCR,
    TABLE1,
)

__all__ = ["TABLES"]

TABLES: Final[dict[str, Table]] = {
    "clusters": CLUSTERS,
    "cluster_tree": CLUSTER_TREE,
    "cluster_counts": CLUSTER_COUNTS,
    "cluster_medians": CLUSTER_MEDIANS,
    "thresholds": THRESHOLDS,
    "backgrounds": BACKGROUNDS,
    "populations": POPULATIONS,
    "unknown_clusters": UNKNOWN_CLUSTERS,
    "samples": SAMPLES,
    "acquisition": ACQUISITION,
    "set_aside": SET_ASIDE,
    "quadrants": QUADRANTS,
    "contrasts": CONTRASTS,
    "marker_levels": MARKER_LEVELS,
    "discoveries": DISCOVERIES,
    "drift": DRIFT,
    "control_chart": CONTROL_CHART,
    "normalize": NORMALIZE,
    "claims_both": CLAIMS_BOTH,
    "spike_test": SPIKE_TEST,
    "gates": GATES,
    "sort_plan": SORT_PLAN,
    "gates_read": GATES_READ,
    "gate_overlap": GATE_OVERLAP,
    "gate_clusters": GATE_CLUSTERS,
    "gate_rules": GATE_RULES,
    "table1": TABLE1,
    "fractions": FRACTIONS,
    "purity": PURITY,
    "qpcr": QPCR,
    "assays": ASSAYS,
    "cfu": CFU,
    "clonogenic": CLONOGENIC,
    "differentiation": DIFFERENTIATION,
    "reference": REFERENCE,
    "unlike": UNLIKE,
}
"""``OUT/tables/<name>.csv``, in the order of the documentation."""
