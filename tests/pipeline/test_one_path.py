"""One path: a run, the command line and the step-by-step functions give the same tables and the same slots."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.io import FCSFile, open_fcs, reconcile_panel
from cytoclust.params import D
from cytoclust.pipeline import Result
from cytoclust.pipeline._entry import Place
from cytoclust.pipeline._prepare import Task, prepare_sample
from cytoclust.pipeline._recipe import Recipe
from cytoclust.pp import Compensation
from tests.pipeline.made import QUICK, undrawn

pytestmark = pytest.mark.slow

TABLES = ("clusters", "cluster_tree", "cluster_counts", "thresholds", "populations", "unknown_clusters", "samples")
TABLES += (
    "contrasts",
    "discoveries",
    "acquisition",
    "set_aside",
    "drift",
    "cluster_medians",
    "backgrounds",
    "table1",
    "quadrants",
)


@pytest.fixture(scope="module")
def stepwise(cohort) -> ad.AnnData:
    """As somebody works in a notebook, with what the finished run was given."""
    adata = ct.io.read_samples(cohort / "samples.csv")
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, rng=7, n_redraws=1)
    ct.tl.annotate(adata, rules="msc")
    ct.tl.count(adata, rng=7)
    ct.tl.umap(adata, n_events=2000, rng=7)
    return adata


def same(one: Any, other: Any, where: str) -> None:
    """To the bit, all the way down."""
    if isinstance(one, Mapping):
        assert set(one) == set(other), where
        for name in one:
            same(one[name], other[name], f"{where}/{name}")
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=where)
    elif isinstance(one, np.ndarray | list | pd.Series):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other), err_msg=where)
    else:
        assert one == other, where


def same_slots(one: ad.AnnData, other: ad.AnnData) -> None:
    np.testing.assert_array_equal(one.X, other.X)
    pd.testing.assert_frame_equal(one.var, other.var)
    assert set(one.obs) == set(other.obs)
    pd.testing.assert_frame_equal(one.obs[sorted(one.obs)], other.obs[sorted(other.obs)], check_exact=True)
    for slot in ("layers", "obsm", "uns"):
        same(dict(getattr(one, slot)), dict(getattr(other, slot)), slot)


def test_every_column_of_every_table(finished, stepwise):
    assert set(stepwise.uns["tables"]) == set(TABLES) == set(finished.tables)
    for name, table in finished.tables.items():
        mine = stepwise.uns["tables"][name]
        assert list(mine) == list(table), name
        for column in table:
            wanted, got = table[column], mine[column].astype(table[column].dtype)
            pd.testing.assert_series_equal(
                got.where(got.notna(), None).reset_index(drop=True),
                wanted.where(wanted.notna(), None).reset_index(drop=True),
                check_exact=True, check_dtype=False, obj=f"{name}.{column}",
            )  # fmt: skip


def test_every_slot(finished, stepwise, tmp_path):
    mine = ct.tl.sample(stepwise, n_events=2000, rng=7)
    mine.write_h5ad(tmp_path / "mine.h5ad")  # as a run does: text becomes categories
    same_slots(finished.adata, mine)


def test_the_file_holds_what_python_gives(finished):
    read = ad.read_h5ad(finished.out / "cohort.h5ad")
    assert set(read.uns) == set(finished.adata.uns)
    np.testing.assert_array_equal(read.layers["compensated"], finished.adata.layers["compensated"])
    for name, table in finished.adata.uns["tables"].items():
        pd.testing.assert_frame_equal(
            read.uns["tables"][name].astype(object).where(lambda t: t.notna(), None),
            table.astype(object).where(lambda t: t.notna(), None), check_dtype=False, check_exact=True, obj=name,
        )  # fmt: skip


def test_weights_add_up_to_the_events_of_the_files(finished):
    obs, tables = finished.adata.obs, finished.tables
    by_cluster = obs.groupby("cluster", observed=True)["weight"].sum()
    wanted = tables["clusters"].set_index(tables["clusters"]["cluster"].astype(str))["n_events"]
    np.testing.assert_allclose(by_cluster, wanted.reindex(by_cluster.index), rtol=1e-9)
    events = pd.DataFrame(finished.record["events"]).set_index("sample_id")
    aside = obs[obs["qc"] != "ok"].groupby(["sample_id", "qc"], observed=True)["weight"].sum()
    assert len(aside) > 0
    for (sample, reason), weight in aside.items():
        assert weight == pytest.approx(events.loc[sample, reason])
    assert aside.sum() == pytest.approx(events["total"].sum() - events["ok"].sum())


@pytest.mark.usefixtures("sketched")
def test_a_run_is_coarsened_and_drawn_as_it_is(finished):
    adata = ad.read_h5ad(finished.out / "cohort.h5ad")
    ct.tl.coarsen(adata)
    branch = adata.obs.loc[adata.obs["qc"] == "ok", "cluster_coarse"].astype(str)
    assert (branch == adata.obs.loc[branch.index, "cluster_parent"].astype(str)).all()
    for draw in (ct.pl.heatmap, ct.pl.umap, ct.pl.ridges):
        draw(adata, show=False)
    ct.pl.events(finished.record, show=False)
    ct.pl.cluster_tree(adata.uns["tables"]["cluster_tree"], adata.uns["tables"]["clusters"], show=False)
    assert len(adata.uns["population_colors"]) == len(adata.obs["population"].cat.categories)
    ct.report.write(adata, finished.out.parent / "again.html")
    assert (finished.out.parent / "again.html").stat().st_size > 100_000


def test_counts_of_an_event_sample_are_refused(finished):
    with pytest.raises(InputError, match="stand for others"):
        ct.tl.count(finished.adata)


class Counting(FCSFile):
    """Hears of every event that is decoded."""

    heard: ClassVar[dict[Path, int]] = {}

    def _decoded(self, records, columns):
        self.heard[self.path] = self.heard.get(self.path, 0) + len(records)
        return super()._decoded(records, columns)


@pytest.fixture(scope="module")
def stored(small, tmp_path_factory) -> dict[str, tuple[Result, dict[Path, int]]]:
    """By where prepared events were kept: a run, and the events that it decoded of each file."""
    from cytoclust.pipeline import _open

    def counting(path, **options):
        file = open_fcs(path, **options | {"dataset": options["dataset"] or 0})
        return Counting(**{name: getattr(file, name) for name in FCSFile.__dataclass_fields__})

    found, out = {}, tmp_path_factory.mktemp("stored")
    with undrawn(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(_open, "open_events", counting)
        for store in ("memory", "disk"):
            Counting.heard.clear()
            settings = QUICK | {"run.store": store}
            result = ct.run(small / "samples.csv", out=out / store, rules="msc", settings=settings)
            found[store] = result, dict(Counting.heard)
    return found


@pytest.mark.parametrize("store", ["memory", "disk"])
def test_an_event_is_decoded_at_most_twice(stored, store):
    result, heard = stored[store]
    total = sum(each["n_events"] for each in result.record["inputs"])
    assert len(heard) == len(result.record["inputs"])
    assert total <= sum(heard.values()) <= 2 * total
    assert not list(result.out.glob(".store/*/events.npy"))


def test_the_store_changes_no_result(stored):
    memory, disk = (stored[store][0].out for store in ("memory", "disk"))
    for part in ("labels", "tables"):
        for path in sorted((memory / part).iterdir()):
            other = disk / part / path.name
            if part == "tables":
                assert path.read_bytes() == other.read_bytes()
            else:
                pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(other), check_exact=True)


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_sample_is_prepared_elsewhere_from_what_was_pickled(cohort, tmp_path, on_disk):
    path = sorted((cohort / "fcs").iterdir())[0]
    file = open_fcs(path)
    panel = reconcile_panel([file])
    places = [
        Place(tmp_path / name if on_disk else None, Recipe(name, {}), mapped=on_disk) for name in ("events", "judged")
    ]
    task = Task(Compensation.of(D).open(file, panel), panel, D.quality, D.panel.viability, *places)
    sent = pickle.dumps((prepare_sample, task))
    assert len(sent) < path.stat().st_size / 10  # the file is read where the work is done
    function, other = pickle.loads(sent)  # noqa: S301 (our own)
    one, two = prepare_sample(task), function(other)
    np.testing.assert_array_equal(one.linear, two.linear)
    np.testing.assert_array_equal(one.codes, two.codes)
    assert one.summary == two.summary
