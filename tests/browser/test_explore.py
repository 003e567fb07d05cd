"""The explorer in a browser: a cut, a gate, and what comes out of them; served by this machine and nobody else."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from cytoclust.exploration import Desk, Explorer, Server, gating_ml
from tests.exploration.toy import toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
LEFT, BOTTOM, TOP, RIGHT = 44, 26, 6, 8  # of a plot, as explore.js has them


class Seen:
    """A page, and the explorer behind it."""

    def __init__(self, page: "Page", explorer: Explorer, faults: list[str]):
        self.page, self.explorer, self.faults = page, explorer, faults

    def settle(self) -> None:
        self.wait("document.querySelector('.ct-explore').dataset.busy === 'false'")

    def wait(self, wanted: str) -> None:
        """Until an expression is true; the page's policy lets no script ask that waits in the page."""
        for _ in range(500):
            if self.page.evaluate(wanted):
                return
            self.page.wait_for_timeout(20)
        pytest.fail(f"never so: {wanted}")

    def place(self, x: float, y: float, number: int = 0) -> tuple[float, float]:
        """Where two values are on the screen."""
        box = self.page.locator(f"[data-biplot='{number}']").bounding_box()
        assert box
        (low, high), (bottom, top) = self.explorer.events.ends[:2]
        across = LEFT + (x - low) / (high - low) * (box["width"] - LEFT - RIGHT)
        down = TOP + (1 - (y - bottom) / (top - bottom)) * (box["height"] - TOP - BOTTOM)
        return box["x"] + across, box["y"] + down

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*((a + b) / 2 for a, b in zip(start, stop, strict=True)))
        self.page.mouse.move(*stop)
        self.page.mouse.up()
        self.settle()


@contextmanager
def opened(browser: "Browser", folder: Path, **options: Any) -> Iterator[Seen]:
    explorer = toy(folder)
    written: list[Any] = []

    def save(made: Any, _: Any) -> str:
        written.append(made)
        return "explore/x"

    with Server(Desk(explorer, title="<b>toy</b>", gate=gating_ml, save=save)) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **options)
        page = context.new_page()
        page.set_default_timeout(20_000)
        faults: list[str] = []
        own = server.address
        page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((own, "data:")) else faults.append(r.url))
        page.goto(own)
        seen = Seen(page, explorer, faults)
        page.wait_for_selector("[data-biplot='0'][data-drawn]")
        seen.settle()
        yield seen
        context.close()
        server.shutdown()


@pytest.fixture
def seen(browser: "Browser", tmp_path: Path) -> Iterator[Seen]:
    with opened(browser, tmp_path) as found:
        yield found


def test_a_cut_is_dragged_renames_and_comes_out(seen: Seen) -> None:
    page, explorer = seen.page, seen.explorer
    assert explorer.pairs[0] == ("CD3", "CD19")
    assert page.locator("tr[data-cluster='0'] .population").inner_text() == "T cell"
    cut = float(explorer.cuts[0, 0])
    seen.drag(seen.place(cut, 3.0), seen.place(4.9, 3.0))
    assert explorer.cuts[0, 0] == pytest.approx(4.9, abs=0.03)
    row = page.locator("tr[data-cluster='0']")
    assert "renamed" in (row.get_attribute("class") or "")
    assert row.locator("s").inner_text() == "T cell"
    right = explorer.events.values[0] >= explorer.cuts[0, 0]
    above = explorer.events.values[1] >= explorer.cuts[1, 0]
    n = int(np.sum(right & ~above & (explorer.events.qc == 0)))
    assert page.locator(".quadrant").nth(1).inner_text().endswith(f"· {n}")
    page.click("[data-make=thresholds]")
    seen.wait("!document.querySelector('[data-result]').hidden")
    signal = explorer.thresholds["CD3"]
    assert f"{signal:g} in the unit of the file" in page.locator("[data-result]").inner_text()
    page.get_by_label("Cut of CD3, in the unit of the file").fill("1000")
    page.keyboard.press("Enter")
    seen.wait("document.querySelector('tr[data-cluster=\"0\"]').className.includes('renamed') === false")
    assert explorer.thresholds == {"CD3": 1000.0}
    page.click("[data-do=reset]")
    seen.settle()
    assert explorer.thresholds == {}
    assert seen.faults == []


