"""The report drawn again from what a run wrote."""

import re

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import pipeline
from cytoclust.errors import InputError
from tests.pipeline.made import QUICK, tree
from tests.report.sketched import sketched


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    """A run whose sample, patient and batch names are such as a reader of tables would take for something else."""
    base = tmp_path_factory.mktemp("redraw")
    table = pd.read_csv(small / "samples.csv", dtype=str)
    table["path"] = [str(small / path) for path in table["path"]]
    table["sample_id"], table["patient_id"], table["batch"] = ["NA", "007", "1e5"], ["None", "nan", "3"], "01"
    table.to_csv(base / "sheet.csv", index=False)
    with sketched():
        ct.run(base / "sheet.csv", out=base / "OUT", rules="msc", settings=QUICK | {"report.title": "A <title>"})
    return base / "OUT"


def without_times(page: str) -> str:
    """Seconds of the report, all seconds, and peak memory are known only once the report is drawn."""
    rows = re.sub(r'(<th scope="row"[^>]*>(?:report|all)</th><td class="num") data-sort="[^"]*">[^<]*', r"\1>", page)
    return re.sub(r"\d[\d,.]*(\s|\u00a0|&nbsp;)?(s|MB|GB|min)\b", "…", rows)


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_gives_the_same_page_and_touches_nothing_else(folder):
    """And then the same bytes."""
    before = tree(folder)
    assert pipeline.redraw(folder) == folder / "report.html"
    after = tree(folder)
    assert {name for name in before if before[name] != after[name]} <= {"report.html"}
    one, other = (without_times(pages["report.html"].decode()) for pages in (before, after))
    assert one == other
    assert "A &lt;title&gt;" in one
    pipeline.redraw(folder)
    assert (folder / "report.html").read_bytes() == after["report.html"]


def test_a_folder_that_no_run_wrote_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"not the folder of a finished run: run\.json is absent"):
        pipeline.redraw(tmp_path)
