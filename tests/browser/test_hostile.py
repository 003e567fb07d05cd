"""Names that came from a file are shown as they are, and do nothing."""

import pytest

from tests.browser.conftest import Look, Open
from tests.browser.made import HOSTILE

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow


def test_nothing_that_a_name_holds_becomes_an_element(look: Look) -> None:
    seen = look("hostile", open_all=True)
    page = seen.page
    assert page.locator("img:not([src^='data:image/'])").count() == 0
    assert page.locator("#bold").count() == 0
    assert page.locator("b", has_text="x").count() == 0 or page.locator("b#bold").count() == 0
    assert page.locator("script:not([type='application/json'])").count() == 1
    handlers = page.evaluate("""() => [...document.querySelectorAll('*')].flatMap((e) =>
        [...e.attributes].filter((a) => a.name.startsWith('on')).map((a) => a.name))""")
    assert handlers == []
    assert seen.faults() == []


def test_names_are_shown_to_the_letter(look: Look, site) -> None:
    cohort = site("hostile").cohort
    page = look("hostile", open_all=True).page
    text = page.evaluate("document.body.textContent")
    wanted = [cohort.title, *cohort.sheet.to_numpy().ravel(), *cohort.tables["populations"]["population"].unique()]
    assert [name for name in wanted if name not in text] == []  # templates do not run either
    assert page.locator("h1").text_content() == cohort.title
    assert page.title().strip() == cohort.title


def test_the_map_knows_them_too(visit: Open) -> None:
    with visit("hostile") as seen:
        page = seen.page
        page.locator("#umap").scroll_into_view_if_needed()
        every = page.locator("#umap-colour option").evaluate_all("(all) => all.map((option) => option.value)")
        for value in every:
            page.select_option("#umap-colour", value)
            expect(page.locator("#umap-canvas")).to_have_attribute("data-drawn", value)
        labels = page.locator("#umap-colour option").all_text_contents()
        assert any(HOSTILE[0] in label for label in labels)  # a marker
        sample = page.locator("#umap-colour option").filter(has_text="ample").first.get_attribute("value")
        page.select_option("#umap-colour", sample)
        legend = page.locator("#umap-legend").text_content() or ""
        assert all(name in legend for name in HOSTILE)
        box = page.locator("#umap-canvas").bounding_box()
        assert box
        for step in range(20):
            page.mouse.move(box["x"] + box["width"] * step / 20, box["y"] + box["height"] * step / 20)
        assert seen.faults() == []


def test_typing_such_names_into_a_filter_is_harmless(visit: Open) -> None:
    with visit("hostile", open_all=True) as seen:
        for search in seen.page.locator(".datatable input[type=search]:visible").all()[:3]:
            for name in (*HOSTILE, "[", "(.*", "\\"):
                search.fill(name)
            search.fill("")
        assert seen.faults() == []
