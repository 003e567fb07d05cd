"""What the panel cannot tell, in as few sentences as can be."""

from cytoclust.findings import Finding
from cytoclust.report._gather import gather
from cytoclust.report._panel_limits import panel_limits
from tests.report.cohort import Cohort


def lacks(marker, name, instead):
    return Finding(
        "populations not nameable", markers=[marker], populations=[name], with_descendants=False, instead=instead
    )


def test_what_is_left_with_one_name_is_told_in_one_sentence():
    cohort = Cohort(2, 4, n_events=60)
    alone = lacks("CD25", "T cell regulatory", "T cell")
    found = [lacks("CD3", "T cell", "leukocyte"), alone, lacks("CD19", "B cell", "leukocyte")]
    cohort.run["rules"]["limits"] = [each.to_dict() for each in found]
    assert panel_limits(gather(cohort.adata, cohort.tables, cohort.run)) == [
        "T cell (without CD3) and B cell (without CD19) cannot be named; such cells are leukocyte.",
        alone.sentence,
    ]
