"""The pages of the documentation, and what stands in them."""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
COPIES = ("notebooks", "measured")  # folders that a build makes
PAGES = sorted(
    path
    for suffix in ("md", "rst")
    for path in DOCS.rglob(f"*.{suffix}")
    if path.relative_to(DOCS).parts[0] not in COPIES
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def blocks(markdown: str, language: str) -> list[str]:
    """Fenced blocks of a language, those in lists too."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", markdown, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


def tables(markdown: str) -> list[list[list[str]]]:
    """Cells of the rows of each table, without its header."""
    found = re.findall(r"(?:^\|.*\n)+", markdown + "\n", re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip(" |").split("|")] for row in table.splitlines()[2:]] for table in found
    ]


def section(markdown: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return markdown.split(f"## {heading}\n")[1].split("\n## ")[0]
