"""Links lead somewhere. Inside the site, Sphinx checks them too; here, as they are read in the source tree."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.docs.pages import DOCS, PAGES, ROOT, name

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FILES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/demo/README.md")),
    *(page for page in PAGES if page.suffix == ".md"),
    *sorted((ROOT / "benchmarks").glob("**/*.md")),
    *NOTEBOOKS,
]
FIGURE = re.compile(r"```\{figure\} (\S+)")


def markdown(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def links(path: Path) -> list[str]:
    text = markdown(path)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [*(str(each.attrs.get("href", each.attrs.get("src"))) for each in _linking(tokens)), *FIGURE.findall(text)]


def _linking(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type in ("link_open", "image"):
            yield token
        yield from _linking(token.children or [])


def anchors(path: Path) -> set[str]:
    """As GitHub and MyST make them of headings."""
    headings = re.findall(r"^#+ (.*)$", markdown(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-") for heading in headings}


CASES = [pytest.param(path, link, id=f"{name(path)}: {link}") for path in FILES for link in sorted(set(links(path)))]


@pytest.mark.parametrize(("path", "link"), CASES)
def test_link_leads_somewhere(path: Path, link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme:
        assert parts.scheme in ("https", "http", "mailto")
        assert parts.scheme == "mailto" or re.fullmatch(r"[\w.-]+\.\w+", parts.netloc)
        return
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    assert target.exists()
    assert target.is_relative_to(ROOT)
    if parts.fragment:
        assert parts.fragment in anchors(target)


def test_links_of_many_files_were_found() -> None:
    assert len(CASES) > 20


def test_every_picture_is_small_used_and_described() -> None:
    used = "".join(markdown(path) for path in FILES)
    for picture in (DOCS / "images").glob("*.png"):
        assert picture.stat().st_size < 300_000, picture.name
        assert picture.name in used
    for page in PAGES:
        for figure in re.findall(r"```\{figure\}.*?```", page.read_text(encoding="utf-8"), re.DOTALL):
            assert re.search(r"^:alt: .{20,}", figure, re.MULTILINE), (name(page), figure[:60])
