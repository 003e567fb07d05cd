"""The files in data/demo are what its README says."""

from pathlib import Path

import numpy as np
import pandas as pd

from cytoclust import io
from cytoclust.datasets import demo_design, load_truth, simulate

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


def test_it_is_small():
    sizes = [path.stat().st_size for path in DEMO.rglob("*") if path.is_file()]
    assert sum(sizes) < 8.5e6
    assert max(sizes) < 2e6


def test_it_is_what_the_documented_command_makes(tmp_path):
    simulate(tmp_path, design=demo_design(), enrich=40, seed=0)
    assert (tmp_path / "samples.csv").read_text() == (DEMO / "samples.csv").read_text()
    for sample in ("S01", "S20"):
        new, old = (io.open_fcs(folder / "fcs" / f"{sample}.fcs").read() for folder in (tmp_path, DEMO))
        same = np.isclose(new, old, rtol=1e-4, atol=0.1).all(axis=1)  # another NumPy may round a draw otherwise
        assert same.mean() > 0.99
    pd.testing.assert_frame_equal(load_truth(tmp_path), load_truth(DEMO))


def test_the_story_it_tells():
    counts = pd.read_csv(DEMO / "truth" / "populations.csv").set_index(["sample_id", "population"])["n_intact"]
    sheet = pd.read_csv(DEMO / "samples.csv", index_col="sample_id")
    mine = counts.xs("MSC CD146+CD271-", level="population")
    ill = sheet["group"] == "metastatic"
    assert (mine[~ill] == 0).all()
    assert mine[ill & (sheet["timepoint"] == "diagnosis")].between(15, 150).all()
    assert mine[sheet["timepoint"] == "therapy"].between(3, 30).all()
    assert mine[sheet["timepoint"] == "relapse"].between(30, 150).all()
    assert (counts.xs("MSC CD146+CD271+", level="population") >= 8).all()
    first = sheet[sheet["timepoint"] == "diagnosis"]
    assert first["group"].value_counts().to_dict() == {"metastatic": 6, "control": 4, "localised": 4}
    assert (first.groupby("batch")["group"].nunique() == 3).all()
