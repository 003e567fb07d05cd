import numpy as np
import pytest

import cytoclust as ct
from cytoclust.datasets._cohort import plan_cohort, stream
from cytoclust.datasets._design import default_design
from cytoclust.datasets._instrument import spillover
from cytoclust.datasets._simulate_sample import simulate_sample


@pytest.fixture(scope="module")
def adata():
    return ct.datasets.bone_marrow(n_samples=2, n_events=2000, rng=5)


def test_it_is_what_the_kernel_drew(adata):
    spec, number = plan_cohort(default_design(2, 2000), 5, 40.0)[1]
    events, truth = simulate_sample(spec, stream(5, "events", number))
    own = adata[(adata.obs["sample_id"] == "S02").to_numpy()]
    np.testing.assert_array_equal(own.X[:, :-1], events[:, :-1])
    assert list(own.obs["kind"]) == list(truth["kind"])
    assert list(own.obs["state"]) == list(truth["state"])
    np.testing.assert_array_equal(own.obs["event"], np.arange(2000))


def test_it_carries_the_panel_and_spillover(adata):
    assert {"CD45", "CD271", "GD2", "Viability", "FSC-A", "Time"} <= set(adata.var_names)
    assert list(adata.var) == ["channel", "marker", "signal_type", "role"]
    spec = plan_cohort(default_design(2, 2000), 5, 40.0)[0][0]
    np.testing.assert_array_equal(adata.uns["meta"]["S01"]["spill"].to_numpy(), spillover(spec.gains))


def test_a_generator_is_a_seed_too():
    first = ct.datasets.bone_marrow(n_samples=1, n_events=200, rng=np.random.default_rng(1))
    again = ct.datasets.bone_marrow(n_samples=1, n_events=200, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(first.X, again.X)


def test_it_survives_h5ad(adata, tmp_path):
    import anndata

    adata.write_h5ad(tmp_path / "marrow.h5ad")
    back = anndata.read_h5ad(tmp_path / "marrow.h5ad")
    np.testing.assert_array_equal(back.X, adata.X)
    assert list(back.obs["state"]) == list(adata.obs["state"])
