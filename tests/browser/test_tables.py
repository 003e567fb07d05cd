"""Tables sort, filter and download: against Python on the same values, and the tables that were given."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from natsort import natsorted

from tests.browser.conftest import Open
from tests.browser.made import HOSTILE
from tests.browser.visit import cells

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow


def tables(page: "Page") -> list["Locator"]:
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    return page.locator(".datatable").all()


def download(page: "Page", box: "Locator", folder: Path) -> tuple[str, pd.DataFrame]:
    page.wait_for_timeout(110)  # Chromium drops what exceeds ten downloads a second
    with page.expect_download() as waiting:
        box.locator("button.csv").click()
    told = waiting.value
    path = folder / told.suggested_filename
    told.save_as(path)
    return told.suggested_filename, pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


SORT = """() => [...document.querySelectorAll(".datatable table")].flatMap((table) => {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const before = new Set(body.rows);
    return heads.flatMap((head, column) => ["ascending", "descending"].map((direction) => {
        head.querySelector("button").click();
        const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
        const told = head.getAttribute("aria-sort");
        return {title: head.textContent, direction, told, values: [...body.rows].map(key),
            arrows: heads.filter((each) => each.ariaSort).length,
            same: before.size === body.rows.length && [...body.rows].every((row) => before.has(row))};
    }));
})"""


def numbers(values: list[str]) -> list[float] | None:
    """What a column is sorted by, if all of it is numbers or missing."""
    try:
        return [float(value) for value in values if value]
    except ValueError:
        return None


def test_columns_sort_up_and_down(visit: Open) -> None:
    with visit("small") as seen:
        found = seen.page.evaluate(SORT)
        assert seen.faults() == []
    numeric = worded = 0
    for turn in found:
        assert (turn["told"], turn["arrows"], turn["same"]) == (turn["direction"], 1, True), turn["title"]
        values, down = turn["values"], turn["direction"] == "descending"
        if got := numbers(values):
            assert got == sorted(got, reverse=down), turn["title"]
            numeric += 1
        elif all(re.fullmatch(r"[A-Za-z0-9_ ]*", value) for value in values):  # others: as the locale has it
            folded = [value.casefold() for value in values if value]
            assert folded == natsorted(folded, reverse=down), turn["title"]
            worded += 1
    assert numeric > 60
    assert worded > 30


def test_a_heading_that_is_pressed_sorts(visit: Open) -> None:
    with visit("small") as seen:
        table = seen.page.locator("#table-populations table")
        head = table.locator("thead th").filter(has_text=re.compile("^Fraction"))
        head.locator("button").click()
        expect(head).to_have_attribute("aria-sort", "ascending")
        titles, rows = cells(table)
        values = [float(row[titles.index("Fraction")]["sort"] or "-inf") for row in rows]
        assert values == sorted(values)


def test_the_filter_shows_the_rows_that_hold_the_words(visit: Open) -> None:
    with visit("small") as seen:
        page, filtered = seen.page, 0
        for box in tables(page):
            search = box.locator("input[type=search]")
            if not search.count():
                assert len(cells(box.locator("table"))[1]) < 8
                continue
            _, rows = cells(box.locator("table"))
            text = [" ".join(cell["text"] for cell in row) for row in rows]
            for words in (text[0].split()[0], text[-1].split()[0].upper(), "no such words"):
                search.fill(words)
                expected = sum(words.casefold() in row.casefold() for row in text)
                expect(box.locator(".shown")).to_contain_text(re.compile(rf"\b{expected}\b.*\b{len(rows):,}\b"))
                assert len(cells(box.locator("table"))[1]) == expected
            search.fill("")
            assert len(cells(box.locator("table"))[1]) == len(rows)
            filtered += 1
        assert filtered >= 3


def test_downloads_hold_what_the_tables_hold(visit: Open, tmp_path: Path) -> None:
    with visit("small") as seen:
        for box in tables(seen.page):
            titles, rows = cells(box.locator("table"))
            name, told = download(seen.page, box, tmp_path)
            assert f"table-{name}" == f"{box.get_attribute('id')}.csv"
            assert len(told) == len(rows)
            assert len(told.columns) >= len(titles)
            assert told.columns.is_unique


@pytest.mark.parametrize("table", ["populations", "clusters", "contrasts"])
def test_downloads_have_every_digit(visit: Open, site, table: str, tmp_path: Path) -> None:
    given = site("small").cohort.tables[table].reset_index(drop=True)
    with visit("small") as seen:
        tables(seen.page)
        _, told = download(seen.page, seen.page.locator(f"#table-{table}"), tmp_path)
    assert len(told) == len(given)
    numeric = [name for name in given.select_dtypes("number") if given[name].notna().any()]
    by_number = {name: sorted(given[name].dropna()) for name in numeric}
    found = [sorted(float(cell) for cell in told[column] if cell) for column in told if _is_numeric(told[column])]
    missing = [name for name, values in by_number.items() if values not in found]
    assert missing == []  # each numeric column is there, to the bit


def _is_numeric(column: pd.Series) -> bool:
    return pd.to_numeric(column[column != ""], errors="coerce").notna().all()


def test_a_filtered_table_downloads_its_rows(visit: Open, site, tmp_path: Path) -> None:
    given = site("small").cohort.tables["populations"]
    with visit("small") as seen:
        box = seen.page.locator("#table-populations")
        box.locator("input[type=search]").fill("endothelial")
        _, told = download(seen.page, box, tmp_path)
    assert len(told) == (given["population"] == "endothelial").sum()
    assert (told == "endothelial").any(axis=1).all()


def test_a_download_follows_the_order_shown(visit: Open, tmp_path: Path) -> None:
    with visit("small") as seen:
        box = seen.page.locator("#table-clusters")
        head = box.locator("thead th").filter(has_text=re.compile("^Events$", re.IGNORECASE)).locator("button")
        head.click()
        _, rows = cells(box.locator("table"))
        _, told = download(seen.page, box, tmp_path)
        assert told.iloc[:, 0].tolist() == [row[0]["text"] for row in rows]


def test_no_downloaded_cell_is_a_formula(visit: Open, tmp_path: Path) -> None:
    names = 0
    with visit("hostile") as seen:
        for box in tables(seen.page):
            _, told = download(seen.page, box, tmp_path)
            for cell in [*told.columns, *told.to_numpy().ravel()]:
                assert not re.search(r"(?:^|[;\t\r\n])\s*(?:[=@]\S|[+-][^;\t\r\n]*[(|!\[])", str(cell)), cell
                names += any(hostile in str(cell) for hostile in HOSTILE)
        assert names > 50
        assert seen.faults() == []
