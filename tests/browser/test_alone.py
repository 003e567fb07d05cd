"""The page opens without a network, runs nothing it should not, and draws every figure."""

import pytest

from tests.browser.conftest import Look, Open

pytestmark = pytest.mark.slow
PAGES = ["large", "small", "single", "hostile"]


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_and_complains_of_nothing(look: Look, name: str) -> None:
    seen = look(name, open_all=True)
    seen.page.locator("footer").scroll_into_view_if_needed()
    assert seen.requests
    assert seen.faults() == []
    sections = seen.page.locator("main section").evaluate_all(
        "(all) => all.map((section) => [section.id, section.querySelectorAll('h2').length])"
    )
    several = {"large": ("differences", "samples"), "single": ()}.get(name, ("samples",))
    kept = [section for section in sections if section[0] != "differences" or "differences" in several]
    assert kept == [[each, 1] for each in ("answer", "found", "amounts", *several, "clusters", "quality", "made")]


@pytest.mark.parametrize("name", PAGES)
def test_every_image_is_drawn_and_told_in_words(look: Look, name: str) -> None:
    page = look(name, open_all=True).page
    images = page.evaluate(
        """async () => Promise.all([...document.images].map(async (image) => {
            image.loading = "eager";
            await image.decode().catch(() => {});
            return [image.complete && image.naturalWidth > 0, image.alt, image.getBoundingClientRect().width];
        }))"""
    )
    assert len(images) >= 3
    for drawn, alt, width in images:
        assert drawn, alt
        assert len(alt) > 20
        assert width > 100, alt
    texts = page.locator("section figure").evaluate_all(
        "(all) => all.filter((f) => !f.querySelector('figcaption')?.textContent.trim()).length"
    )
    assert texts == 0  # no figure without a caption


def test_a_large_cohort_is_no_burden_for_a_browser(look: Look, site) -> None:
    assert site("large").path.stat().st_size < 15e6
    page = look("large").page
    assert page.evaluate("document.getElementsByTagName('*').length") < 75_000  # with patients' pages


def test_cards_tell_the_claims_that_stand(look: Look, site) -> None:
    claims = site("large").cohort.tables["discoveries"]
    expected = claims[claims["verdict"] == "supported"]
    assert len(expected)
    cards = look("large", open_all=True).page.locator("#found article.card[data-verdict=supported]")
    text = " ".join(cards.all_inner_texts())
    for candidate in {(row.cluster and f"cluster {row.cluster}") or row.population for row in expected.itertuples()}:
        assert candidate.lower() in text.lower()
    for card in cards.all():
        assert card.locator("figure").count() >= 1


def test_it_can_be_read_without_scripts(visit: Open, site) -> None:
    populations = site("small").cohort.tables["populations"]
    with visit("small", script=False) as seen:
        page = seen.page
        assert page.locator("#amounts table tbody tr").count() >= len(populations)
        assert page.locator("main section").count() == 8  # with differences and samples
        for table in page.locator("table:not(#umap table)").all():  # the map's needs the script, and is not shown
            assert table.locator("tbody tr").count() >= 1
        assert not page.locator("#umap table").is_visible()
        text = page.inner_text("main")
        assert "What was found" in text
        assert page.locator("#umap").inner_text().strip()  # says what would be there
        assert not page.locator("input[type=search]:visible").count()  # what cannot work is not offered
        assert not page.locator("button.csv:visible").count()
