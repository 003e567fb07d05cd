"""What quality control left of junk is known by what it set aside."""

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.datasets import simulate


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_leftovers_are_junk_and_nothing_else(tmp_path):
    simulate(tmp_path / "sim", n_samples=3, n_events=50_000, seed=12)
    sheet, settings = tmp_path / "sim" / "samples.csv", {"embed.enabled": False, "cluster.n_redraws": 0}
    clusters = ct.run(sheet, out=tmp_path / "out", rules="msc", settings=settings).tables["clusters"]
    labels, truth = (
        pd.concat([pd.read_parquet(tmp_path / folder / f"S0{i}.parquet") for i in (1, 2, 3)])
        for folder in ("out/labels", "sim/truth")
    )
    ok = labels["cluster"].to_numpy() >= 0
    intact = pd.Series((truth["state"] == "intact").to_numpy()[ok]).groupby(labels["cluster"].to_numpy()[ok]).mean()
    left = clusters.set_index("cluster")["leftover"]
    junk = left.isin(["dead", "debris"])
    assert junk.any()
    events = clusters.set_index("cluster")["n_events"]
    found = left[junk].index
    assert (intact[found][events[found] >= 100] < 0.5).all()  # of a few dozen events a share errs by a tenth
    assert (intact[found] * events[found]).sum() < 0.2 * events[found].sum()
    assert (left[intact[intact > 0.9].index] == "").all()
    assert set(clusters["population"][junk.to_numpy()]) == {"unknown"}
