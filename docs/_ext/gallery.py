"""The picture gallery: each ``python`` block of ``docs/gallery.md`` is run, and its figure stands under it.

Pictures are drawn while pages are built, into a folder that git ignores, over a small simulated cohort.
"""

import re
import warnings
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

PAGE, FOLDER = "gallery", "gallery_images"
BLOCK = re.compile(r"^```python\n(ct\.pl\.(\w+)\(.*\))\n```$", re.MULTILINE)
DPI, WIDEST = 90, 10.0  # pixels an inch, inches


def draw(app: Sphinx, _: Config) -> None:
    """Draw a picture for each block, unless it is there and younger than the page."""
    docs = Path(app.srcdir)
    page, folder = docs / f"{PAGE}.md", docs / FOLDER
    folder.mkdir(exist_ok=True)
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    wanted = {f"{number}-{name}.png" for number, (_, name) in enumerate(blocks)}
    age = page.stat().st_mtime
    if all((folder / name).is_file() and (folder / name).stat().st_mtime > age for name in wanted):
        return
    import cytoclust as ct

    known = {"ct": ct, "adata": cohort()}
    for number, (code, name) in enumerate(blocks):
        drawn = eval(code[:-1] + ", show=False)", known)  # noqa: S307 (a page of this repository)
        whole = (drawn[0] if isinstance(drawn, list) else drawn).figure.canvas.figure
        dpi = min(DPI, DPI * WIDEST / whole.get_size_inches()[0])
        path = folder / f"{number}-{name}.png"
        whole.savefig(path, dpi=dpi, bbox_inches="tight", metadata={"Software": None})


def cohort() -> Any:
    """The cohort of the page, made by the steps that it names."""
    import cytoclust as ct

    adata = ct.datasets.bone_marrow(n_samples=10, n_events=1500, rng=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few events: what cannot be told is told in the figures
        ct.pp.compensate(adata)
        ct.pp.quality(adata)
        ct.pp.arcsinh(adata)
        ct.tl.cluster(adata, rng=0)
        ct.tl.annotate(adata, rules="msc")
        ct.tl.umap(adata, rng=0, n_events=4000)
        ct.tl.count(adata, rng=0)
    return adata


def pictured(_: Sphinx, name: str, source: list[str]) -> None:
    """The page with a picture under each block."""
    if name != PAGE:
        return
    numbers = iter(range(1000))

    def under(found: re.Match[str]) -> str:
        return f"{found[0]}\n\n![What ct.pl.{found[2]} draws]({FOLDER}/{next(numbers)}-{found[2]}.png)"

    source[0] = BLOCK.sub(under, source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the steps."""
    app.connect("config-inited", draw)
    app.connect("source-read", pictured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
