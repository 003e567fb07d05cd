import anndata
import numpy as np
import pytest

from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.io import read_samples, write_fcs
from tests.io.make import stained


@pytest.fixture
def cohort(tmp_path):
    write_fcs(tmp_path / "a.fcs", np.arange(20).reshape(5, 4), stained("CD45", "CD34"))
    write_fcs(tmp_path / "b.fcs", np.arange(100, 112).reshape(3, 4), stained("CD34", "CD45"))
    rows = ["sample_id,path,patient_id,group", "s10,a.fcs,p2,", "s9,b.fcs,p1,tumour"]
    (tmp_path / "samples.csv").write_text("\n".join(rows))
    return tmp_path


def test_a_sheet(cohort, tmp_path):
    with pytest.warns(CytoclustWarning, match="CD45 is on different channels"):
        adata = read_samples(cohort / "samples.csv")
    assert list(adata.var_names) == ["FSC-A", "SSC-A", "CD45", "CD34"]
    assert adata.X[5:, 2].tolist() == [103, 107, 111]
    assert list(adata.obs.columns) == ["sample_id", "patient_id", "group", "event"]
    assert list(adata.obs["sample_id"].cat.categories) == ["s9", "s10"]
    assert list(adata.obs["sample_id"]) == ["s10"] * 5 + ["s9"] * 3
    assert adata.obs["group"].isna().sum() == 5
    assert list(adata.obs["event"]) == [0, 1, 2, 3, 4, 0, 1, 2]
    assert adata.obs_names[5] == "s9:0"
    assert adata.uns["meta"]["s9"]["$TOT"] == "3"
    adata.write_h5ad(tmp_path / "a.h5ad")
    assert anndata.read_h5ad(tmp_path / "a.h5ad").shape == (8, 4)


def test_files_have_no_other_columns(cohort):
    adata = read_samples([cohort / "a.fcs"])
    assert list(adata.obs.columns) == ["sample_id", "event"]
    assert set(adata.obs["sample_id"]) == {"a"}


def test_a_file_that_lacks_a_marker(cohort):
    write_fcs(cohort / "b.fcs", np.zeros((2, 3)), stained("CD34"))
    with pytest.raises(InputError, match=r"b\.fcs has no marker CD45"):
        read_samples(cohort)
