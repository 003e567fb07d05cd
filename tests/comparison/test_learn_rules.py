"""Rules from gates whose edges are known."""

import json
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import yaml

from cytoclust import rules
from cytoclust.comparison import learn_rules
from cytoclust.errors import InputError
from cytoclust.params import load_config

pytestmark = pytest.mark.slow


@pytest.fixture
def gates(run: Path, tmp_path: Path) -> Path:
    """Labels by a cut on CD45 at 1.5 of the run's scale, and among its negatives on CD105 at 2: a column each."""
    adata = ad.read_h5ad(run / "cohort.h5ad")
    low = np.asarray(adata[:, "CD45"].X).ravel() < 1.5
    high = np.asarray(adata[:, "CD105"].X).ravel() >= 2
    table = pd.DataFrame({"sample_id": adata.obs["sample_id"], "event": adata.obs["event"]})
    table["negative"], table["CD105 of negatives"] = low.astype(int), (low & high).astype(int)
    table.to_csv(tmp_path / "gates.csv", index=False)
    return tmp_path / "gates.csv"


def test_cuts_and_signs_come_back_and_the_file_is_one_of_rules(run: Path, gates: Path, tmp_path: Path) -> None:
    found = learn_rules(gates, run, tmp_path / "learned.yaml")
    assert found.cuts["CD45"] == pytest.approx(1.5, abs=0.15)
    told = found.table.set_index("gate")
    assert told.loc["negative", "rule"] == "CD45-"
    assert set(told.loc["CD105 of negatives", "rule"].split()) == {"CD45-", "CD105+"}
    assert found.cuts["CD105"] == pytest.approx(2, abs=0.3)
    assert (told["f1"] > 0.9).all()
    loaded = rules.load(found.rules)
    assert {each.name for each in loaded.populations} == {"negative", "CD105 of negatives"}
    config = load_config(found.config, ())
    assert config.annotate.thresholds == pytest.approx(found.cuts, abs=1e-3)
    cofactor = config.transform.cofactor
    assert isinstance(cofactor, dict)
    scale = ad.read_h5ad(run / "cohort.h5ad").uns["transform"]["channels"]["cofactor"]
    assert {name: scale[name] for name in cofactor} == pytest.approx(cofactor)


def test_one_patient_leaves_nobody_to_judge(run: Path, gates: Path, tmp_path: Path) -> None:
    record = json.loads((run / "run.json").read_text())
    for each in record["inputs"]:
        each["patient_id"] = "P"
    (run / "run.json").write_text(json.dumps(record))
    found = learn_rules(gates, run, tmp_path / "learned.yaml")
    assert found.table["f1"].isna().all()
    assert "nobody is left to judge it" in repr(found)


def test_gates_that_no_marker_tells_are_refused_and_nothing_is_written(run: Path, gates: Path, tmp_path: Path) -> None:
    table = pd.read_csv(gates)
    chance = np.random.default_rng(1).integers(0, 2, len(table))
    table[["sample_id", "event"]].assign(chance=chance).to_csv(gates, index=False)
    with pytest.raises(InputError, match="no gate is told from the rest by a marker"):
        learn_rules(gates, run, tmp_path / "learned.yaml")
    assert not (tmp_path / "learned.yaml").exists()


def test_what_is_written_says_how_it_does(run: Path, gates: Path, tmp_path: Path) -> None:
    found = learn_rules(gates, run, tmp_path / "learned.yaml")
    written = yaml.safe_load(found.rules.read_text(encoding="utf-8"))["populations"]
    judged = found.table.set_index("gate")["f1"]
    for name, entry in written.items():
        assert f"F1 {judged[name]:.3f}" in entry["note"]
