from pathlib import Path

import anndata
import numpy as np
import pytest

from cytoclust import pp
from cytoclust.errors import CytoclustWarning, InputError, ParameterError
from tests.pp.cohort import SPILL, cohort

DYES = [6, 7, 8]


def test_each_sample_has_its_own_matrix() -> None:
    adata = cohort(500)
    before = adata.X.copy()
    assert pp.compensate(adata) is None
    np.testing.assert_allclose(adata.X[:500, DYES] @ SPILL.to_numpy(), before[:500, DYES], rtol=1e-4, atol=0.05)
    np.testing.assert_allclose(adata.X[500:, DYES] @ SPILL.T.to_numpy(), before[500:, DYES], rtol=1e-4, atol=0.05)
    others = [i for i in range(adata.n_vars) if i not in DYES]
    assert np.array_equal(adata.X[:, others], before[:, others])
    assert adata.uns["compensate"]["params"] == {"enabled": True, "matrix": "file"}


def test_twice_is_refused() -> None:
    adata = cohort(50)
    pp.compensate(adata)
    with pytest.raises(InputError, match="compensated already"):
        pp.compensate(adata)
    other = cohort(50)
    other.uns["transform"] = {}
    with pytest.raises(InputError, match="needs the linear scale"):
        pp.compensate(other)


def test_copy_and_view() -> None:
    adata = cohort(50)
    before = adata.X.copy()
    copied = pp.compensate(adata, copy=True)
    assert np.array_equal(adata.X, before)
    assert "compensate" not in adata.uns
    view = adata[:50]
    pp.compensate(view)
    assert np.array_equal(view.X, copied.X[:50])


def test_a_file_of_a_matrix_may_name_markers(tmp_path: Path) -> None:
    adata = cohort(100)
    expected = pp.solve_spillover(adata.X, pp.embed_spillover(_spillover(), list(adata.var["channel"])))
    SPILL.rename(index={"PE-A": "CD90"}, columns={"PE-A": "CD90"}).to_csv(tmp_path / "m.csv")
    pp.compensate(adata, matrix=str(tmp_path / "m.csv"))
    assert np.array_equal(adata.X, expected)


def _spillover():
    from cytoclust.io import Spillover

    return Spillover(tuple(SPILL.index), SPILL.to_numpy(), "test")


def test_a_sample_without_a_matrix_is_left_and_said() -> None:
    adata = cohort(50)
    del adata.uns["meta"]["B"]["spill"]
    before = adata.X.copy()
    with pytest.warns(CytoclustWarning, match="B: no spillover matrix"):
        pp.compensate(adata)
    assert np.array_equal(adata.X[50:], before[50:])
    assert not np.array_equal(adata.X[:50], before[:50])


def test_a_sample_whose_marker_is_on_another_channel() -> None:
    adata, plain = cohort(50), cohort(50)
    swap = {"FITC-A": "PE-A", "PE-A": "FITC-A"}
    adata.uns["meta"]["B"] |= {"$P1N": "FITC-A", "$P1S": "CD90", "$P2N": "PE-A", "$P2S": "CD45"}
    adata.uns["meta"]["B"]["spill"] = SPILL.T.rename(index=swap, columns=swap)
    pp.compensate(adata)
    pp.compensate(plain)
    assert np.array_equal(adata.X, plain.X)


def test_a_bad_matrix_is_refused() -> None:
    adata = cohort(50)
    adata.uns["meta"]["A"]["spill"] = SPILL * 0 + 1
    with pytest.raises(InputError, match="condition number"):
        pp.compensate(adata)
    missing = cohort(50)[:, [0, 1, 6, 7]].copy()
    with pytest.raises(InputError, match="names APC-A"):
        pp.compensate(missing)
    with pytest.raises(ParameterError):
        pp.compensate(cohort(50), matrix=None)


def test_h5ad_round_trip(tmp_path: Path) -> None:
    adata = cohort(50)
    pp.compensate(adata)
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = anndata.read_h5ad(tmp_path / "a.h5ad")
    assert np.array_equal(back.X, adata.X)
    with pytest.raises(InputError, match="compensated already"):
        pp.compensate(back)
