"""The map over any two markers: filters, the lasso and ticked rows count what a count by hand finds."""

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.words import percent
from tests.browser.conftest import Open
from tests.browser.visit import NARROW

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow
X, Y = "CD146", "CD271"
RING = [(0.25, 0.15), (0.85, 0.2), (0.7, 0.75), (0.35, 0.8)]  # of the canvas, from its upper left corner
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 42  # pixels around the axes


class Told:
    """What the page was given."""

    def __init__(self, page: "Page"):
        self.data: dict[str, Any] = json.loads(page.locator("#umap-data").text_content() or "")
        self.cells = np.array(self.data["weights"]["values"])[self.codes(self.data["weights"])]
        self.kinds = {kind["value"]: kind for kind in self.data["kinds"]}

    @staticmethod
    def codes(part: dict[str, Any]) -> Any:
        return np.frombuffer(base64.b64decode(part["codes"]), {1: "u1", 2: "<u2"}[part["bytes"]])

    def of(self, kind: str) -> Any:
        """Name of each event."""
        return np.array(self.kinds[kind]["names"])[self.codes(self.kinds[kind])]

    def place(self, name: str, salt: int) -> Any:
        """Along the axis, from 0 to 1: within its level each event is strewn by its number."""
        (marker,) = (each for each in self.data["markers"] if each["name"] == name)
        level = np.frombuffer(base64.b64decode(marker["values"]), "u1")
        number = np.arange(1, len(level) + 1, dtype=np.uint64)
        return (level + (number * salt % 2**32) / 2**32) / 256


def inside(x: Any, y: Any, ring: Any) -> Any:
    """By the angles that the corners of the ring go round each point."""
    corner = np.arctan2(ring[:, 1] - y[:, None], ring[:, 0] - x[:, None])
    turn = np.diff(np.column_stack([corner, corner[:, 0]]), axis=1)
    return np.abs(((turn + np.pi) % (2 * np.pi) - np.pi).sum(axis=1)) > 1


def over(page: "Page", x: str = X, y: str = Y) -> None:
    page.locator("#umap").scroll_into_view_if_needed()
    page.select_option("#umap-across", label=x)
    page.select_option("#umap-up", label=y)
    expect(page.locator("#umap-canvas")).to_have_attribute("data-axes", f"{x} {y}")


def resting(page: "Page") -> dict[str, float]:
    """Where the canvas is, once tables above it that come near the screen are laid out."""
    before, box = None, page.locator("#umap-canvas").bounding_box()
    while box is None or box != before:
        page.wait_for_timeout(200)
        before, box = box, page.locator("#umap-canvas").bounding_box()
    return dict(box)


def draw_around(page: "Page") -> Any:
    """Draw the ring; its corners along the axes."""
    page.locator("#umap-canvas").scroll_into_view_if_needed()
    page.click("#umap-lasso")
    box = resting(page)
    # a pointer stands on whole pixels, and the canvas may not
    corners = [
        (round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])) for x, y in RING
    ]  # fmt: skip
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner)
    page.mouse.up()
    page.click("#umap-lasso")
    at = np.array(corners) - [box["x"], box["y"]]
    width, height = (
        page.locator("#umap-canvas").evaluate(f"(e) => e.{side}") for side in ("clientWidth", "clientHeight")
    )
    return np.column_stack(
        [(at[:, 0] - LEFT) / (width - LEFT - RIGHT), (height - BOTTOM - at[:, 1]) / (height - TOP - BOTTOM)]
    )


def selected(page: "Page") -> tuple[int, int, str]:
    """Events drawn, cells, and their share of all, as the page says."""
    text = page.locator("#umap-told").inner_text()
    found = re.search(r"Selected: ([\d,]+) of .* about ([\d,]+) of [\d,]+ cells \((.*)\)", text)
    assert found, text
    return int(found[1].replace(",", "")), int(found[2].replace(",", "")), found[3]


def rows(page: "Page") -> dict[str, list[str]]:
    return {cells[0].strip(): cells[1:] for cells in page.locator("#umap-rows tr").evaluate_all(
        "(all) => all.filter((row) => !row.hidden).map((row) => [...row.cells].map((cell) => cell.textContent))"
    )}  # fmt: skip


