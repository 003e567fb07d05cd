"""Real files, each alone: the files of the contract, and one label an event."""

import pandas as pd
import pytest

import cytoclust as ct
from tests.pipeline.made import labels

pytestmark = pytest.mark.slow

FILES = {  # with the number of prototypes: few for the large files, where time is all that more would change
    "fcs/fcsparser__facs_diva_test.fcs": 300,
    "fcs/flowio__100715.fcs": 300,
    "labelled/ff.fcs": "auto",
}


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize(("name", "prototypes"), FILES.items())
def test_a_real_file_alone(shared_data, tmp_path, name, prototypes):
    path = shared_data / name
    settings = {"embed.enabled": False, "cluster.n_prototypes": prototypes, "cluster.n_redraws": 0}
    result = ct.run(path, out=tmp_path, rules="bone_marrow", settings=settings)
    n = ct.io.open_fcs(path).n_events
    found = labels(tmp_path)[path.stem]
    assert found["event"].tolist() == list(range(n))
    assert ((found["cluster"] == -1) == (found["qc"] != "ok")).all()
    assert (found["qc"] == "ok").mean() > 0.3
    clusters = pd.read_csv(tmp_path / "tables" / "clusters.csv")
    assert clusters["n_events"].sum() == (found["qc"] == "ok").sum()
    assert len(clusters) >= 2
    for part in ("report.html", "cohort.h5ad", "run.json", "tables/populations.csv", "tables/contrasts.csv"):
        assert (tmp_path / part).stat().st_size > 0
    assert result.record["inputs"][0]["n_events"] == n
