"""Pictures of the report, to be looked at: each section at 1280 pixels, the whole page at 400, and the printed pages.

python -m benchmarks.screenshots FOLDER --file ONE.fcs

Three cases: the demo cohort, a made-up study of 62 samples and 100 clusters, and one file without a sheet. What a run
takes long for is kept in FOLDER, and only the report is drawn again.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

import cytoclust as ct
from benchmarks.measure import HERE
from cytoclust.pipeline import redraw
from tests.browser.chromium import chromium
from tests.report.study import study

__all__ = ["photograph"]

WIDE, NARROW, HEIGHT = 1280, 400, 900
DEMO = HERE.parent / "data" / "demo" / "samples.csv"
PRINTED_DPI = 70


def photograph(browser: Browser, page: Path, folder: Path) -> None:
    """``SECTION.png``, ``narrow.png``, ``report.pdf`` and its pages, ``print-N.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    wide = browser.new_page(viewport={"width": WIDE, "height": HEIGHT})
    wide.goto(page.as_uri())
    wide.wait_for_timeout(1500)  # the small maps are drawn one after another
    wide.screenshot(path=folder / "top.png")
    wide.add_style_tag(content="nav { position: static !important }")  # else it lies across the pictures
    for section in wide.locator("main section").all():
        section.screenshot(path=folder / f"{section.get_attribute('id')}.png")
    wide.pdf(path=folder / "report.pdf", format="A4")
    wide.close()
    narrow = browser.new_page(viewport={"width": NARROW, "height": HEIGHT})
    narrow.goto(page.as_uri())
    narrow.wait_for_timeout(1500)
    narrow.screenshot(path=folder / "narrow.png", full_page=True)
    narrow.close()
    with PdfDocument(folder / "report.pdf") as document:
        for number, sheet in enumerate(document, 1):
            sheet.render(scale=PRINTED_DPI / 72).to_pil().save(folder / f"print-{number:02d}.png")


def _run(samples: Path, out: Path, rules: str | None) -> Path:
    """The report of a run, drawn again where the run is there already."""
    if (out / "run.json").is_file():
        return redraw(out)
    ct.run(samples, out=out, rules=rules)
    return out / "report.html"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--file", type=Path, help="an FCS file, for a report without groups or rules")
    parser.add_argument("--only", choices=["demo", "study", "single"], help="one case")
    args = parser.parse_args()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    pages = {}
    if args.only in (None, "demo"):
        pages["demo"] = _run(DEMO, folder / "out-demo", "msc")
    if args.only in (None, "study"):
        made = study(62, 100, n_events=60_000)
        pages["study"] = ct.report.write(made.adata, folder / "study.html", tables=made.tables, run=made.run)
    if args.file and args.only in (None, "single"):
        pages["single"] = _run(args.file, folder / "out-single", None)
    with chromium() as browser:
        for name, page in pages.items():
            photograph(browser, page, folder / name)
            print(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
