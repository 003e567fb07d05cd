from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from cytoclust import pp, tl
from cytoclust.errors import CytoclustWarning, InputError, ParameterError
from tests.pp.cohort import cohort
from tests.pp.marrow import SIGNAL_TYPES


def test_cofactors_come_from_events_that_passed() -> None:
    adata = cohort(3000, compensated=True)
    pp.quality(adata)
    before = adata.X.copy()
    pp.arcsinh(adata)
    ok = (adata.obs["qc"] == "ok").to_numpy()
    cofactors = pp.estimate_cofactors(before[ok], SIGNAL_TYPES)
    assert np.array_equal(adata.X, pp.arcsinh_transform(before, cofactors))
    assert np.array_equal(adata.X[:, :6], before[:, :6])
    table = adata.uns["transform"]["channels"]
    assert list(table.index) == ["CD45", "CD90", "CD105", "Live/Dead"]
    assert np.array_equal(table["cofactor"], cofactors[6:])


def test_given_cofactors() -> None:
    adata = cohort(200, compensated=True)
    before = adata.X.copy()
    pp.arcsinh(adata, cofactor=150)
    np.testing.assert_allclose(adata.X[:, 6:], np.arcsinh(before[:, 6:].astype(float) / 150), rtol=1e-6, atol=1e-7)
    other = cohort(200, compensated=True)
    pp.arcsinh(other, cofactor={"Live/Dead": 77.0})
    assert other.uns["transform"]["channels"].loc["Live/Dead", "cofactor"] == 77.0
    with pytest.raises(InputError, match="Did you mean 'CD45'"):
        pp.arcsinh(cohort(200, compensated=True), cofactor={"CD54": 5.0})
    with pytest.raises(ParameterError, match=r"transform\.cofactor"):
        pp.arcsinh(cohort(200, compensated=True), cofactor=-1)


def test_twice_is_refused_also_after_h5ad(tmp_path: Path) -> None:
    adata = cohort(200, compensated=True)
    pp.arcsinh(adata, cofactor={"Live/Dead": 77.0})
    with pytest.raises(InputError, match="transformed already"):
        pp.arcsinh(adata)
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = anndata.read_h5ad(tmp_path / "a.h5ad")
    with pytest.raises(InputError, match="transformed already"):
        pp.logicle(back)


def test_copy_leaves_the_original() -> None:
    adata = cohort(200, compensated=True)
    before = adata.X.copy()
    copied = pp.arcsinh(adata, copy=True)
    assert np.array_equal(adata.X, before)
    assert "transform" in copied.uns
    assert "transform" not in adata.uns


def test_a_matrix_that_was_not_applied_is_told() -> None:
    with pytest.warns(CytoclustWarning, match=r"of A and 1 more was not applied: run ct\.pp\.compensate first"):
        pp.arcsinh(cohort(200))
    one = cohort(200)
    del one.obs["sample_id"]
    one.uns["meta"] = one.uns["meta"]["A"]
    with pytest.warns(CytoclustWarning, match=r"the file's spillover matrix was not applied"):
        pp.logicle(one)
    identity = cohort(200)
    for meta in identity.uns["meta"].values():
        meta["spill"] = pd.DataFrame(np.eye(3), index=meta["spill"].index, columns=meta["spill"].columns)
    pp.arcsinh(identity)
    for step in (pp.arcsinh, pp.logicle):
        adata = cohort(200)
        pp.compensate(adata)
        step(adata)


def test_clusters_found_before_are_told() -> None:
    adata = cohort(200, compensated=True)
    with pytest.warns(CytoclustWarning, match=r"linear scale .* run ct\.pp\.arcsinh first"):
        tl.cluster(adata, n_prototypes=16)
    with pytest.warns(CytoclustWarning, match=r"obs\['cluster'\] were found before pp\.arcsinh"):
        pp.arcsinh(adata)
    tl.cluster(adata, n_prototypes=16)
