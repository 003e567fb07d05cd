"""OpenFlo's FlowSOM on an array, with its defaults: 20 metaclusters, map trained on 50,000 events."""

import pandas as pd
from on_array import run
from openflo.pipeline import FlowSample


def cluster(events, seed):
    channels = [f"M{column}-A" for column in range(events.shape[1])]
    sample = FlowSample.from_dataframe(pd.DataFrame(events, columns=channels))
    sample.run_flowsom(channels=channels, seed=seed)
    return sample.data["flowsom_meta"].to_numpy()


run(cluster, ("openflo", "numpy", "numba", "scikit-learn"))
