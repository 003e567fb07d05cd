"""The page fits its window, can be used by all, and prints."""

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.paper import printed
from tests.browser.visit import NARROW, WIDE

pytestmark = pytest.mark.slow
SHORTEN = """() => document.querySelectorAll('tbody').forEach((body) => {
    while (body.rows.length > 6) body.rows[6].remove();  // they are alike, and many take axe long
})"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["large", "small", "single", "hostile"])
def test_it_does_not_scroll_sideways(visit: Open, name: str, width: int) -> None:
    with visit(name, width=width, open_all=True) as seen:
        page = seen.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert page[0] <= page[1]
        beyond = seen.page.evaluate("""() => [...document.querySelectorAll('main *')].filter((e) => {
            for (let up = e; up !== document.body; up = up.parentElement) {
                if (getComputedStyle(up).overflowX !== 'visible') return false;
            }
            const box = e.getBoundingClientRect();
            return box.width && box.right > document.documentElement.clientWidth + 1;
        }).map((e) => e.outerHTML.slice(0, 120))""")
        assert beyond == []  # nothing hangs out and is cut off
        low = seen.page.evaluate("""() => [...document.querySelectorAll('.box.long')].filter((box) =>
            box.getClientRects().length && box.getBoundingClientRect().height < 300).map((box) => box.ariaLabel)""")
        assert low == []  # what is not laid out yet has its room all the same


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["small", "single", "hostile"])
def test_it_is_accessible(visit: Open, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(name, width=width, open_all=True) as seen:
        seen.page.evaluate(SHORTEN)
        found = axe.run(seen.page).response["violations"]
        grave = [
            f"{each['id']} ({each['impact']}): {[node['target'] for node in each['nodes']][:5]}"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert grave == []


def test_it_prints(visit: Open, site) -> None:
    claims = site("large").cohort.tables["discoveries"]
    with visit("large") as seen:
        pages = printed(seen.page.pdf(format="A4"))
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
