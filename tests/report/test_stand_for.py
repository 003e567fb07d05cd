"""What the drawn events of a map stand for, by hand."""

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust.report._stand_for import stand_for


def cells() -> ad.AnnData:
    """Sample a: 2 cells of cluster 0, of weight 3 each, and one of cluster 1 of weight 4; b: one each, of 10 and 20."""
    obs = pd.DataFrame(
        {"sample_id": list("aaabb"), "cluster": ["0", "0", "1", "0", "1"], "weight": [3.0, 3, 4, 10, 20]},
        index=list("vwxyz"),
    )
    return ad.AnnData(np.zeros((5, 1), dtype=np.float32), obs=obs)


def test_events_of_a_cluster_in_a_sample_share_its_cells() -> None:
    assert stand_for(cells(), np.array([0, 2, 3, 4])).tolist() == [6, 4, 10, 20]
    assert stand_for(cells(), np.arange(5)).tolist() == [3, 3, 4, 10, 20]


def test_where_none_of_a_cluster_in_a_sample_is_drawn_both_margins_hold() -> None:
    """Of cluster 1 in a none: its 4 cells are stood for by those of b, and a's other cluster by as many more."""
    found = stand_for(cells(), np.array([0, 3, 4]))
    np.testing.assert_allclose(found, [10, 6, 24], rtol=1e-3)
    np.testing.assert_allclose(found[0] + found[1], 16)
    np.testing.assert_allclose(found[2], 24)


def test_a_cluster_of_which_none_is_drawn_is_nobody_s() -> None:
    assert stand_for(cells(), np.array([0, 3])).tolist() == [6, 10]


def test_without_samples_clusters_or_weights_events_share_all() -> None:
    adata = cells()
    del adata.obs["sample_id"], adata.obs["weight"]
    assert stand_for(adata, np.array([0, 2, 4])).tolist() == [3, 1, 1]
    del adata.obs["cluster"]
    assert stand_for(adata, np.array([0, 4])).tolist() == [2.5, 2.5]
