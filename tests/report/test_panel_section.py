"""The section on compensation says what was found, and what it does not draw."""

from cytoclust.findings import Finding
from cytoclust.report._gather import gather
from cytoclust.report._panel_section import panel
from cytoclust.slots import write_findings
from tests.report.cohort import Cohort


def test_pairs_of_detectors_name_the_slopes_that_are_left() -> None:
    cohort = Cohort(2, 6, n_events=300)
    pairs = panel(gather(cohort.adata, cohort.tables, cohort.run))["pairs"]
    assert pairs.alt == "10 pairs of detectors. No slope was found that compensation left."
    slope = Finding("compensated too much", source="CD45 (FL0-A)", target="GD2 (FL9-A)", slope=-0.04, error=0.002)
    write_findings(cohort.adata, "population", [("", slope)])
    pairs = panel(gather(cohort.adata, cohort.tables, cohort.run))["pairs"]
    assert "Compensation left a slope: CD45 in GD2." in pairs.caption
    alone = cohort.adata[:, ["CD45"]].copy()
    assert panel(gather(alone, cohort.tables, cohort.run))["pairs"] is None
