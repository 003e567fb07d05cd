"""A page as a tree that tests can ask."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "img", "br", "link", "input", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """Every element below with this tag (any for `*`), in document order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if tag in (child.tag, "*") else []
                found += child.all(tag)
        return found

    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text() for child in self.children]
        return " ".join("".join(parts).replace("\u00a0", " ").split())


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(path: Path) -> Element:
    """The tree of a page; fails where tags do not nest."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == [reader.root]
    return reader.root


def table(page: Element, caption: str) -> list[dict[str, Element]]:
    """Rows of the table whose caption starts so: cells by the column's title."""
    found = [t for t in page.all("table") if t.all("caption")[0].text().startswith(caption)]
    assert len(found) == 1, f"{len(found)} tables {caption!r}"
    titles = [button.text() for button in found[0].all("button")]
    rows = found[0].all("tbody")[0].all("tr")
    cells = ([cell for cell in row.children if isinstance(cell, Element)] for row in rows)
    return [dict(zip(titles, each, strict=True)) for each in cells]
