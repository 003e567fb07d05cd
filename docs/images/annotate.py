"""Draw the numbered pictures of "Read the report in five minutes": ``python docs/images/annotate.py [OUT]``.

OUT is a finished run of the demo (``make demo`` writes ``out/demo``, the default). Numbers are set beside elements of
the report itself, so that the pictures stay true when it changes.
"""

import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image

from tests.browser.chromium import chromium

HERE: Final = Path(__file__).parent
WIDTH, SCALE = 1120, 1.25  # pixels of the page; of the picture for each
PATIENT: Final = "P04"
FIRST: Final = {
    1: "#answer .light",
    2: "#answer .answer",
    3: "#answer > .small",
    4: "#answer tbody tr:nth-child(1) td:nth-of-type(2)",
    5: "#answer td:has(span:text('not evaluable'))",
    6: "#answer .card",
}
"""What each number stands at, on the first page."""
SECOND: Final = {
    1: f"#{PATIENT} .four div:nth-child(1)",
    2: f"#{PATIENT} .four div:nth-child(2)",
    3: f"#{PATIENT} .four div:nth-child(3)",
    4: f"#{PATIENT} .four div:nth-child(4)",
    5: f"#{PATIENT} .charts > *",
    6: f"#{PATIENT} .biplots > *",
}
"""On a patient's page."""
MARK: Final = """
([x, y, number]) => {
  const mark = document.createElement("div");
  mark.textContent = number;
  mark.style.cssText = `position:absolute;left:${x - 24}px;top:${y - 4}px;width:23px;height:23px;border-radius:50%;
    background:#c04f00;color:#fff;font:700 14px/23px system-ui,sans-serif;text-align:center;z-index:9`;
  document.body.append(mark);
}
"""


def main(out: Path) -> None:
    """Draw both."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=SCALE)
        for name, marks, fragment, height in (("answer", FIRST, "", 900), ("patient", SECOND, f"#{PATIENT}", 1010)):
            page.goto("about:blank")
            page.goto((out / "report.html").resolve().as_uri() + fragment)
            page.add_style_tag(content="main.page, header .page { padding-left: 34px !important; }")
            page.evaluate("scrollTo(0, 0)")
            for number, selector in marks.items():
                box = page.locator(selector).first.bounding_box()
                if box is None:
                    sys.exit(f"The report shows nothing at {selector}.")
                inside = " td" in selector  # a cell has no room before it
                page.evaluate(MARK, [box["x"] + (box["width"] if inside else -2), box["y"], number])
            picture = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, full_page=True)
            with Image.open(io.BytesIO(picture)) as drawn:
                few = drawn.convert("RGB").quantize(96, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "out" / "demo"
    if not (folder / "report.html").is_file():
        sys.exit(f"{folder} is not the folder of a finished run: make demo first. Got no report.html.")
    main(folder)
