"""Gates of a finished run: what is written, and that it fits together."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.io.gates import inside
from cytoclust.pipeline._open_finished import open_finished
from cytoclust.pipeline.export import read_gates
from cytoclust.tables import read_csv
from tests.once import once
from tests.pipeline.made import QUICK, finished, small, undrawn
from tests.report.sketched import sketched

pytestmark = pytest.mark.slow

FIRST, SECOND = "leukocyte", "cluster 0"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()

    def make(folder: Path) -> Path:
        copied = Path(shutil.copytree(finished(base).out, folder / "OUT"))
        with undrawn():
            ct.export(copied, gates=[FIRST])
        with sketched():
            ct.export(copied, gates=[SECOND])
        return copied

    return once(base, "gates exported", make)


def test_a_population_has_gates_and_a_page(out: Path) -> None:
    for stem in (FIRST, SECOND):
        assert (out / "gates" / f"{stem}.xml").is_file()
        assert (out / "gates" / f"{stem}.pdf").read_bytes().startswith(b"%PDF")
        assert (out / "gates" / f"{stem}.png").read_bytes().startswith(b"\x89PNG")


def test_tables_keep_what_was_made_before(out: Path) -> None:
    for name in ("gates", "sort_plan"):
        assert list(dict.fromkeys(read_csv(name, out / "tables" / f"{name}.csv")["population"])) == [FIRST, SECOND]
    assert set(read_gates(out / "gates")) == {FIRST, SECOND}


def test_the_report_has_them(out: Path) -> None:
    assert f"gates to sort {SECOND}" in (out / "report.html").read_text(encoding="utf-8")


def test_yield_is_that_of_the_gates_in_the_file(out: Path) -> None:
    """Counted again over all files: of a population in all patients, the held-out half cannot be far from all."""
    cohort, gates = open_finished(out, Threads(1)), read_gates(out / "gates")[SECOND]
    kept = total = 0
    for sample in cohort.samples:
        for block, linear in sample.blocks():
            own = block.cluster == 0
            signals = dict(zip(cohort.axes, linear.T, strict=True))
            kept += int((inside(gates[-1], signals.__getitem__, gates) & own).sum())
            total += int(own.sum())
    table = read_csv("gates", out / "tables" / "gates.csv")
    last = table[table["population"] == SECOND].iloc[-1]
    assert last["yield"] == pytest.approx(kept / total, abs=0.05)
    assert np.isfinite(last["purity"])


@pytest.mark.usefixtures("sketched")
def test_a_run_makes_them_at_its_end(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    sheet = small(tmp_path_factory.getbasetemp()) / "samples.csv"
    settings = QUICK | {"embed.enabled": False, "export.gates": [FIRST, "cluster 999"], "export.event_rate": 5000}
    with undrawn():
        asked = ct.run(sheet, out=tmp_path / "OUT", rules="msc", settings=settings)
    assert "gates were not made" in " ".join(note["sentence"] for note in asked.record["notes"])
    assert "gates" not in asked.tables
    made = ct.run(sheet, out=tmp_path / "OUT", rules="msc", settings=settings | {"export.gates": [FIRST]})
    assert set(made.tables["sort_plan"]["event_rate"]) == {5000.0}
    assert (tmp_path / "OUT" / "gates" / f"{FIRST}.xml").is_file()
    assert read_csv("gates", tmp_path / "OUT" / "tables" / "gates.csv")["population"].eq(FIRST).all()
    assert "Gates to sort by" in (tmp_path / "OUT" / "report.html").read_text(encoding="utf-8")
    with undrawn():
        again = ct.run(sheet, out=tmp_path / "OUT", rules="msc", settings=QUICK)
    assert "gates" not in again.tables
    assert not (tmp_path / "OUT" / "tables" / "gates.csv").exists()
    assert not list((tmp_path / "OUT" / "gates").glob("*.p*"))


def test_names_that_rules_lack_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"export.gates parameter must name populations of the rules msc .*'leucocyte'"
    ):
        ct.run(tmp_path / "absent.csv", out=tmp_path / "OUT", rules="msc", settings={"export.gates": ["leucocyte"]})
    with pytest.raises(InputError, match="must name nothing without rules, or clusters as 'cluster 12'"):
        ct.run(tmp_path / "absent.csv", out=tmp_path / "OUT", settings={"export.gates": ["MSC"]})


def test_a_name_that_the_run_lacks_writes_nothing(out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (out / "gates").iterdir()}
    with pytest.raises(InputError, match="Got 'leukocytes' instead"):
        ct.export(out, gates=["leukocytes"])
    assert {path: path.stat().st_mtime_ns for path in (out / "gates").iterdir()} == before
