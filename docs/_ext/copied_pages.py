"""Notebooks and benchmark pages: Sphinx reads only what lies in its own folder, so a build copies them into it."""

import json
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

NOTEBOOKS, MEASURED = "notebooks", "measured"
BENCHMARKS = ("*.md", "*.png", "validity/*.md", "validity/*.png")


def copy(app: Sphinx, _: Config) -> None:
    """Copy ``notebooks`` and the pages of ``benchmarks`` into ``docs``, to folders that git ignores."""
    docs, root = Path(app.srcdir), Path(app.srcdir).parent
    for folder in (NOTEBOOKS, MEASURED):
        shutil.rmtree(docs / folder, ignore_errors=True)
        (docs / folder).mkdir()
    for path in sorted((root / NOTEBOOKS).glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = moved("".join(cell["source"]))
        (docs / NOTEBOOKS / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    for pattern in BENCHMARKS:
        for path in sorted((root / "benchmarks").glob(pattern)):
            to = docs / MEASURED / path.relative_to(root / "benchmarks")
            to.parent.mkdir(exist_ok=True)
            shutil.copy(path, to)


def moved(text: str) -> str:
    """Markdown of ``notebooks`` as of ``docs/notebooks``: one folder further down, and pages of ``docs`` nearer."""
    return text.replace("](../", "](../../").replace("](../../docs/", "](../")


def nearer(_: Sphinx, __: str, source: list[str]) -> None:
    """Links that lead to ``benchmarks`` in the source tree lead to its copies."""
    source[0] = source[0].replace("../benchmarks/", f"{MEASURED}/")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the steps."""
    app.connect("config-inited", copy)
    app.connect("source-read", nearer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
