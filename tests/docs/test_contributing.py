"""CONTRIBUTING.md shows the tree and the steps as they are, and its examples of parts work."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import params, registry
from cytoclust.pipeline._steps import Step, all_steps
from tests.docs.pages import ROOT, blocks, section, tables
from tests.pp.cohort import cohort
from tests.pp.marrow import PANEL

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TABLES: dict[type, registry.Registry] = {
    registry.Check: registry.CHECKS,
    registry.Transform: registry.TRANSFORMS,
    registry.Method: registry.METHODS,
    registry.Exporter: registry.EXPORTERS,
    registry.Reader: registry.READERS,
}
IMPORTS = """
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cytoclust.engine import Clustering
from cytoclust.findings import Finding
from cytoclust.io import Channel
from cytoclust.pp import Summary
"""
"""What the examples leave out."""


# --- the tree ---------------------------------------------------------------------------------


def rooms() -> list[set[str]]:
    """Names at the beginning of each line of the tree."""
    lines = section(TEXT, "The tree").split("\n\n    ")[1].splitlines()
    return [set(re.split(r" {2,}", line.strip())[0].split(", ")) for line in lines]


def test_the_tree_is_the_one_that_imports_are_checked_by() -> None:
    (contract,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [{name.strip().removeprefix("cytoclust.") for name in each.split("|")} for each in contract["layers"]]
    told = rooms()[: len(layers)]
    assert told == layers[::-1]
    there = {path.stem for path in (ROOT / "cytoclust").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set.union(*told) == there - {"__init__", "__main__", "__pycache__"}


def test_files_that_are_named_are_there() -> None:
    named = re.findall(r"`((?:[\w.]+/)*\w+\.(?:py|md|toml|yaml|j2|html\.j2)|(?:\w+/)+)`", TEXT)
    assert len(named) > 20
    wrong = [name for name in named if not any((base / name).exists() for base in (ROOT, ROOT / "cytoclust"))]
    assert wrong == []


# --- the steps --------------------------------------------------------------------------------


def row(step: Step) -> list[str]:
    """A step as the page tells it."""
    made = [", ".join(step.makes), f"`{step.writes}`" if step.writes else ""]
    name = f"{step.name}, each sample" if step.each == "sample" else step.name
    return [name, ", ".join(step.needs), "; ".join(filter(None, made)), ", ".join(step.reads)]


def test_the_table_of_steps_is_that_of_the_code() -> None:
    registry.EXPORTERS.remove("sizes")
    told = tables(section(TEXT, "How a run goes"))[0]
    wanted = [row(step) for step in all_steps()]
    assert [cells + [""] * (4 - len(cells)) for cells in told] == wanted, "\n".join(
        f"| {' | '.join(cells)} |" for cells in wanted
    )


# --- the examples -----------------------------------------------------------------------------


def parts() -> list[tuple[str, str, str]]:
    """Module, code and row of each example."""
    found = []
    for block in blocks(TEXT, "python"):
        file, code, table, row = re.fullmatch(
            r"# cytoclust/(\S+)\.py\n(.*)\n# cytoclust/registry/_rows\.py, in (\w+)\n(.*)", block, re.DOTALL
        ).groups()
        assert table.title().removesuffix("s") == row.split("(")[0]
        found.append((f"cytoclust.{file.replace('/', '.')}", code, row))
    return found


PARTS = parts()


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[type, Any]]:
    """Each part in the place that its row names; the rows by kind."""
    rows = {}
    for name, code, text in PARTS:
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(IMPORTS + code, f"CONTRIBUTING.md, {name}", "exec"), vars(module))  # noqa: S102
        row = eval(text.strip(), vars(registry))  # noqa: S307 (the page is ours)
        assert row.name not in TABLES[type(row)]
        assert row.entry.partition(":")[0] == name
        rows[type(row)] = row
        TABLES[type(row)].add(row)
    yield rows
    for kind, row in rows.items():
        TABLES[kind].remove(row.name)  # if a test has not


def test_there_is_one_of_each_kind(added: dict[type, Any]) -> None:
    assert list(added) == list(TABLES)


def test_the_check_sets_events_aside() -> None:
    adata, before = cohort(3000), cohort(3000)
    for each in (adata, before):
        each.X[:3000:75, list(each.var_names).index("CD45")] = 1e7  # all along the file: no change in time
    ct.pp.quality(adata)
    registry.CHECKS.remove("glare")
    ct.pp.quality(before)
    assert 20 < (adata.obs["qc"] == "glare").sum() <= 40
    assert set(before.obs["qc"].astype(str)[(adata.obs["qc"] == "glare").to_numpy()]) == {"ok"}
    model = adata.uns["quality"]["samples"]["A"]["glare"]
    mine = adata[(adata.obs["sample_id"] == "A") & (adata.obs["qc"] == "glare")]
    assert (np.asarray(mine.X)[:, model["columns"]] > model["top"]).any(axis=1).all()


def test_the_transform_is_chosen_by_its_name() -> None:
    events = np.asarray(cohort(500).X)
    transform = ct.pp.fit_transform(params.check("transform", method="root"), events, PANEL)
    stained = [i for i, kind in enumerate(PANEL.signal_types) if kind == "fluorescence"]
    np.testing.assert_allclose(transform(events)[:, stained], np.cbrt(events[:, stained] / 10), rtol=1e-6)
    np.testing.assert_array_equal(transform(events)[:, 0], events[:, 0])
    assert transform.words(stained[0]) == "cube root of the signal over 10"


def test_the_method_is_chosen_by_its_name() -> None:
    adata = cohort(300, compensated=True)
    ct.pp.arcsinh(adata, cofactor=150)
    ct.tl.cluster(adata, method="halves", markers=["CD45"])
    values = np.asarray(adata[:, "CD45"].X).ravel()
    assert (adata.obs["cluster"] == np.where(values > np.median(values), "1", "0")).all()


def text_of_events(path: Path) -> np.ndarray:
    """Written as the example's reader reads it; the last events are bright in every channel."""
    events = np.random.default_rng(0).normal(100, 30, (2000, 4)).astype(np.float32)
    events[-20:] *= 50
    pd.DataFrame(events, columns=["FSC-A", "CD3", "CD4", "CD8"]).to_csv(path, index=False)
    return events


def test_the_reader_opens_its_files(tmp_path: Path) -> None:
    events = text_of_events(tmp_path / "a.events.csv")
    adata = ct.io.read_samples([tmp_path / "a.events.csv"])
    np.testing.assert_allclose(adata.X, events, rtol=1e-6)
    assert list(adata.var_names) == ["FSC-A", "CD3", "CD4", "CD8"]


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_a_run_takes_all_of_them(tmp_path: Path) -> None:
    events = text_of_events(tmp_path / "a.events.csv")
    settings = {"transform.method": "root", "cluster.method": "halves", "embed.enabled": False}
    result = ct.run(tmp_path / "a.events.csv", out=tmp_path / "OUT", settings=settings)
    labels = ct.io.read_labels(tmp_path / "OUT" / "labels" / "a.parquet")
    assert set(labels["qc"][events[:, 0] > 1000]) == {"glare"}
    sizes = [int(line) for line in (tmp_path / "OUT" / "sizes.txt").read_text().split()]
    assert sizes == labels.query("cluster >= 0")["cluster"].value_counts().sort_index().tolist()
    assert "Cube roots." in (result.out / "report.html").read_text(encoding="utf-8")
    assert result.record["inputs"][0]["version"] == "CSV"
    assert "sizes" in result.record["seconds"]
