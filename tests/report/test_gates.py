"""The gates of a sort in the report."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.gating import Sorter, sort_plan
from tests.report.cohort import Cohort
from tests.report.page import read, table

POPULATION = "MSC"
ROW = {
    "population": POPULATION, "step": 1, "name": "CD45 CD90", "x": "CD45", "y": "CD90", "x_scale": "linear",
    "y_scale": "linear", "n_vertices": 3, "vertices": "-1 2; 1 2; 1 6", "share_of_parent": 0.01, "yield_step": 0.95,
    "yield": 0.95, "yield_low": 0.9, "yield_high": 0.99, "purity": 0.5, "purity_low": 0.4, "purity_high": 0.6,
    "measured_on": "held out", "n_targets": 300, "n_samples": 3, "worst_sample": "BM003", "worst_purity": 0.4,
    "contaminants": "12 doublet, 3 <b>dead</b>",
}  # fmt: skip
LAST = ROW | {"step": 2, "name": POPULATION, "x": "CD105", "y": "CD73", "yield": 0.93, "purity": 0.975}


def cohort(**changed: object) -> Cohort:
    made = Cohort(n_samples=4, n_events=1500)
    made.tables["gates"] = pd.DataFrame([ROW | changed, LAST | changed])
    plan = sort_plan(n_target=30, n_events=100_000, gate_yield=0.93, gate_purity=0.975, sorter=Sorter())
    made.tables["sort_plan"] = pd.DataFrame([{"population": POPULATION, "sample_id": "BM001"} | plan])
    return made


def page(made: Cohort, path: Path) -> str:
    ct.report.write(made.adata, path, tables=made.tables, run=made.run)
    return path.read_text(encoding="utf-8")


def test_gates_are_shown_with_a_page_to_draw_from(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    text = page(cohort(), path)
    shown = table(read(path), "Gates for a sorter")
    assert [[cell.text() for cell in row.values()][:6] for row in shown] == [
        [POPULATION, "1", "CD45 CD90", "CD45, CD90", "95.0 %", "95.0 %"],
        [POPULATION, "2", POPULATION, "CD105, CD73", "95.0 %", "93.0 %"],
    ]
    assert shown[1]["Purity"].text() == "97.5 %"
    assert shown[1]["Purity, 95 %"].text() == "40.0 % to 60.0 %"
    assert "2 gates to sort MSC" in text
    assert "<b>dead</b>" not in text
    (plan,) = table(read(path), "What a sort gives")
    assert plan["One in"].text() == "3,330"
    assert "What they are in another patient is not known" not in text


def test_gates_that_were_not_measured_say_so(tmp_path: Path) -> None:
    limits = {f"{name}_{side}": np.nan for name in ("yield", "purity") for side in ("low", "high")}
    text = page(cohort(measured_on="trained", **limits), tmp_path / "report.html")
    assert "What they are in another patient is not known" in text
    (row, _) = table(read(tmp_path / "report.html"), "Gates for a sorter")
    assert row["Yield, 95 %"].text() == row["Purity, 95 %"].text() == "–"


@pytest.mark.parametrize("given", [True, False])
def test_no_section_without_gates(tmp_path: Path, given: bool) -> None:
    made = cohort()
    if given:
        made.tables["gates"] = made.tables["gates"][:0]
    else:
        del made.tables["gates"]
    assert 'id="sort-gates"' not in page(made, tmp_path / "report.html")
