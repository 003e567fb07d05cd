"""Samples in another order, and events of each in another order, are the same data."""

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.pp import _event_lots

TABLES = ("clusters", "cluster_counts", "populations", "set_aside", "cluster_medians", "samples", "discoveries")


def worked_up(adata):
    """Compensated, judged, transformed, clustered, named and counted."""
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, n_redraws=1)
    ct.tl.annotate(adata, rules="msc")
    ct.tl.count(adata)
    return adata


def turned_round(adata):
    """The samples from the last to the first, and the events of each shuffled."""
    rng = np.random.default_rng(8)
    samples = adata.obs["sample_id"].astype(str).to_numpy()
    rows = [rng.permutation(np.flatnonzero(samples == name)) for name in reversed(list(dict.fromkeys(samples)))]
    return adata[np.concatenate(rows)].copy()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::cytoclust.errors.CytoclustWarning")
def test_shuffled_events_of_reversed_samples_get_the_same_labels(small, monkeypatch):
    monkeypatch.setattr(_event_lots, "FIT_EVENTS", 1500)  # of 2500 in a file
    first = ct.io.read_samples(small / "samples.csv")
    first.X[:, 5] = np.round(first.X[:, 5] / 100) * 100  # so that equal values are spread
    second = turned_round(first)
    second.obs["event"] = (
        second.obs.groupby("sample_id", observed=True).cumcount().to_numpy()
    )  # as a file would have it
    one, other = worked_up(first), worked_up(second)
    columns = ["qc", "cluster", "probability", "population"]
    pd.testing.assert_frame_equal(one.obs[columns], other.obs.loc[one.obs_names, columns], check_exact=True)
    assert one.obs["cluster"].nunique() > 5
    pd.testing.assert_frame_equal(one.uns["thresholds"], other.uns["thresholds"], check_exact=True)
    for name in TABLES:
        mine, its = (each.uns["tables"][name] for each in (one, other))
        by = [
            column for column in mine if mine[column].dtype == object or mine[column].dtype.name in ("str", "category")
        ]
        mine, its = (each.sort_values(by).reset_index(drop=True) for each in (mine, its))
        pd.testing.assert_frame_equal(mine, its, check_exact=True, check_like=True, obj=name)
