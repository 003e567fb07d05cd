"""A part is a row: ours hang together, and one that is added while Python runs is used like ours."""

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import cytoclust as ct
from cytoclust import keys, params, registry
from cytoclust.errors import InputError, ParameterError
from cytoclust.findings import KINDS, Finding
from cytoclust.pl._axis import signal_scale
from cytoclust.registry import CHECKS, EXPORTERS, METHODS, READERS, TRANSFORMS
from tests.pp.cohort import cohort
from tests.pp.marrow import PANEL, marrow

BRIGHT = registry.Check(
    name="bright", what="very bright", are="very bright", sought="bright events", entry="tests.toys:fit_bright"
)
ROOT = registry.Transform(
    name="root", what="cube root", entry="tests.toys:Root", sentence="Cube roots were taken.", columns=("over",)
)
HALVES = registry.Method(name="halves", what="two", entry="tests.toys:cluster_halves", sentence=", by the median")
NPY = registry.Reader(
    name="npy", what="a NumPy array", entry="tests.toys:open_npy", label="NumPy", suffixes=(".npy",),
    sniff="tests.toys:is_npy",
)  # fmt: skip


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    added = ((CHECKS, BRIGHT), (TRANSFORMS, ROOT), (METHODS, HALVES), (READERS, NPY))
    for table, row in added:
        table.add(row)  # type: ignore[attr-defined]
    yield
    for table, row in added:
        table.remove(row.name)


# --- ours -------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [READERS, CHECKS, TRANSFORMS, METHODS, EXPORTERS], ids=lambda table: table.kind)
def test_every_row_names_what_is_there(table: registry.Registry) -> None:
    for row in table.ours:
        assert row.load() is not None
        assert row.what
        assert table[row.name] is row


def test_categories_of_qc_are_those_of_the_contract() -> None:
    CHECKS.remove("bright")
    assert keys.QC == ("ok", "margin", "time", "debris", "doublet", "dead")
    assert [row.name for row in CHECKS.rows()] == ["margin", "time", "debris", "dead", "doublet"]  # who claims first
    assert keys.QC_NOT_FINITE in keys.QC


def test_each_check_has_a_switch_of_its_own_and_a_note_for_where_it_cannot_be_made() -> None:
    switches = [row.switch for row in CHECKS.ours]
    assert sorted(switches) == sorted(set(params.Quality.model_fields) - {"enabled"})
    assert {f"{row.name} not made" for row in CHECKS.ours} <= set(KINDS)


def test_each_transform_fits_applies_and_describes() -> None:
    for row in TRANSFORMS.ours:
        assert all(inspect.isroutine(getattr(row.load(), verb)) for verb in ("fit", "apply", "describe"))


def test_a_name_that_is_not_there() -> None:
    assert "arcsin" not in TRANSFORMS
    with pytest.raises(KeyError, match="Did you mean 'arcsinh'"):
        TRANSFORMS["arcsin"]
    with pytest.raises(ParameterError, match="must be 'arcsinh' or 'logicle' or 'none' or 'root'"):
        params.check("transform", method="arcsin")


# --- laziness ---------------------------------------------------------------------------------


def python(code: str, folder: Path | None = None) -> str:
    path = os.pathsep.join([str(folder), *sys.path] if folder else sys.path)
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    ).stdout


def test_a_part_is_imported_when_it_is_used() -> None:
    code = "import sys; from cytoclust.registry import CHECKS; CHECKS.rows(); print(*sys.modules)"
    assert not {"numpy", "cytoclust.pp", "cytoclust.engine"} & set(python(code).split())
    heavy = {"anndata", "igraph", "leidenalg", "scanpy", "sklearn", "umap"}
    assert not heavy & set(python("import sys, cytoclust.engine, cytoclust.tl; print(*sys.modules)").split())


def test_an_installed_package_adds_rows(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "from cytoclust.registry import Transform\n"
        "ROW = Transform(name='log', what='logarithm', entry='other:log', sentence='')\n"
        "OURS = Transform(name='arcsinh', what='in place of ours', entry='other:log', sentence='')\n"
    )
    told = tmp_path / "other-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[cytoclust.transforms]\nlog = other:ROW\narcsinh = other:OURS\n")
    code = (
        "from cytoclust import params; from cytoclust.registry import TRANSFORMS;"
        "print(*TRANSFORMS, TRANSFORMS['arcsinh'].entry, params.check('transform', method='log').method)"
    )
    assert python(code, tmp_path).split() == ["arcsinh", "logicle", "none", "log", TRANSFORMS["arcsinh"].entry, "log"]


# --- one row more -----------------------------------------------------------------------------


def test_a_check_sets_events_aside_under_its_name(tmp_path: Path) -> None:
    adata = cohort(4000)
    before = cohort(4000)
    CHECKS.remove("bright")
    ct.pp.quality(before)
    CHECKS.add(BRIGHT)
    ct.pp.quality(adata)
    qc, without = adata.obs["qc"].astype(str).to_numpy(), before.obs["qc"].astype(str).to_numpy()
    assert list(adata.obs["qc"].cat.categories) == [*before.obs["qc"].cat.categories, "bright"]
    assert set(qc[qc != without]) == {"bright"}
    assert set(without[qc == "bright"]) == {"ok"}
    for sample in "AB":
        own = (adata.obs["sample_id"] == sample).to_numpy()
        told = adata.uns["quality"]["samples"][sample]
        top, column = told["bright"]["top"], told["bright"]["column"]
        left = np.asarray(adata.X)[own & (without == "ok"), column]
        assert told["counts"]["bright"] == (left > top).sum() == (qc[own] == "bright").sum()
    labels = adata.obs[["event", "qc"]][own].assign(cluster=-1, population="unassigned", probability=0.0)
    ct.io.write_labels(tmp_path / "a.parquet", labels)
    assert (ct.io.read_labels(tmp_path / "a.parquet")["qc"] == "bright").sum() == (qc[own] == "bright").sum()
    ct.pl.acquisition(adata)
    with pytest.raises(ParameterError, match=r"quality\.bright"):  # a switch is a line in the table of parameters
        ct.pp.quality(adata, bright=False)


