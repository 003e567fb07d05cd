"""The notebooks run from a clean kernel, without a warning, and say what is stored in them."""

import difflib
import re
import shutil

import matplotlib.font_manager  # noqa: F401 (makes matplotlib's cache of fonts here, or the first kernel would tell of it)
import nbformat
import pytest

from tests.notebooks.renew import MARROW, NOTEBOOKS, like_repository, run, said
from tests.once import once

MOST, MOST_IN_ALL = 700_000, 3_000_000  # bytes


LEAVES = {"01-tour": "demo", "02-discover": "study"}
"""Notebooks whose run others look at, and its folder in ``out/notebooks``."""


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """A notebook after it ran beside what earlier ones left, and what it leaves."""

    def get(path):
        def make(folder):
            place, left = like_repository(folder), folder / "out" / "notebooks"
            for other in NOTEBOOKS:
                name = LEAVES.get(other.stem)
                if name and other != path and f"out/notebooks/{name}" in path.read_text(encoding="utf-8"):
                    shutil.copytree(get(other)[1] / name, left / name)
            return run(path, place, hastened=True), left

        return once(tmp_path_factory.getbasetemp(), f"notebook {path.stem}", make)

    return get


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_and_says_what_is_stored(path, executed):
    if "facs_diva_test" in path.read_text(encoding="utf-8") and not MARROW.is_file():
        pytest.skip("../shared/data is absent: the notebook would fetch its file")
    stored, fresh = nbformat.read(path, as_version=4), executed(path)[0]
    for number, (old, new) in enumerate(zip(stored.cells, fresh.cells, strict=True)):
        where = f"{path.name}, cell {number}"
        warned = "".join(each["text"] for each in new.get("outputs", []) if each.get("name") == "stderr")
        assert not warned, f"{where} writes to stderr:\n{warned}"
        told = "\n".join(difflib.unified_diff(said(old), said(new), "stored", "now", lineterm=""))
        assert not told, f"{where} does not say what is stored. If it is right now: make notebooks\n{told}"


def test_there_are_notebooks():
    numbers = [path.name[:2] for path in NOTEBOOKS]
    assert numbers == ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_as_a_reader_wants_it(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "run it from a clean kernel"
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert [output for output in outputs if "image/png" in output.get("data", {})], "a story has figures"
    told = "\n".join(line for cell in notebook.cells for line in [cell.source, *said(cell)])
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users|usr|opt)/", told), "a path of one machine"
    assert path.stat().st_size < MOST, f"{path.name} has {path.stat().st_size:,} bytes"


def test_small_in_all():
    assert sum(path.stat().st_size for path in NOTEBOOKS) < MOST_IN_ALL
