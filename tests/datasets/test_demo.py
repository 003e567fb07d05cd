"""The files in data/demo are what its README says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cytoclust import io
from cytoclust.datasets import load_truth, simulate

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


def test_it_is_small():
    sizes = [path.stat().st_size for path in DEMO.rglob("*") if path.is_file()]
    assert sum(sizes) < 8e6
    assert max(sizes) < 2e6


def test_it_is_what_the_documented_command_makes(tmp_path):
    simulate(tmp_path, n_samples=8, n_events=12_000, enrich=40, seed=0)
    assert (tmp_path / "samples.csv").read_text() == (DEMO / "samples.csv").read_text()
    for sample in ("S01", "S08"):
        new, old = (io.open_fcs(folder / "fcs" / f"{sample}.fcs").read() for folder in (tmp_path, DEMO))
        same = np.isclose(new, old, rtol=1e-4, atol=0.1).all(axis=1)  # another NumPy may round a draw otherwise
        assert same.mean() > 0.99
    pd.testing.assert_frame_equal(load_truth(tmp_path), load_truth(DEMO))


@pytest.mark.parametrize(
    ("sample", "least", "most"), [("S01", 20, 80), ("S02", 0, 0), ("S04", 100, 400), ("S07", 5, 60), ("S08", 50, 300)]
)
def test_the_story_it_tells(sample, least, most):
    counts = pd.read_csv(DEMO / "truth" / "populations.csv").set_index(["sample_id", "population"])["n_intact"]
    assert least <= counts[sample, "MSC CD146+CD271-"] <= most
    assert counts[sample, "MSC CD146+CD271+"] >= 15
