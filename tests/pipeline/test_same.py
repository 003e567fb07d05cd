"""The same labels to the bit, whoever asks, however the work is cut."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import cli
from tests.pipeline.made import QUICK, labels

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]

ROOT = Path(__file__).resolve().parents[2]


def same_labels(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for sample, found in one.items():
        pd.testing.assert_frame_equal(found, other[sample], check_exact=True)


def same_output(one: Path, other: Path) -> None:
    same_labels(labels(one), labels(other))
    for path in sorted((one / "tables").iterdir()):
        assert path.read_bytes() == (other / "tables" / path.name).read_bytes()


def of_adata(adata) -> dict[str, pd.DataFrame]:
    """Labels as the contract has them, from the columns that the step-by-step way writes."""
    obs = adata.obs
    table = pd.DataFrame(
        {
            "event": obs["event"].to_numpy(dtype="int64"),
            "qc": obs["qc"].to_numpy(),
            "cluster": obs["cluster"].astype(object).fillna("-1").astype("int32").to_numpy(),
            "population": obs["population"].astype(str).to_numpy(),
            "probability": obs["probability"].to_numpy(),
        }
    )
    table["qc"] = pd.Categorical(table["qc"], categories=["ok", "margin", "time", "debris", "doublet", "dead"])
    groups = table.groupby(obs["sample_id"].astype(str).to_numpy())
    return {sample: part.reset_index(drop=True) for sample, part in groups}


def plain(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {sample: table.assign(population=table["population"].astype(str)) for sample, table in found.items()}


@pytest.mark.parametrize(("workers", "chunk"), [(2, 700), (1, 1_000_000), (2, 137)])
def test_for_any_number_of_workers_and_chunk_size(quick, small, tmp_path, workers, chunk):
    settings = QUICK | {"run.chunk_events": chunk}
    ct.run(small / "samples.csv", out=tmp_path, rules="msc", settings=settings, workers=workers)
    same_output(quick, tmp_path)


def test_step_by_step(finished, cohort):
    adata = ct.io.read_samples(cohort / "samples.csv")
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, resolution="auto", key_added="cluster", rng=7, n_redraws=0)
    ct.tl.annotate(adata, rules="msc")
    same_labels(of_adata(adata), plain(labels(finished.out)))
    sample = finished.adata
    assert (adata[sample.obs_names].X == sample.X).all()
    pd.testing.assert_frame_equal(adata.uns["thresholds"], sample.uns["thresholds"])


def test_from_the_command_line_in_another_process(quick, small, tmp_path):
    options = ["--rules", "msc", "--quiet", "--set", "embed.enabled=false", "--set", "cluster.n_prototypes=150"]
    options += ["--set", "cluster.n_redraws=1"]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.pipeline.made import undrawn\n"
    code += "from cytoclust.cli import main\nwith undrawn():\n    main()"
    command = [sys.executable, "-c", code, "run", str(small / "samples.csv"), "-o", str(tmp_path / "OUT"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    same_output(quick, tmp_path / "OUT")
    assert done.stderr == ""


def test_from_a_config_file(quick, small, tmp_path, monkeypatch):
    (tmp_path / "c.yaml").write_text("embed:\n  enabled: false\ncluster:\n  n_prototypes: 150\n  n_redraws: 1\n")
    arguments = ["run", small / "samples.csv", "-o", tmp_path / "OUT", "--rules", "msc"]
    arguments += ["--config", tmp_path / "c.yaml"]
    monkeypatch.setattr(sys, "argv", ["cytoclust", *map(str, arguments)])
    cli.main()
    same_output(quick, tmp_path / "OUT")


@pytest.mark.parametrize("method", ["knn", "logicle"])
def test_of_the_other_methods(small, tmp_path, method):
    key = "cluster.method" if method == "knn" else "transform.method"
    for name, chunk, workers in (("a", 32_768, 2), ("b", 333, 1)):
        settings = QUICK | {key: method, "run.chunk_events": chunk}
        ct.run(small / "fcs" / "S01.fcs", out=tmp_path / name, rules="msc", settings=settings, workers=workers)
    same_output(tmp_path / "a", tmp_path / "b")
    adata = ct.io.read_samples(small / "fcs" / "S01.fcs")
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    (ct.pp.logicle if method == "logicle" else ct.pp.arcsinh)(adata)
    ct.tl.cluster(adata, method="knn" if method == "knn" else "prototypes", n_prototypes=150, n_redraws=1, rng=0)
    ct.tl.annotate(adata, rules="msc")
    same_labels(of_adata(adata), plain(labels(tmp_path / "a")))


def test_samples_in_another_order_and_another_seed(quick, small, tmp_path):
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    table.iloc[::-1].to_csv(tmp_path / "turned.csv", index=False)
    result = ct.run(tmp_path / "turned.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK, seed=1)
    assert list(dict.fromkeys(each["sample_id"] for each in result.record["events"])) == ["S03", "S02", "S01"]
    same_labels(plain(labels(quick)), plain(labels(tmp_path / "OUT")))
