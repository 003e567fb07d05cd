from pathlib import Path

import anndata
import numpy as np
import pytest

from cytoclust import keys, params, pp
from cytoclust.errors import InputError
from tests.pp.cohort import cohort
from tests.pp.marrow import PANEL


def test_the_shell_says_what_the_kernels_say() -> None:
    adata = cohort(4000)
    pp.quality(adata)
    qc = adata.obs["qc"]
    assert list(qc.cat.categories) == list(keys.QC)
    for number, sample in enumerate("AB"):
        events, rows = adata.X[4000 * number : 4000 * (number + 1)], np.arange(4000)
        model = pp.fit_quality(events, rows, panel=PANEL, n_events=4000, quality=params.Quality())
        codes = pp.apply_quality(model, events, rows)
        assert np.array_equal(qc.cat.codes[4000 * number : 4000 * (number + 1)], codes)
        counts = adata.uns["quality"]["samples"][sample]["counts"]
        assert list(counts.values()) == np.bincount(codes, minlength=6).tolist()
    assert adata.uns["quality"]["params"]["viability"] == "auto"


def test_a_rerun_replaces() -> None:
    adata = cohort(2000)
    pp.quality(adata)
    pp.quality(adata, doublets=False, viability="none")
    assert not adata.obs["qc"].isin(["doublet", "dead"]).any()
    assert adata.uns["quality"]["params"]["doublets"] is False


def test_one_file_without_sample_id_and_h5ad(tmp_path: Path) -> None:
    adata = cohort(3000)[:3000].copy()
    expected = pp.quality(adata, copy=True).obs["qc"]
    assert "qc" not in adata.obs
    del adata.obs["sample_id"]
    pp.quality(adata)
    assert (adata.obs["qc"] == expected).all()
    adata.write_h5ad(tmp_path / "a.h5ad")
    assert "file" in anndata.read_h5ad(tmp_path / "a.h5ad").uns["quality"]["samples"]


def test_transformed_data_are_refused() -> None:
    adata = cohort(100, compensated=True)
    pp.arcsinh(adata)
    with pytest.raises(InputError, match=r"pp\.quality needs the linear scale"):
        pp.quality(adata)


def test_a_column_that_is_missing_is_named() -> None:
    adata = cohort(100)
    del adata.obs["event"]
    with pytest.raises(InputError, match="'event'"):
        pp.quality(adata)
    del adata.var["channel"]
    with pytest.raises(InputError, match="'channel'"):
        pp.quality(adata)
