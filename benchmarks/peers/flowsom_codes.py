"""Codes of a FlowSOM map of 10 × 10: ``flowsom_codes.py EVENTS CODES``."""

import sys

import numpy as np
from flowsom.models import FlowSOMEstimator

if __name__ == "__main__":
    model = FlowSOMEstimator(xdim=10, ydim=10, n_clusters=30, seed=0)
    model.fit(np.load(sys.argv[1]).astype(np.float64))
    np.save(sys.argv[2], model.codes)
