"""A sample, patient or group is chosen once and seen everywhere, by mouse or by keys, and said in words."""

import pytest

from tests.browser.conftest import Open
from tests.browser.visit import NARROW, WIDE

pytestmark = pytest.mark.slow
LIT = """() => ({
    rows: [...document.querySelectorAll("#table-samples tr.lit")].map((row) => row.cells[0].textContent.trim()),
    bars: [...document.querySelectorAll(".composition g.lit")].map((bar) => bar.dataset.sample),
    spots: [...document.querySelectorAll("#samples .spotted i.lit")].map((spot) => spot.dataset.sample),
    columns: [...document.querySelectorAll("#amounts .spotted i.area")].map((spot) => spot.dataset.sample),
    first: [...document.querySelectorAll("#answer tr.lit")].map((row) => row.dataset.sample),
    all: document.querySelectorAll(".lit").length,
})"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_patient_is_seen_in_tables_bars_points_and_map(visit: Open, width: int) -> None:
    with visit("small", width=width) as seen:
        page = seen.page
        who = page.evaluate("JSON.parse(document.getElementById('who').textContent)")
        patient = next(each["patient"] for each in who if sum(one["patient"] == each["patient"] for one in who) > 1)
        own = sorted(each["sample"] for each in who if each["patient"] == patient)
        height = page.locator("nav").bounding_box()["height"]
        page.select_option("#highlight", f"patient:{patient}")
        lit = page.evaluate(LIT)
        for part in ("rows", "bars", "spots", "columns", "first"):
            assert sorted(lit[part]) == own, part
        assert page.locator("nav").bounding_box()["height"] <= height  # what is told takes no line of its own
        told = " ".join(page.locator("#highlighted").inner_text().split())
        assert told.startswith(f"Patient {patient}: {len(own)} samples")
        assert page.locator("#umap-legend .entry[aria-pressed=true] .label").inner_text() == patient
        assert page.locator("#highlighted").is_visible()
        page.keyboard.press("Escape")
        assert page.evaluate(LIT)["all"] == 0
        assert page.locator("#highlighted").inner_text() == ""
        assert page.locator("#umap-legend .entry[aria-pressed=true]").count() == 0
        assert seen.faults() == []


def test_the_samples_behind_a_comparison_lead_to_their_patients(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        page.select_option("#highlight", index=1)
        behind = page.locator("#differences details[data-behind]").first
        behind.locator("summary").click()
        behind.locator("a").first.wait_for()
        links = behind.locator("a").evaluate_all("(all) => all.map((a) => [a.dataset.sample, a.hash, a.className])")
        assert f"{len(links)} samples" == behind.locator("summary").inner_text()
        who = page.evaluate("JSON.parse(document.getElementById('who').textContent)")
        group = page.evaluate("document.getElementById('highlight').value").removeprefix("group:")
        lit = {each["sample"] for each in who if each["group"] == group}
        assert {name for name, _, style in links if style == "lit"} == lit & {name for name, *_ in links}
        behind.locator("a").first.click()
        assert page.locator(".patient:visible").count() == 1


def test_keys_alone_choose_a_group(visit: Open) -> None:
    with visit("small") as seen:
        page = seen.page
        page.locator("#highlight").focus()
        page.keyboard.press("ArrowDown")  # groups come first
        group = page.evaluate("document.getElementById('highlight').value").removeprefix("group:")
        who = page.evaluate("JSON.parse(document.getElementById('who').textContent)")
        own = sorted(each["sample"] for each in who if each["group"] == group)
        assert sorted(page.evaluate(LIT)["rows"]) == own
        assert page.locator("#highlighted").inner_text().startswith(f"Group {group}:")


def test_what_is_highlighted_can_be_read(visit: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit("small") as seen:
        seen.page.select_option("#highlight", index=1)
        found = axe.run(seen.page, context="#samples").response["violations"]
        grave = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
        assert grave == []


def test_without_a_script_there_is_nothing_to_choose(visit: Open) -> None:
    with visit("small", script=False) as seen:
        assert not seen.page.locator(".chooser").is_visible()
        assert seen.page.locator("#table-samples").is_visible()
