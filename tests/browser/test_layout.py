"""The page fits its window, can be used by all, and prints."""

import re

import pytest

from tests.browser.conftest import Look, Open
from tests.browser.paper import printed
from tests.browser.visit import NARROW, WIDE

pytestmark = pytest.mark.slow
HIDE = """(hidden) => document.querySelectorAll('tbody').forEach((body) => {
    [...body.rows].slice(6).forEach((row) => { row.style.display = hidden ? 'none' : ''; });
})"""
"""Rows are alike, and many take axe long."""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["large", "small", "single", "hostile"])
def test_it_does_not_scroll_sideways(look: Look, name: str, width: int) -> None:
    page = look(name, width=width, open_all=True).page
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]
    beyond = page.evaluate("""() => {
        const edge = document.documentElement.clientWidth + 1;
        return [...document.querySelectorAll('main *')].filter((e) => {
            const box = e.getBoundingClientRect();
            if (!box.width || box.right <= edge) return false;
            for (let up = e; up !== document.body; up = up.parentElement) {
                if (getComputedStyle(up).overflowX !== 'visible') return false;
            }
            return true;
        }).map((e) => e.outerHTML.slice(0, 120));
    }""")
    assert beyond == []  # nothing hangs out and is cut off
    low = page.evaluate("""() => [...document.querySelectorAll('.box.long')].filter((box) =>
        box.getClientRects().length && box.getBoundingClientRect().height < 300).map((box) => box.ariaLabel)""")
    assert low == []  # what is not laid out yet has its room all the same


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["small", "single", "hostile"])
def test_it_is_accessible(look: Look, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = look(name, width=width, open_all=True).page
    page.evaluate(HIDE, True)
    found = axe.run(page).response["violations"]
    page.evaluate(HIDE, False)
    grave = [
        f"{each['id']} ({each['impact']}): {[node['target'] for node in each['nodes']][:5]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_it_prints(look: Look, site) -> None:
    claims = site("large").cohort.tables["discoveries"]
    pages = printed(look("large").page.pdf(format="A4"))
    assert 5 < len(pages) < 200
    text = " ".join(pages)
    sentence = claims["sentence"][claims["verdict"] == "supported"].iloc[0]
    words = re.findall(r"[A-Za-z0-9.]+", sentence)[:12]
    assert words == [w for w in words if w in text]
    for title in ("What was found", "How it was done"):
        assert title in text


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_links_lead_to_headings_that_nothing_covers(visit: Open, width: int) -> None:
    with visit("small", width=width) as seen:
        page = seen.page
        for link in page.locator("nav a").all():
            link.click()
            shown = page.locator(f"{link.get_attribute('href')} :is(h2:not(.hidden), .lead)")
            heading = shown.first  # the answer is its own heading
            seen_there = heading.evaluate("""(heading) => {
                const box = heading.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + 5, box.top + box.height / 2);
                return box.top >= 0 && box.bottom <= innerHeight && heading.contains(top);
            }""")
            assert seen_there, link.inner_text()
