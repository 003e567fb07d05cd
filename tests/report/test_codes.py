"""Modules talk in codes: whatever the words of findings, verdicts, columns and sections are the same."""

import itertools
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import keys
from cytoclust.findings import KINDS, Finding, Kind, to_cell
from tests.report.cohort import Cohort
from tests.report.page import Element, read
from tests.report.sketched import sketched
from tests.report.study import study

NONSENSE = 'other times; one patient; not tested: "x" {"a": 1} dead cells were not looked for: no p'
"""Words that a reader of words would fall for."""
WORDS = {"sentence", "Note", "Objections"}
"""Columns that hold words for people."""


def reworded(kind: Kind) -> Kind:
    """The same kind with nonsense for words, where it has any."""
    return Kind(*((bool(words) and (lambda _: NONSENSE)) or "" for words in (kind.sentence, kind.meaning, kind.advice)))


def told(words: bool) -> Cohort:
    """A study that has all sorts of findings, whose notes say nonsense if ``words`` are not theirs."""
    cohort = study(24, 18, n_events=600)
    samples = list(cohort.sheet["sample_id"])
    notes = [
        {"code": f"{check} not made", "data": {"why": f"there is no {what}"}, "sentence": "" if words else NONSENSE}
        for check, what in (("dead", "viability dye"), ("time", "time channel"))
    ]
    cohort.run["quality"] = {name: {"margin": {}, "debris": {}} for name in samples}
    cohort.run["quality_notes"] = dict.fromkeys(samples, notes)
    contrasts = cohort.tables["contrasts"]
    last = contrasts["contrast"] == contrasts["contrast"].iloc[-1]
    contrasts.loc[last, "note"] = to_cell([Finding("too few patients", least_p=0.1)])
    return cohort


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, pd.DataFrame], Element]]:
    """Tables and page of the study, with the words of findings and with nonsense in their place."""
    found = []
    with sketched(), pytest.MonkeyPatch.context() as patch:
        for words in (True, False):
            for code, kind in [] if words else list(KINDS.items()):
                patch.setitem(KINDS, code, reworded(kind))
            cohort = told(words)
            path = tmp_path_factory.mktemp("page") / "report.html"
            ct.report.write(cohort.adata, path, tables=cohort.tables, run=cohort.run)
            found.append((cohort.tables, read(path)))
    return found


def outside(element: Element, *, skip: tuple[str, ...]) -> Iterator[Element]:
    """Every element that is in none of some."""
    for child in element.children:
        if isinstance(child, Element) and child.tag not in skip:
            yield child
            yield from outside(child, skip=skip)


def cells(page: Element) -> Iterator[tuple[Any, ...]]:
    """What tables show, but for columns of words."""
    for table in page.all("table"):
        titles = [button.text() for button in table.all("button")]
        for row in table.all("tbody")[0].all("tr"):
            shown = itertools.zip_longest(titles, row.all("*"))
            yield tuple(cell.text() for title, cell in shown if title not in WORDS and cell is not None)


@pytest.mark.slow
def test_tables_have_the_same_codes_and_verdicts(both: Any) -> None:
    (first, _), (second, _) = both
    assert set(first) == set(second)
    for name in first:
        columns = [column for column in first[name] if column not in WORDS]
        pd.testing.assert_frame_equal(first[name][columns], second[name][columns])
    assert {"supported", "not supported"} <= set(first["discoveries"]["verdict"]) <= set(keys.VERDICTS)
    assert first["discoveries"]["flags"].str.contains('{"', regex=False).any()
    assert first["contrasts"]["note"].str.contains("too few patients").any()
    assert not (first["discoveries"]["sentence"] == second["discoveries"]["sentence"]).all()


@pytest.mark.slow
def test_the_page_has_the_same_verdicts_cards_and_sections(both: Any) -> None:
    (_, first), (_, second) = both
    assert NONSENSE not in first.text()
    assert NONSENSE in second.text()
    shape = [[(each.tag, each.attributes) for each in outside(page, skip=("script", "style"))] for _, page in both]
    assert shape[0] == shape[1]
    assert [card.attributes["data-verdict"] for card in first.all("article")]
    assert list(cells(first)) == list(cells(second))
    for tag in ("h2", "h3", "h4", "summary", "dt", "dd", "blockquote"):
        assert [each.text() for each in first.all(tag)] == [each.text() for each in second.all(tag)]
    paragraphs = [
        [each.text() for each in outside(page, skip=("script", "style", "article")) if each.tag == "p"]
        for page in (first, second)
    ]
    assert paragraphs[0] == paragraphs[1]
    assert "Dead cells were not looked for: there is no viability dye." in first.text()