def test_a_check_that_cannot_be_made_says_so() -> None:
    sample = marrow(n=3000)
    panel = ct.io.Panel(("Time", "CD45"), ("Time", "FITC-A"), ("", "CD45"), ("time", "fluorescence"))
    events = np.ascontiguousarray(sample.events[:, [0, 6]])
    model = ct.pp.fit_quality(events, np.arange(3000), panel=panel, n_events=3000, quality=params.Quality())
    note = Finding("bright not made", why="there is no CD105")
    assert note in model.notes
    assert str(note) == "bright events were not looked for: there is no CD105"


def test_a_transform_is_chosen_by_its_name() -> None:
    events = marrow(n=1000).events
    chosen = params.check("transform", method="root")
    transform = ct.pp.fit_transform(chosen, events, PANEL)
    np.testing.assert_allclose(transform(events)[:, 7], np.cbrt(events[:, 7] / 2), rtol=1e-6)
    np.testing.assert_array_equal(transform(events)[:, 1], events[:, 1])
    np.testing.assert_array_equal(transform(events, np.array([7])), transform(events)[:, [7]])
    assert (transform.words(7), transform.words(1)) == ("cube root of the signal over 2", "none")
    adata = cohort(10)
    table = transform.table(PANEL.names)
    adata.uns["transform"] = {"params": {"method": "root"}, "channels": table}
    assert list(table) == ["over"]
    scale = signal_scale(adata, "CD90")
    assert scale is not None
    np.testing.assert_allclose(scale(np.array([2.0, 16.0])), [1, 2], rtol=1e-6)


def test_a_clustering_method_is_chosen_by_its_name() -> None:
    adata = cohort(500, compensated=True)
    ct.pp.arcsinh(adata, cofactor=150)
    ct.tl.cluster(adata, method="halves", markers=["CD45"])
    values = np.asarray(adata.X)[:, list(adata.var_names).index("CD45")]
    assert (adata.obs["cluster"].astype(str) == np.where(values > np.median(values), "1", "0")).all()
    assert "joins" not in adata.uns["cluster"]


def test_a_reader_opens_its_files(tmp_path: Path) -> None:
    events = np.random.default_rng(0).normal(100, 30, (300, 3)).astype(np.float32)
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", events)
    adata = ct.io.read_samples(tmp_path)
    np.testing.assert_array_equal(adata.X, np.concatenate([events, events]))
    assert list(adata.var_names) == ["CD1", "CD2", "CD3"]
    assert list(adata.obs["sample_id"].unique()) == ["a", "b"]
    (tmp_path / "a.npy").rename(tmp_path / "odd.data")
    assert ct.io.open_events(tmp_path / "odd.data").version == "NPY"
    (tmp_path / "b.npy").write_text("no array")
    with pytest.raises(InputError, match="not an FCS, CSV, Parquet or NumPy file"):
        ct.io.read_samples([tmp_path / "b.npy"])


def test_a_file_of_another_format_is_prepared_and_inspected(tmp_path: Path) -> None:
    events = np.random.default_rng(1).normal(100, 30, (2000, 3)).astype(np.float32)
    np.save(tmp_path / "a.npy", events)
    file = ct.io.open_events(tmp_path / "a.npy")
    prepared = ct.pp.Compensation(wanted=True).open(file, ct.io.reconcile_panel([file]))
    np.testing.assert_array_equal(prepared.read(10, 20), events[10:20])
    told = ct.inspect(tmp_path / "a.npy")
    assert (told["version"], told["n_events"]) == ("NPY", 2000)


@pytest.mark.usefixtures("sketched")
def test_a_run_takes_a_row_more_of_each_kind(tmp_path: Path) -> None:
    events = np.random.default_rng(2).normal(100, 30, (2000, 105)).astype(np.float32)[:, 102:]
    np.save(tmp_path / "a.npy", events)
    settings = {
        "transform.method": "root", "cluster.method": "halves", "embed.enabled": False, "cluster.markers": ["CD1"],
        "panel.names": {"FL2-A": "CD105"},
    }  # fmt: skip
    ct.run(tmp_path / "a.npy", out=tmp_path / "out", settings=settings)
    labels = ct.io.read_labels(tmp_path / "out" / "labels" / "a.parquet")
    bright = (labels["qc"] == "bright").to_numpy()
    assert bright.sum() == 20  # the brightest hundredth of CD105
    assert events[bright, 1].min() > events[~bright, 1].max()
    assert (labels["cluster"].to_numpy()[bright] == -1).all()
    left = events[~bright, 0]
    assert (labels["cluster"].to_numpy()[~bright] == (left > np.median(left))).all()
    assert "Cube roots were taken." in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
