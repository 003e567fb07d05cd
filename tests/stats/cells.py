"""Clusters of cells on an arcsinh scale, for tests of what may be mistaken for a population."""

import numpy as np
import pandas as pd

from cytoclust.positivity import Profile


def profile_of(groups):
    """Of groups of events, each a cluster."""
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    markers = [f"m{number}" for number in range(groups[0].shape[1])]
    return Profile.from_events(np.concatenate(groups), labels, [str(i) for i in range(len(groups))], markers)


def table(rows):
    """Samples × clusters."""
    rows = np.asarray(rows)
    samples = pd.Index([f"S{number}" for number in range(len(rows))], name="sample_id")
    return pd.DataFrame(rows, index=samples, columns=[str(number) for number in range(rows.shape[1])])


def stuck(first, second):
    """The signals of doublets."""
    return np.arcsinh(np.sinh(first) + np.sinh(second))