def test_a_polygon_is_drawn_moved_and_becomes_a_rule_and_a_gate(seen: Seen) -> None:
    page, explorer = seen.page, seen.explorer
    corners = [(2.5, -1.0), (5.5, -1.0), (5.5, 1.2), (2.5, 1.2)]
    page.click("[data-tool=polygon]")
    for corner in corners:
        page.mouse.click(*seen.place(*corner))
    page.keyboard.press("Enter")
    seen.wait("document.querySelectorAll('.gates li').length === 1")
    seen.settle()
    (drawn,) = explorer.selection
    np.testing.assert_allclose(drawn["vertices"], corners, atol=0.03)
    wanted = Polygon(drawn["vertices"]).contains_points(explorer.events.values[:2].T) & (explorer.events.qc == 0)
    np.testing.assert_array_equal(explorer.mask, wanted)
    assert f"selected {wanted.sum():,}" in page.locator(".told").inner_text()
    first = page.locator("tr[data-sample='S1'] td").nth(2).inner_text()
    assert int(first) == wanted[explorer.events.sample == 0].sum()
    page.get_by_label("Name of the selection").fill("my T")
    page.click("[data-make=rule]")
    seen.wait("document.querySelector('[data-result]').textContent.includes('my T')")
    assert "CD3: +" in page.locator("[data-result]").inner_text()
    assert "names the cluster 0" in page.locator("main").inner_text()
    page.click("[data-make=gate]")
    seen.wait("document.querySelector('[data-result]').textContent.includes('PolygonGate')")
    page.click("[data-tool=cuts]")
    seen.drag(seen.place(*corners[2]), seen.place(4.0, 0.4))
    np.testing.assert_allclose(explorer.selection[0]["vertices"][2], (4.0, 0.4), atol=0.03)
    assert 0 < explorer.mask.sum() < wanted.sum()
    page.click("[data-do=clear]")
    seen.settle()
    assert not explorer.mask.any()
    assert seen.faults == []


def test_panes_are_linked_and_filtered(seen: Seen) -> None:
    page, explorer = seen.page, seen.explorer
    page.click("[data-tool=box]")
    seen.drag(seen.place(-1.5, 2.5), seen.place(1.5, 5.5))
    assert explorer.selection[0]["kind"] == "box"
    inside = int(explorer.mask.sum())
    assert inside > 500
    flags = page.locator("[data-biplot='1']").get_attribute("aria-label") or ""
    assert f"{inside} selected" in flags
    page.get_by_label("Patient").select_option("P2")
    seen.wait("document.querySelectorAll('tr[data-sample]').length === 1")
    seen.settle()
    assert explorer.filters["patient_id"] == ["P2"]
    assert 0 < explorer.mask.sum() < inside
    page.get_by_label("Select cluster 2").click()
    seen.wait("document.querySelector('.gates').textContent.includes('clusters 2')")
    seen.settle()
    assert explorer.mask.sum() == np.sum((explorer.events.cluster == 2) & (explorer.events.sample == 2))
    page.click("[data-make=gate]")
    seen.wait("document.querySelector('.fault').textContent.includes('is no gate')")
    page.locator(".quadrant").nth(1).click()
    seen.settle()
    assert [part["marker"] for part in explorer.selection] == ["CD3", "CD19"]
    assert all("400" in fault for fault in seen.faults)  # the browser tells of the gate that was refused


def test_it_is_accessible_and_names_are_no_markup(seen: Seen) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert seen.page.locator("h1").inner_text() == "<b>toy</b>"
    # axe is a script from elsewhere, which the policy of the page refuses: it looks at a copy without one
    found = axe.run(seen.page).response["violations"]
    grave = [
        f"{each['id']}: {[n['target'] for n in each['nodes']][:4]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert re.match(r"http://127\.0\.0\.1:\d+/[\w-]{43}/$", seen.page.url)
