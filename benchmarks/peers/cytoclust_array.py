"""Ours, with another salt for each seed; runs in the environment of cytoclust, from the folder of the project."""

import numpy as np
from on_array import run

from cytoclust.engine import ArraySource, assign, fit
from cytoclust.executor import Threads
from cytoclust.params import D


def cluster(events, seed):
    source = ArraySource(lambda rows: events[rows], np.arange(len(events)), D.run.chunk_events)
    executor = Threads(D.run.workers)
    found = fit(source, n_prototypes="auto", resolution="auto", executor=executor, salt=seed)
    return np.concatenate(executor.map(lambda part: assign(found.model, *part)[0], parts(events, found.prototype)))


def parts(events, prototype):
    starts = range(0, len(events), D.run.chunk_events)
    return [(events[i : i + D.run.chunk_events], prototype[i : i + D.run.chunk_events]) for i in starts]


run(cluster, ("cytoclust", "numpy"))
