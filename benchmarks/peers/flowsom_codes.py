"""Codes of a FlowSOM map and the metacluster of each: ``flowsom_codes.py EVENTS CODES METACLUSTERS SIDE NUMBER``."""

import sys

import numpy as np
from flowsom.models import FlowSOMEstimator

if __name__ == "__main__":
    events, codes, metaclusters, side, number = sys.argv[1:]
    model = FlowSOMEstimator(xdim=int(side), ydim=int(side), n_clusters=int(number), seed=0)
    model.fit(np.load(events).astype(np.float64))
    np.save(codes, model.codes)
    np.save(metaclusters, model._y_codes)
