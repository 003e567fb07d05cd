"""What the page of a patient says, of made-up amounts."""

import numpy as np
import pytest
from scipy.stats import binomtest

from cytoclust import keys
from cytoclust.report import _patient_section
from cytoclust.report._amounts import Amount, amounts_of, level_range
from cytoclust.report._gather import gather
from cytoclust.report._patient_drawings import draw_chart
from cytoclust.report._patient_section import _change, patient_pages
from cytoclust.report._patient_words import _first, _levels, _pattern
from cytoclust.report._visits import Patient, Visit
from tests.report.cohort import Cohort
from tests.report.test_answer import inputs, rule

VISITS = Patient("P1", "P1", "a", (Visit("S1", "diagnosis"), Visit("S2", "therapy"), Visit("S3", "relapse")))


def amount(status: str, n: int, base: int = 10_000, upper: float = 0.001) -> Amount:
    level = n / base
    return Amount("X", "cells", status, n, base, base, level, level / 2, level * 2, level, level / 2, level * 2,
                  1e6 * level, 3, 0.0005, upper)  # fmt: skip


def test_the_change_has_the_interval_of_the_two_counts() -> None:
    before, after = amount("quantified", 100, 10_000), amount("quantified", 60, 2_000)
    told = _change(before, after, 0.95)
    interval = binomtest(60, 160).proportion_ci(0.95, method="exact")
    low, high = (5 * share / (1 - share) for share in (interval.low, interval.high))
    assert told == f"{5 * 60 / 100:.2g}× ({low:.2g}× to {high:.2g}×)"


def test_a_change_from_or_to_none_has_one_limit() -> None:
    none, some = amount("not detected", 0), amount("quantified", 50)
    assert _change(none, some, 0.95).startswith("from none to 50: at least ")
    most = 1 - 0.05 ** (1 / 50)  # of the share of the later count in all 50: one-sided where it is none
    assert _change(some, none, 0.95) == f"from 50 to none: at most {most / (1 - most):.2g}×"
    assert _change(none, none, 0.95) == "–"


@pytest.mark.parametrize(
    ("statuses", "pattern", "first"),
    [
        (["quantified", "trace", "detected"], "yes at diagnosis and relapse, a trace at therapy", "first sample"),
        (["not detected", "quantified", "quantified"], "yes at therapy and relapse, none seen at diagnosis",
         "since therapy; none at diagnosis (< 0.10 %)"),
        (["not evaluable", "not evaluable", "trace"], "a trace at relapse, cannot be told at diagnosis and therapy",
         "since relapse at the latest; therapy could not have shown it (< 0.10 %)"),
        (["not detected"] * 3, "none seen at each visit", "not seen so far"),
    ],
)  # fmt: skip
def test_presence_and_beginning_in_words(statuses: list[str], pattern: str, first: str) -> None:
    amounts = [amount(status, 30 if status in keys.SHOWN else 0) for status in statuses]
    assert _pattern(VISITS, amounts) == pattern
    assert first in _first(VISITS, amounts).replace("\u00a0", " ")


def test_amounts_over_visits_are_told_in_few_words() -> None:
    none = [amount("not evaluable", 0, upper=upper) for upper in (0.001, 0.004, 0.002)]
    assert _levels(VISITS, none) == f"not evaluable at each visit ({none[1].limit})"
    some = [none[0], amount("quantified", 200), amount("detected", 30)]
    assert _levels(VISITS, some) == " → ".join(each.told for each in some)
    many = Patient("P1", "P1", "a", tuple(Visit(f"S{i}", f"month {i}") for i in range(5)))
    amounts = [none[0], some[2], some[1], None, none[1]]
    assert _levels(many, amounts) == f"highest at month 2, {some[1].told}; last {none[1].told}"
    assert len(_levels(many, amounts).split()) < 20


def test_other_groups_are_told_by_how_many_have_it_and_the_range() -> None:
    here, none, blind = amount("quantified", 100), amount("not detected", 0), amount("not evaluable", 0)
    assert level_range([here, none]).replace("\u00a0", " ") == "in 1 of 2: 1.00 %"
    assert (
        level_range([none, none, blind]).replace("\u00a0", " ")
        == "in none of 3: each < 0.10 % (in 1 too few cells to tell)"
    )
    assert level_range([blind]) == "in none of 1 (too few cells to tell)"


def test_marks_lie_where_their_levels_are_on_a_logarithmic_axis() -> None:
    chart = draw_chart(
        "X", "cells", "#000000", [amount("quantified", 1000), amount("not detected", 0), None], ["a", "b", "c"],
        {"others": [amount("quantified", 10)]},
    )  # fmt: skip
    assert chart is not None
    ticks = {float(label.removesuffix("\u00a0%")) / 100: y for y, label in chart.y_ticks}
    high, absent = chart.marks
    assert high.y == pytest.approx(ticks[0.1], abs=0.1)
    assert absent.y == pytest.approx(ticks[0.001], abs=0.1)  # at the upper limit
    assert (absent.low, absent.high) == (None, None)
    assert chart.others[0].y == pytest.approx(ticks[0.001], abs=0.1)
    assert np.all(np.diff([x for x, _ in chart.x_labels]) > 0)


def test_pages_are_of_all_patients_unless_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    found = inputs()
    pages = patient_pages(found)
    assert [page.patient.name for page in pages] == ["P01", "P04", "P02", "P03"]
    assert all(not page.biplots for page in pages)  # densities were not counted
    monkeypatch.setattr(_patient_section, "MOST_PAGES", 2)
    assert patient_pages(found) == []
    (alone,) = patient_pages(found, "P02")
    assert [visit.when for visit in alone.patient.visits] == ["diagnosis", "therapy"]
    names = [name for name, _ in alone.rows]
    assert names[0] == "neuroblastoma"
    assert {"MSC", "MSC CD146+CD271-"} <= set(names)


def test_samples_without_a_patient_are_patients_of_their_own() -> None:
    cohort = Cohort(3, 10, n_events=200, groups=False)
    cohort.run["rules"]["populations"] = [rule("MSC", primary=True)]
    found = gather(cohort.adata, cohort.tables, cohort.run)
    assert [page.patient.name for page in patient_pages(found)] == list(cohort.sheet[keys.SAMPLE])
    assert all(page.steps == [] and page.others == [] for page in patient_pages(found))
    assert amounts_of(found)
