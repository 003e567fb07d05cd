"""FlowSOM's batch estimator on an array; see ``flowsom_array.py``."""

from functools import partial

from flowsom.models import BatchFlowSOMEstimator
from flowsom_array import cluster
from on_array import run

run(partial(cluster, estimator=BatchFlowSOMEstimator), ("flowsom", "numpy", "numba", "scikit-learn"))
