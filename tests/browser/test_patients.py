"""The page of a patient in a browser: one click away, alone on the screen, usable by all, and on paper."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Look, Open
from tests.browser.paper import printed
from tests.browser.visit import NARROW, WIDE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", [True, False])
def test_a_click_on_the_first_page_leads_to_the_patient_and_back(visit: Open, script: bool) -> None:
    with visit("small", script=script) as seen:
        page = seen.page
        assert page.locator("#answer .lead").is_visible()
        assert page.locator(".patient:visible").count() == 0
        link = page.locator("#answer th a").first
        name = link.inner_text()
        link.click()
        assert page.url.endswith(f"#{name}")
        assert page.locator(".patient:visible").count() == 1
        assert page.locator(".patient:visible h2").inner_text().startswith(f"Patient {name}")
        assert page.locator(".patient:visible dt").all_inner_texts() == [
            "Is it there?", "How much?", "Since when?", "Can I believe it?",
        ]  # fmt: skip
        assert page.locator(".patient:visible svg").first.is_visible()
        assert not page.locator("#found").is_visible()
        page.get_by_text("← All patients").locator("visible=true").click()
        assert page.locator("#answer .lead").is_visible()
        assert page.locator(".patient:visible").count() == 0
        if script:
            assert seen.faults() == []


def test_the_answer_and_the_matrix_are_on_the_first_screen(look: Look) -> None:
    page = look("large").page
    height = page.evaluate("innerHeight")
    for part in ("h1", ".light", ".lead.answer", ".overview", ".brief"):
        top = page.locator(part).first.evaluate("(e) => e.getBoundingClientRect().top + scrollY")
        assert top < height, part
    assert page.locator(".brief .card").count() <= 3


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["small", "hostile"])
def test_it_is_accessible_and_fits(visit: Open, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(name, width=width) as seen:
        page = seen.page
        page.locator("#answer th a").first.click()
        found = axe.run(page).response["violations"]
        grave = [
            f"{each['id']} ({each['impact']}): {[node['target'] for node in each['nodes']][:5]}"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert grave == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert seen.faults() == []


def test_each_link_of_the_matrix_has_its_page(look: Look) -> None:
    lost = look("hostile", open_all=True).page.evaluate(
        """() => [...document.querySelectorAll('#answer a[href^="#"]')].filter((link) =>
            !document.getElementById(decodeURIComponent(link.hash.slice(1)))).map((link) => link.hash)"""
    )
    assert lost == []


def test_paper_has_the_first_page_and_then_each_patient(visit: Open, site) -> None:
    patients = site("small").cohort.sheet["patient_id"].unique()
    with visit("small") as seen:
        whole = printed(seen.page.pdf(format="A4"))
        seen.page.goto(f"{site('small').path.as_uri()}#{patients[0]}")
        one = printed(seen.page.pdf(format="A4"))
    begins = {next(i for i, text in enumerate(whole) if f"Patient {name}" in text) for name in patients}
    assert begins == set(range(1, 1 + len(patients)))
    assert re.findall(r"Patient (\S+)", " ".join(one)) == [patients[0]]


def test_a_patient_of_three_visits_has_one_page_of_paper(visit: Open, site) -> None:
    sheet = site("small").cohort.sheet
    visits = sheet["patient_id"].value_counts()
    name = visits.index[visits == 3][0]
    with visit("small") as seen:
        seen.page.goto(f"{site('small').path.as_uri()}#{name}")
        paper = seen.page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


def test_a_figure_is_saved_as_it_is_drawn(visit: Open) -> None:
    with visit("small") as seen:
        seen.page.locator("#answer th a").first.click()
        chart = seen.page.locator(".patient:visible figure.biplot").first
        with seen.page.expect_download() as waiting:
            chart.locator("button.save").click()
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert waiting.value.suggested_filename.endswith(".svg")
        assert text.startswith("<svg")
        assert "data:image/png;base64," in text
        assert "font-size" in text
        assert seen.faults() == []
