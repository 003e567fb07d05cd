from dataclasses import replace

import anndata
import numpy as np
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.io import Channel, Spillover, open_fcs, read_fcs, write_fcs
from cytoclust.io._anndata import metadata
from tests.io.make import stained

CHANNELS = [*stained("CD45 FITC", "CD34"), Channel("488/552 X-A"), Channel("Time", signal_type="time")]


@pytest.fixture
def path(tmp_path):
    events = np.arange(60, dtype=np.float32).reshape(10, 6)
    spill = Spillover(("D1-A", "488/552 X-A"), np.array([[1, 0.25], [0, 1]]))
    write_fcs(tmp_path / "a.fcs", events, CHANNELS, spill=spill, text={"$CYT": "made", "GATE/1": "x"})
    return tmp_path / "a.fcs"


def test_slots(path):
    adata = read_fcs(path)
    assert (np.arange(60).reshape(10, 6) == adata.X).all()
    assert adata.X.dtype == np.float32
    assert list(adata.var_names) == ["FSC-A", "SSC-A", "CD45", "CD34", "488/552 X-A", "Time"]
    assert list(adata.var["channel"]) == ["FSC-A", "SSC-A", "D1-A", "D2-A", "488/552 X-A", "Time"]
    assert list(adata.var["marker"]) == ["", "", "CD45", "CD34", "", ""]
    assert list(adata.var["signal_type"]) == ["scatter"] * 2 + ["fluorescence"] * 3 + ["time"]
    assert list(adata.obs["event"]) == list(range(10))
    assert adata.obs["event"].dtype == np.int64
    assert list(adata.obs_names) == [str(i) for i in range(10)]
    assert adata.uns["meta"]["$CYT"] == "made"
    assert adata.uns["meta"]["spill"].loc["D1-A"].tolist() == [1, 0.25]
    assert ct.io.read_fcs is read_fcs


def test_survives_h5ad(path, tmp_path):
    adata = read_fcs(path)
    adata.write_h5ad(tmp_path / "a.h5ad")
    again = anndata.read_h5ad(tmp_path / "a.h5ad")
    assert (again.X == adata.X).all()
    assert (again.uns["meta"]["spill"] == adata.uns["meta"]["spill"]).all(axis=None)
    assert again.uns["meta"]["$TOT"] == "10"
    assert list(again.var["marker"]) == list(adata.var["marker"])


def test_not_fcs(tmp_path):
    (tmp_path / "a.fcs").write_text("no")
    with pytest.raises(InputError, match=r"a\.fcs is not a whole FCS file"):
        read_fcs(tmp_path / "a.fcs")


def test_keywords_that_get_one_name_are_all_kept(tmp_path):
    write_fcs(tmp_path / "a.fcs", np.zeros((3, 1)), [Channel("FSC-A")])
    file = open_fcs(tmp_path / "a.fcs")
    meta = metadata(replace(file, text={"A/B": "1", "A_B": "2", "C": "3"}))
    assert meta == {"A_B": "2", "A_B (2)": "1", "C": "3"}  # what is called so keeps its name
