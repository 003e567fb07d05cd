"""Clusters of one name say in what they differ."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.report._gather import gather
from cytoclust.report._same_name import same_name


@pytest.fixture
def adata() -> ad.AnnData:
    """Two clusters of one name that differ by exactly two SD in B (and 1.5 in A), one alone, two without a name."""
    shape = np.array([-1.0, 1.0] * 50)  # SD 1
    centres = {"0": (0.0, 5.0), "1": (3.0, 4.0), "2": (9.0, 9.0), "3": (0.0, 0.0), "4": (8.0, 0.0)}
    width = np.array([2.0, 0.5])
    X = np.concatenate([np.array(at) + shape[:, None] * width for at in centres.values()])
    obs = pd.DataFrame({keys.CLUSTER: np.repeat(list(centres), len(shape)), keys.SAMPLE: "S"})
    obs[keys.POPULATION] = obs[keys.CLUSTER].map({"0": "T", "1": "T", "2": "B", "3": "unknown", "4": "unknown"})
    return ad.AnnData(
        X.astype(np.float32), obs=obs.set_index(obs.index.astype(str)), var=pd.DataFrame(index=["A", "B"])
    )


def test_the_marker_that_parts_them_most_is_told_in_sd(adata) -> None:
    clusters = pd.DataFrame(
        {keys.CLUSTER: list("01234"), keys.POPULATION: ["T", "T", "B", "unknown", "unknown"],
         keys.N_EVENTS: [900, 100, 50, 40, 30], "A": [0.0, 3.0, 9.0, 0.0, 8.0], "B": [5.0, 4.0, 9.0, 0.0, 0.0]}
    )  # fmt: skip
    inputs = gather(adata, {"clusters": clusters}, None)
    assert same_name(inputs) == {"0": "B 2.0 SD higher than cluster 1", "1": "B 2.0 SD lower than cluster 0"}
