"""The map recolours, highlights and tells what is under the pointer, with a mouse and without."""

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.browser.conftest import Look, Open
from tests.browser.made import SIDE

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow


SMALL = """(canvas) => {
    const small = document.createElement("canvas");
    small.width = small.height = 100;
    const pen = small.getContext("2d");
    pen.drawImage(canvas, 0, 0, 100, 100);
    return [...pen.getImageData(0, 0, 100, 100).data];
}"""
EACH = (
    """async () => {
    const [select, canvas] = ["colour", "canvas"].map((id) => document.getElementById(`umap-${id}`));
    const found = {};
    for (const option of select.options) {
        select.value = option.value;
        select.dispatchEvent(new Event("change"));
        while (canvas.dataset.drawn !== option.value) await new Promise(requestAnimationFrame);
        found[option.value] = ("""
    + SMALL
    + """)(canvas);
    }
    return found;
}"""
)


def drawn(page: "Page") -> Any:
    """The picture on the canvas, made small: 100 × 100 × (red, green, blue, opacity)."""
    return np.array(page.locator("#umap-canvas").evaluate(SMALL), dtype=np.uint8).reshape(100, 100, 4)


def ready(page: "Page", value: str | None = None) -> None:
    page.locator("#umap").scroll_into_view_if_needed()
    expect(page.locator("#umap-canvas")).to_have_attribute("data-drawn", value or re.compile("."))


def options(page: "Page") -> list[str]:
    return page.locator("#umap-colour option").evaluate_all("(all) => all.map((option) => option.value)")


@pytest.mark.parametrize("name", ["large", "single"])
def test_the_canvas_is_not_blank(look: Look, name: str) -> None:
    page = look(name, open_all=True).page
    ready(page)
    picture = drawn(page)
    assert len(np.unique(picture[picture[..., 3] > 0], axis=0)) > 50


def test_each_choice_colours_the_map_anew(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        ready(page)
        every = options(page)
        labels = page.locator("#umap-colour option").all_inner_texts()
        for word in ("cluster", "population", "group", "timepoint", "batch", "CD271"):
            assert any(word.lower() in label.lower().replace(" ", "") for label in labels), word
        assert page.locator("#umap-colour optgroup").count() >= 2
        value = choice(page, "CD271")
        page.select_option("#umap-colour", value)
        ready(page, value)
        found = page.evaluate(EACH)
        assert list(found) == every
        assert len({bytes(picture) for picture in found.values()}) == len(every) > 20
        assert seen.faults() == []


def test_words_follow_the_colour(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        ready(page)
        told = set()
        canvas = page.locator("#umap-canvas")
        assert canvas.get_attribute("role") == "img"
        for label in ("group", "CD271"):
            text = page.locator("#umap-colour option").filter(has_text=re.compile(f"^{label}$", re.IGNORECASE)).first
            value = text.get_attribute("value")
            page.select_option("#umap-colour", value)
            ready(page, value)
            words = canvas.get_attribute("aria-label") or ""
            assert label.lower() in words.lower()
            told.add(words)
        assert len(told) == 2


def test_pressing_a_name_in_the_legend_shows_it_alone(visit: Open) -> None:
    with visit("islands") as seen:
        page = seen.page
        page.select_option("#umap-colour", choice(page, "cluster"))
        ready(page)
        before = drawn(page)
        buttons = page.locator("#umap-legend button")
        assert buttons.count() >= SIDE**2
        button = buttons.filter(has_text=re.compile(r"^\s*4\b")).first
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        changed = (drawn(page) != before).any(axis=2)
        middle = [slice(n // 3, 2 * n // 3) for n in changed.shape]
        outside = changed.copy()
        outside[tuple(middle)] = False
        assert outside.sum() > 50  # the others fade; cluster 4 is the one in the middle
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        assert np.array_equal(drawn(page), before)


def choice(page: "Page", label: str) -> str:
    found = page.locator("#umap-colour option").filter(has_text=re.compile(f"^{label}$", re.IGNORECASE)).first
    return str(found.get_attribute("value"))


def places(page: "Page") -> dict[tuple[int, int], str]:
    """Cluster that the tip names at a grid of points over the canvas."""
    box = page.locator("#umap-canvas").bounding_box()
    assert box
    tip, found = page.locator("#umap-tip"), {}
    for x in np.linspace(0.02, 0.98, 16):
        for y in np.linspace(0.02, 0.98, 16):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            text = tip.inner_text() if tip.is_visible() else ""
            if named := re.search(r"[Cc]luster\s+(\d+)", text):
                found[(round(x * 1000), round(y * 1000))] = named[1]
    return found


def test_the_tip_names_the_cluster_that_is_there(visit: Open, site) -> None:
    with visit("islands") as seen:
        ready(seen.page)
        found = places(seen.page)
        middle = {
            name: np.mean([at for at, each in found.items() if each == name], axis=0) for name in set(found.values())
        }
        assert set(middle) == {str(i) for i in range(SIDE**2)}
        for name, (x, y) in middle.items():
            beside, above = str(int(name) + 1), str(int(name) + SIDE)
            if int(name) % SIDE < SIDE - 1:
                assert middle[beside][0] > x + 100
            if above in middle:
                assert middle[above][1] < y - 100  # the screen counts from above
        seen.page.mouse.move(5, 5)
        expect(seen.page.locator("#umap-tip")).not_to_contain_text(re.compile("cluster", re.IGNORECASE))


def test_the_island_of_data_is_what_was_given(visit: Open, site) -> None:
    with visit("islands") as seen:
        data = json.loads(seen.page.locator("#umap-data").text_content() or "")
        assert isinstance(data, dict)
        raw = site("islands").path.read_text(encoding="utf-8")
        island = raw.split('id="umap-data">', 1)[1].split("</script>", 1)[0]
        assert "<" not in island


def test_the_keyboard_reaches_everything(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        ready(page)
        wanted = {"#umap-colour", "#umap-legend button", "thead button", "input[type=search]", "button.csv"}
        page.locator("#umap-colour").focus()
        reached = set()
        for _ in range(400):
            here = page.evaluate("(all) => all.filter((w) => document.activeElement.matches(w))", list(wanted))
            if here:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", f"{here}: focus cannot be seen"
            reached |= set(here)
            if reached == wanted:
                break
            page.keyboard.press("Tab")
        assert reached == wanted


def test_the_keyboard_recolours_and_sorts(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        ready(page)
        first = page.locator("#umap-canvas").get_attribute("data-drawn")
        page.locator("#umap-colour").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#umap-canvas")).not_to_have_attribute("data-drawn", first or "")
        button = page.locator("#umap-legend button").first
        if button.count():
            button.focus()
            page.keyboard.press("Enter")
            expect(button).to_have_attribute("aria-pressed", "true")
        head = page.locator("#amounts thead button:visible").first
        head.focus()
        page.keyboard.press("Space")
        assert head.locator("xpath=..").get_attribute("aria-sort") in ("ascending", "descending")
