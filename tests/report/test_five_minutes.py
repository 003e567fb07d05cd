"""Four questions about each patient are answered in few words, one click from the first page."""

from pathlib import Path

import cytoclust as ct
from benchmarks.five_minutes import answers
from tests.report.cohort import Cohort
from tests.report.page import read

MOST = 60
"""Words of an answer: a quarter of a minute of reading."""


def test_each_answer_of_a_cohort_of_twelve_is_short_and_a_click_away(tmp_path: Path) -> None:
    cohort = Cohort(12, 8, n_events=400)
    ct.report.write(cohort.adata, tmp_path / "report.html", tables=cohort.tables, run=cohort.run)
    page = read(tmp_path / "report.html")
    found = answers(page)
    assert {patient: set(told) for patient, told in found.items()} == {
        patient: {"Is it there?", "How much?", "Since when?", "Can I believe it?"}
        for patient in cohort.sheet["patient_id"]
    }
    assert all(0 < words <= MOST for told in found.values() for words in told.values()), found
    (first,) = (part for part in page.all("section") if part.attributes["id"] == "answer")
    links = {link.attributes["href"] for link in first.all("a")}
    assert {f"#{patient}" for patient in found} <= links
