"""The site builds without a warning, and holds what there is."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cytoclust
from cytoclust.cli import cytoclust as program
from cytoclust.params import parameters
from cytoclust.tables import TABLES
from tests.docs.pages import DOCS, ROOT
from tests.once import once

pytestmark = pytest.mark.slow
NAMESPACES = [
    name
    for name in cytoclust.__all__
    if name not in ("apply", "clean", "explore", "export", "inspect", "run", "validate")
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages; `-n` makes a reference that leads nowhere a warning, and `-W` a warning an error."""
    pytest.importorskip("furo", reason="the extra `docs` is not installed")
    return once(tmp_path_factory.getbasetemp(), "site", build)  # a build writes in docs/, so there is one at a time


def build(out: Path) -> Path:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "--keep-going",
            "-n",
            "-q",
            "-E",
            "-d",
            out / "trees",
            DOCS,
            out / "html",
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out / "html"


def read(site: Path, page: str) -> str:
    return (site / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_exported_name_has_an_entry(site: Path, namespace: str) -> None:
    page = read(site, f"reference/{namespace}.html")
    for name in importlib.import_module(f"cytoclust.{namespace}").__all__:
        assert f'id="cytoclust.{namespace}.{name}"' in page


def test_every_parameter_has_an_entry_with_its_help(site: Path) -> None:
    page = read(site, "reference/parameters.html")
    for key, _, _ in parameters():
        assert f'id="confval-{key}"' in page


def test_every_column_of_a_table_has_its_row(site: Path) -> None:
    page = read(site, "reference/output.html")
    for name, table in TABLES.items():
        section = page.split(f'id="tables-{name.replace("_", "-")}-csv"')[1].split("</section>")[0]
        rows = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<tr[^>]*><td>(.*?)</td>", section, re.DOTALL)]
        assert rows == [column.name for column in table.columns]
    assert 'href="parameters.html#confval-detect.lod_events"' in page


def test_every_command_and_option_has_an_entry(site: Path) -> None:
    page = read(site, "reference/cli.html")
    for name, command in program.commands.items():
        assert f'id="cytoclust-{name}"' in page
        for option in command.params:
            assert all(each in page for each in option.opts if each.startswith("-"))


def test_notebooks_and_measurements_are_pages(site: Path) -> None:
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / "notebooks" / f"{notebook.stem}.html").is_file()
    assert "marrow-deep-501" in read(site, "measured/RESULTS.html")


def test_pages_ask_the_network_for_nothing(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert 'src="http' not in page.read_text(encoding="utf-8"), page