def test_a_lasso_counts_what_lies_within_and_what_it_stands_for(visit: Open) -> None:
    with visit("weighted") as seen:
        page = seen.page
        told = Told(page)
        over(page)
        ring = draw_around(page)
        within = inside(told.place(X, 2654435761), told.place(Y, 2246822519), ring)
        assert 100 < within.sum() < 0.9 * len(within)
        part, whole = told.cells[within].sum(), told.cells.sum()
        assert selected(page) == (within.sum(), round(part), percent(part / whole))

        page.locator("#umap-counts summary").click()
        page.select_option("#umap-by", "population")
        for name in set(told.of("population")):
            own = told.of("population") == name
            events, cells, chosen, share = rows(page)[name]
            assert events == f"{own.sum():,}"
            assert cells == f"{round(told.cells[own].sum()):,}"
            assert chosen == f"{round(told.cells[own & within].sum()):,}"
            assert share == percent(told.cells[own & within].sum() / told.cells[own].sum())

        group = str(told.of("group")[0])
        page.select_option("#umap-filters select[data-kind=group]", label=group)
        kept = told.of("group") == group
        part, whole = told.cells[within & kept].sum(), told.cells[kept].sum()
        assert selected(page) == ((within & kept).sum(), round(part), percent(part / whole))
        assert seen.faults() == []


def test_a_selection_stays_on_other_axes_and_escape_ends_it(visit: Open) -> None:
    with visit("weighted") as seen:
        page = seen.page
        over(page)
        draw_around(page)
        before = selected(page)
        assert page.locator("#umap-outline path").get_attribute("d")
        over(page, "CD45", "CD3")
        assert selected(page) == before
        assert not page.locator("#umap-outline path").get_attribute("d")
        page.keyboard.press("Escape")
        expect(page.locator("#umap-told")).not_to_contain_text("Selected")
        expect(page.locator("#umap-clear")).to_be_disabled()


def test_the_numbers_of_the_map_are_those_of_all_cells(visit: Open, site) -> None:
    """The event sample has many events of rare clusters; weights make up for it, also of one sample."""
    adata = site("weighted").cohort.adata
    weight = adata.obs[keys.WEIGHT]
    by_cluster = weight.groupby(adata.obs[keys.CLUSTER].astype(str)).sum()
    with visit("weighted") as seen:
        page = seen.page
        told = Told(page)
        assert told.data["cells"] == round(weight.sum())
        for name, total in by_cluster.items():
            assert told.cells[told.of("cluster") == name].sum() == pytest.approx(total, rel=1e-3)
        page.locator("#umap").scroll_into_view_if_needed()
        page.select_option("#umap-colour", "population")
        true = weight.groupby(adata.obs[keys.POPULATION].astype(str)).sum()
        for entry in page.locator("#umap-legend button").all():
            name, number = entry.locator(".label").inner_text(), entry.locator(".count").inner_text()
            assert int(number.replace(",", "")) == pytest.approx(true[name], rel=1e-3, abs=1)
        sample = str(adata.obs[keys.SAMPLE].iloc[0])
        page.select_option("#umap-filters select[data-kind=sample]", label=sample)
        whole = weight[adata.obs[keys.SAMPLE].astype(str) == sample].sum()
        said = re.search(r"stand for (?:all|about ([\d,]+) of) ([\d,]+) cells", page.locator("#umap-told").inner_text())
        assert said
        assert int((said[1] or said[2]).replace(",", "")) == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize("width", [1280, NARROW])
def test_rows_are_ticked_with_the_keyboard(visit: Open, width: int) -> None:
    with visit("weighted", width=width) as seen:
        page = seen.page
        told = Told(page)
        page.locator("#umap-counts summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("#umap-by")).to_be_focused()
        first = page.locator("#umap-rows input").first
        while not first.evaluate("(e) => e === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        name = told.kinds["cluster"]["names"][0]
        own = told.of("cluster") == name
        assert selected(page)[:2] == (own.sum(), round(told.cells[own].sum()))
        expect(first).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator("#umap-told")).not_to_contain_text("Selected")
        expect(first).to_be_focused()


def test_the_tip_tells_the_values_of_both_axes(visit: Open) -> None:
    with visit("weighted") as seen:
        page = seen.page
        told = Told(page)
        over(page)
        box = page.locator("#umap-canvas").bounding_box()
        assert box
        (x,) = (each for each in told.data["markers"] if each["name"] == X)
        u, v = told.place(X, 2654435761)[7], told.place(Y, 2246822519)[7]
        page.mouse.move(
            box["x"] + LEFT + u * (box["width"] - LEFT - RIGHT),
            box["y"] + box["height"] - BOTTOM - v * (box["height"] - TOP - BOTTOM),
        )
        text = page.locator("#umap-tip").inner_text()
        value = float(re.search(rf"^{X} (\S+)$", text, re.MULTILINE)[1].replace(",", ""))  # type: ignore[index]
        expected = x["low"] + u * (x["high"] - x["low"])
        assert value == pytest.approx(expected, abs=0.03 * (x["high"] - x["low"]))
        assert re.search(r"stands for .* cells", text)
