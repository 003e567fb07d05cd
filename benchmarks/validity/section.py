"""What a part of the page holds, and the command that every part shares."""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
import pandas as pd

from benchmarks.page import markdown
from benchmarks.validity.work import SEED, Options

__all__ = ["Asked", "Section", "arguments", "asked_table", "run_part"]


@dataclass(frozen=True)
class Asked:
    """One thing asked of the methods."""

    what: str
    bound: str
    found: str
    met: bool


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    title: str
    asked: list[Asked]
    blocks: list[str] = field(default_factory=list)
    """Paragraphs and tables in Markdown."""
    figures: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)
    """By name of the file: what draws it."""

    def render(self) -> str:
        """In Markdown."""
        return "\n\n".join([f"## {self.title}", asked_table(self.asked), *self.blocks]) + "\n"

    def draw(self, folder: Path) -> None:
        """Write the figures."""
        for name, draw in self.figures.items():
            draw(folder / name)


def asked_table(asked: list[Asked]) -> str:
    """What was asked, the bound, what was found."""
    rows = [(each.what, each.bound, each.found, "yes" if each.met else "**no**") for each in asked]
    return markdown(pd.DataFrame(rows, columns=["asked", "bound", "found", "met"]).set_index("asked"))


def arguments(description: str | None, stack: ExitStack) -> Options:
    """The options on the command line; a work folder of its own where none is given."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED, help="of the first cohort; each part has its own hundred")
    parser.add_argument("--share", type=float, default=1.0, help="of the cohorts of each part, to try things out")
    parser.add_argument("--work", type=Path, help="folder that keeps what was run, to look at it again")
    parser.add_argument("--fresh", action="store_true", help="run again what is in the work folder")
    parser.add_argument("--keep", action="store_true", help="keep FCS files and labels in the work folder")
    parser.add_argument("--jobs", type=int, default=1, help="cohorts at a time")
    args = parser.parse_args()
    work = args.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cytoclust-validity-")))
    since = time.time() if args.fresh else 0.0
    return Options(work, since=since, keep=args.keep, jobs=args.jobs, seed=args.seed, share=args.share)


def run_part(measure: Callable[[Options], Section], description: str | None) -> None:
    """Print one part; its figures go into the work folder."""
    mpl.use("Agg")
    with ExitStack() as stack:
        options = arguments(description, stack)
        section = measure(options)
        section.draw(options.work)
        print(section.render())
