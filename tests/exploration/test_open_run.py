"""A finished run is opened with all its events, and named as it was."""

import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.exploration import Explorer, from_adata, run_desk
from cytoclust.io import read_labels
from cytoclust.params import load_config
from cytoclust.pipeline import LabelledCohort, Result
from cytoclust.rules import load

pytestmark = pytest.mark.slow
Opened = tuple[Explorer, LabelledCohort]


def test_clusters_have_the_names_of_the_run(opened: Opened, finished: Result) -> None:
    explorer, _ = opened
    table = finished.adata.uns["population"]["table"].astype(str)
    now = explorer.learnt.table
    assert now["population"].tolist() == table.loc[now.index, "population"].tolist()
    assert now["phenotype"].tolist() == table.loc[now.index, "phenotype"].tolist()
    assert (
        explorer.clusters()["n_events"].tolist()
        == finished.tables["clusters"].astype({"cluster": str}).set_index("cluster").loc[now.index, "n_events"].tolist()
    )


def test_counts_are_those_of_the_files_by_hand(opened: Opened, finished: Result) -> None:
    explorer, cohort = opened
    x, y = explorer.pairs[0]
    cuts = explorer.events.axes[explorer.events.at(x)].signal(explorer.cuts[explorer.events.at(x)])
    counted = np.zeros(4)
    for number, sample in enumerate(cohort.samples):
        adata = ct.io.read_fcs(sample.source.file.path)
        ct.pp.compensate(adata)
        ok = (read_labels(finished.out / "labels" / f"{sample.sample_id}.parquet")["qc"] == "ok").to_numpy()
        right = adata[:, x].X.ravel()[ok] >= cuts[number]
        other = explorer.events.axes[explorer.events.at(y)]
        above = adata[:, y].X.ravel()[ok] >= other.signal(explorer.cuts[explorer.events.at(y), number])
        counted += np.bincount(right + 2 * above, minlength=4)
    drawn = explorer.pair(x, y)
    assert drawn.quadrants is not None
    assert drawn.quadrants[0].tolist() == counted.tolist()


def test_events_of_the_map_are_those_of_the_sample(opened: Opened, finished: Result) -> None:
    explorer, _ = opened
    placed = np.isfinite(finished.adata.obsm["X_umap"]).all(axis=1)
    assert explorer.events.map is not None
    mine = explorer.events.values[:, explorer.events.map.rows].T
    np.testing.assert_allclose(mine, finished.adata.X[placed], rtol=1e-6)


def test_an_event_sample_has_the_cuts_of_its_run_and_counts_what_events_stand_for(finished: Result) -> None:
    adata = finished.adata
    explorer = from_adata(adata)
    weight = adata.obs["weight"][adata.obs["qc"] == "ok"].sum()
    assert explorer.totals[0] == pytest.approx(weight)
    table = adata.uns["population"]["thresholds"].query("positive == positive")
    for row in table.itertuples():
        batch = explorer.events.sheet["batch"].astype(str) == row.batch if row.batch else slice(None)
        np.testing.assert_allclose(explorer.cuts[explorer.events.at(row.marker)][batch], row.positive, rtol=1e-6)
    was = adata.uns["population"]["table"]["population"].astype(str)
    now = explorer.learnt.table["population"]
    assert now.tolist() == was[now.index].tolist()


def test_an_anndata_is_named_as_annotate_names_it_by_the_same_cut(finished: Result) -> None:
    adata = finished.adata.copy()
    del adata.obs["weight"]  # as if they were all events
    explorer = from_adata(adata)
    explorer.thresholds = {"CD45": 8_000}
    ct.tl.annotate(adata, rules="msc", thresholds=explorer.moved)
    table = adata.uns["population"]["table"]
    assert explorer.populations == table["population"].reindex(list(explorer.events.clusters)).tolist()
    assert explorer.populations != explorer.learnt.table["population"].tolist()


def test_what_is_saved_goes_to_its_folder_and_nowhere_else(opened: Opened, finished: Result, tmp_path: Path) -> None:
    explorer, cohort = opened
    desk = run_desk(explorer, cohort, tmp_path)
    x, y = explorer.pairs[0]
    corners = [[1.0, 1.0], [9.0, 1.0], [9.0, 9.0], [1.0, 9.0]]
    try:
        desk.answer({"do": "update", "selection": [{"kind": "polygon", "x": x, "y": y, "vertices": corners}]})
        for what in ("rule", "gate"):
            told = desk.answer({"do": "make", "what": what, "name": "../../up/../\0<x>", "save": True})
            assert (tmp_path / told["saved"]).resolve().parent == tmp_path / "explore"
            assert (tmp_path / told["saved"]).is_file()
        assert {path.name for path in tmp_path.iterdir()} == {"explore"}
        explorer.move_cut(x, float(explorer.cuts[explorer.events.at(x), 0]) + 0.3)
        run = shlex.split(desk.answer({"do": "make", "what": "rule", "name": "x", "save": True})["next"])
        files = [Path(word) for word in run if word.endswith((".json", ".yaml"))]
        assert [path.relative_to(tmp_path).as_posix() for path in files] == [
            "run.json", "explore/thresholds.yaml", "explore/rules.yaml",
        ]  # fmt: skip
        assert len(load(files[-1]).populations) == 2
        shutil.copy(finished.out / "run.json", files[0])
        cuts = load_config(files[:-1]).annotate.thresholds
        assert cuts == pytest.approx({**load_config(files[0]).annotate.thresholds, **explorer.moved})
        assert list(json.loads((tmp_path / "explore" / "gates.json").read_text())) == ["../../up/../\0<x>"]
        elsewhere = tmp_path / "other"
        elsewhere.mkdir()
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "explore").symlink_to(elsewhere)
        with pytest.raises(InputError, match="leads out of"):
            run_desk(explorer, cohort, tmp_path / "run").answer(
                {"do": "make", "what": "rule", "name": "x", "save": True}
            )
        assert list(elsewhere.iterdir()) == []
    finally:
        explorer.selection, explorer.thresholds = [], {}
