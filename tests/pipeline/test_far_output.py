"""A run whose sheet, files and output folder are in object storage."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.pipeline._output import Output
from cytoclust.pipeline.export._zarr import export_zarr
from tests.pipeline.made import QUICK
from tests.pipeline.test_same import same_output
from tests.s3 import server, upload

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def download(url: str, folder: Path) -> Path:
    import s3fs

    system, start = s3fs.S3FileSystem(), url.removeprefix("s3://")
    for key in system.find(start):
        path = folder / key.removeprefix(f"{start}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(key, str(path))
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_the_same_labels_from_a_server_that_fails_every_tenth_request(quick, small, tmp_path, monkeypatch):
    with server(monkeypatch) as application:
        import s3fs

        url = upload(small)
        for stale in ("labels/gone.parquet", "validation.json", "notes.txt"):
            s3fs.S3FileSystem().pipe_file(f"cohort/runs/one/{stale}", b"of an earlier run")
        application.every = 10
        result = ct.run(f"{url}/samples.csv", out=f"{url}/runs/one", rules="msc", settings=QUICK)
        assert application.failed > 5
        application.every = 0
        out = download(f"{url}/runs/one", tmp_path / "OUT")
        assert pd.read_parquet(f"{url}/runs/one/labels/S01.parquet").equals(
            pd.read_parquet(quick / "labels" / "S01.parquet")
        )
    same_output(quick, out)
    assert str(result.out) == "s3://cohort/runs/one"
    assert result.record["inputs"][0]["path"] == "s3://cohort/fcs/S01.fcs"
    assert not (out / "validation.json").exists()
    assert (out / "notes.txt").exists()  # it is not ours
    assert all(b"verysecret" not in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_a_bucket_that_is_not_there_is_told_before_the_work(cohort, monkeypatch):
    with server(monkeypatch), pytest.raises(InputError, match=r"^s3://other/OUT cannot be written to: "):
        ct.run(cohort / "samples.csv", out="s3://other/OUT")


@pytest.mark.filterwarnings("ignore:.*zarr")
def test_the_event_sample_as_zarr_is_replaced_whole_and_goes_with_its_run(finished, tmp_path):
    import anndata

    adata = finished.adata.copy()
    adata.uns = {"n": 1}  # each entry is a file
    for _ in range(2):
        with Output(tmp_path, ["cohort.zarr"]) as output:
            export_zarr(SimpleNamespace(output=output), adata=adata)
        (tmp_path / "cohort.zarr" / "stray").touch()
    read = anndata.read_zarr(tmp_path / "cohort.zarr")
    assert np.array_equal(read.X, finished.adata.X)
    pd.testing.assert_frame_equal(read.obs, finished.adata.obs)
    with Output(tmp_path, []):
        pass
    assert not (tmp_path / "cohort.zarr").exists()


def test_labels_are_one_dataset(finished):
    """What readers of Parquet find by ``labels/*.parquet``."""
    import pyarrow.dataset

    folder = finished.out / "labels"
    table = pyarrow.dataset.dataset(folder, format="parquet").to_table()
    assert table.num_rows == sum(each["total"] for each in finished.record["events"])
    whole = pd.read_parquet(folder)
    assert len(whole) == table.num_rows
    assert list(whole) == ["event", "qc", "cluster", "population", "probability"]


def test_labels_are_one_dataset_for_duckdb(finished):
    folder = finished.out / "labels"
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    counted = duckdb.read_parquet(f"{folder}/*.parquet", filename=True).aggregate("filename, count(*)", "filename")
    assert len(counted.fetchall()) == len(finished.record["events"])
