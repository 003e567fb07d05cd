"""What the pages tell people to type works."""

import inspect
import re
import shlex
import shutil
import warnings
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

import cytoclust as ct
from cytoclust import comparison, datasets, exploration, pipeline
from cytoclust.cli import cytoclust as program
from cytoclust.io import is_url
from cytoclust.params import load_config, parameters
from tests.docs.pages import PAGES, ROOT, blocks, name
from tests.io.workspaces import write as w
from tests.pipeline import made

QUICKSTART, FLOWJO = "docs/quickstart.md", "docs/howto/flowjo.md"  # which have tests of their own
GALLERY = "docs/gallery.md"  # is run where the pages are built
TEXTS = {name(page): page.read_text(encoding="utf-8") for page in PAGES}
WITH_CODE = [
    page for page, content in TEXTS.items() if blocks(content, "python") and page not in (QUICKSTART, FLOWJO, GALLERY)
]
WITH_COMMANDS = [page for page, content in TEXTS.items() if blocks(content, "console")]


def execute(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the Python of a page, block after block, in one namespace."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(plt, "show", lambda *_, **__: None)
    known: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scanpy's, of what its own functions use
        for number, block in enumerate(blocks(TEXTS[page], "python")):
            exec(compile(block, f"{page}, block {number}", "exec"), known)  # noqa: S102
    plt.close("all")
    return known


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sheet, its files, and OUT of a finished run."""
    base, here = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("docs")
    for each in ("samples.csv", "fcs"):
        (here / each).symlink_to(made.cohort(base) / each)
    shutil.copytree(made.finished(base).out, here / "OUT")
    negative = w.population("CD45-", w.rectangle(w.dimension("BV786-A", None, 500.0)))
    live = w.population("Live", w.rectangle(w.dimension("FSC-A", 1.0)), negative)
    (here / "gates.wsp").write_text(w.workspace(w.sample("S01.fcs", live)), encoding="utf-8")
    return here


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_the_quick_start_runs_and_both_ways_agree(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("samples.csv", "fcs"):
        (tmp_path / each).symlink_to(made.small(tmp_path_factory.getbasetemp()) / each)
    known = execute(QUICKSTART, tmp_path, monkeypatch)
    assert (tmp_path / "OUT" / "report.html").is_file()
    labels = ct.io.read_labels(tmp_path / "OUT" / "labels" / "S01.parquet")
    ours = known["adata"].obs.query("sample_id == 'S01'")["cluster"].astype(object).fillna("-1")
    assert (ours.to_numpy() == labels["cluster"].astype(str).to_numpy()).all()


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("page", WITH_CODE)
def test_python_of_a_page_runs(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(page, folder, monkeypatch)


@pytest.mark.slow
def test_flowjo_page_exports_the_events_and_their_clusters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(FLOWJO, folder, monkeypatch)
    before, after = ct.io.open_fcs(folder / "fcs" / "S01.fcs"), ct.io.open_fcs(folder / "OUT" / "fcs" / "S01.fcs")
    labels = ct.io.read_labels(folder / "OUT" / "labels" / "S01.parquet")
    p = len(before.channels)
    np.testing.assert_array_equal(after.read(columns=range(p)), before.read())
    np.testing.assert_array_equal(after.read(columns=[p])[:, 0] - 1, labels["cluster"])
    assert before.spill is not None
    assert after.spill is not None
    np.testing.assert_allclose(after.spill.matrix, before.spill.matrix)


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_commands_of_a_page_are_right(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long ones are only asked whether they would begin: options, parameters, rules and files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fcs").mkdir()
    demo = ROOT / "data" / "demo"
    (tmp_path / "fcs" / "S01.fcs").symlink_to(demo / "fcs" / "S01.fcs")
    (tmp_path / "fcs" / "mass.fcs").symlink_to(demo / "fcs" / "S02.fcs")
    (tmp_path / "samples.csv").symlink_to(demo / "samples.csv")
    (tmp_path / "mine.config.yaml").write_text("annotate: {thresholds: {CD45: 1.2}}", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(ct.rules.source("t_cells"), encoding="utf-8")
    drawn = tmp_path / "OUT" / "explore"
    drawn.mkdir(parents=True)
    (drawn / "rules.yaml").write_text(ct.rules.source("t_cells"), encoding="utf-8")
    (drawn.parent / "run.json").write_text('{"parameters": {}}', encoding="utf-8")

    def run(samples: Any, **rest: Any) -> Any:
        inspect.signature(real_run).bind(samples, **rest)
        assert is_url(samples) or Path(samples).exists()
        if rest["rules"]:
            ct.rules.load(rest["rules"])
        return type("Done", (), {"record": {"notes": []}})()

    def simulate(out: Any, **rest: Any) -> None:
        inspect.signature(real_simulate).bind(out, **rest)

    def export(out: Any, **rest: Any) -> Any:
        inspect.signature(real_export).bind(out, **rest)
        return pipeline.Exported(())

    def compare(out: Any, gates: Any, **rest: Any) -> Any:
        inspect.signature(real_compare).bind(out, gates, **rest)
        return type("Done", (), {"notes": ()})()

    def learn(*given: Any, **rest: Any) -> None:
        inspect.signature(real_learn).bind(*given, **rest)

    def validate(out: Any, **files: Any) -> Any:
        inspect.signature(real_validate).bind(out, **files)
        return type("Done", (), {"notes": ()})()

    def clean(out: Any) -> str:
        return f"{out}: removed"

    def explore(out: Any, **rest: Any) -> Any:
        inspect.signature(real_explore).bind(out, **rest)
        return type("Served", (), {"address": "http://127.0.0.1:1/x/", "serve_until_stopped": lambda _: None})()

    real_explore = exploration.open_server

    def build(out: Any, path: Path, **rest: Any) -> Any:
        inspect.signature(real_build).bind(out, path, **rest)
        shutil.copy(ROOT / "tests" / "reference" / "kept" / "v1.ctref", path)
        return ct.reference.show(path)

    def check(*given: Any) -> Any:
        inspect.signature(real_check).bind(*given)
        return pipeline.Checked((), (), ())

    def apply(*given: Any, **rest: Any) -> Any:
        inspect.signature(real_apply).bind(*given, **rest)
        return type("Done", (), {"record": {"notes": []}, "outside": []})()

    real_build, real_check, real_apply = pipeline.build_reference, pipeline.check_reference, pipeline.apply
    monkeypatch.setattr(ct.reference, "build", build)  # before the pipeline's, which it would bind for good
    monkeypatch.setattr(ct.reference, "check", check)
    monkeypatch.setattr(pipeline, "build_reference", build)
    monkeypatch.setattr(pipeline, "check_reference", check)
    monkeypatch.setattr(pipeline, "apply", apply)
    real_run, real_simulate, real_export = pipeline.run, datasets.simulate, pipeline.export_run
    real_compare, real_learn, real_validate = comparison.compare, comparison.learn_rules, pipeline.validate
    monkeypatch.setattr(comparison, "compare", compare)
    monkeypatch.setattr(comparison, "learn_rules", learn)
    monkeypatch.setattr(pipeline, "validate", validate)
    monkeypatch.setattr(pipeline, "clean", clean)
    monkeypatch.setattr(exploration, "open_server", explore)
    monkeypatch.setattr(pipeline, "run", run)
    monkeypatch.setattr(pipeline, "export_run", export)
    monkeypatch.setattr(datasets, "simulate", simulate)
    for line in " ".join(blocks(TEXTS[page], "console")).replace("\\\n", " ").split("$ ")[1:]:
        command, _, to = line.strip().partition(" > ")
        words = shlex.split(command)
        if words[0] == "cytoclust":
            done = CliRunner().invoke(program, words[1:], catch_exceptions=False)
            assert done.exit_code == 0, (line, done.output)
            if to:
                (tmp_path / to).write_text(done.stdout, encoding="utf-8")


@pytest.mark.parametrize("page", TEXTS)
def test_settings_in_the_text_are_valid(page: str) -> None:
    for quoted, plain in re.findall(r'--set (?:"([^"]+)"|([\w.]+=[^\s`)]+))', TEXTS[page]):
        load_config(settings=[quoted or plain])


@pytest.mark.parametrize("page", TEXTS)
def test_parameters_and_functions_in_the_text_exist(page: str) -> None:
    keys = [key for key, _, _ in parameters()]
    sections = {key.split(".")[0] for key in keys}
    named = re.findall(r"`(\w+)\.(\w+)(?:[`=<])", TEXTS[page])
    files = ("csv", "json", "yaml", "html", "h5ad", "pdf", "py", "md")
    wrong = [f"{a}.{b}" for a, b in named if a in sections and b not in files and f"{a}.{b}" not in keys]
    assert wrong == []
    for namespace, function in re.findall(r"\bct\.(\w+)\.(\w+)", TEXTS[page]):
        assert hasattr(getattr(ct, namespace), function), f"ct.{namespace}.{function}"
