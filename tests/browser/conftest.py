"""Chromium, and the pages that it opens: each is written once."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import cytoclust as ct
from tests.browser.chromium import chromium, path_of_chromium
from tests.browser.made import hostile, islands, large, single, small, weighted
from tests.once import once
from tests.report.cohort import Cohort
from tests.report.sketched import sketched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.visit import Visit

MAKERS: dict[str, Callable[[], Cohort]] = {
    "large": large, "small": small, "single": single, "hostile": hostile, "islands": islands,
    "weighted": weighted,
}  # fmt: skip
PLAIN = {"weighted"}  # whose pictures nothing looks at


for needed in ("playwright", "axe_playwright_python", "pypdfium2"):
    if os.environ.get("CI") and importlib.util.find_spec(needed) is None:
        raise ImportError(f"CI is set, and {needed} is not installed: tests in a browser must not be left out there.")


@dataclass(frozen=True)
class Site:
    """A report, and what it was made of."""

    path: Path
    cohort: Cohort


Open = Callable[..., "AbstractContextManager[Visit]"]
Look = Callable[..., "Visit"]


def _absent(reason: str) -> NoReturn:
    """A machine of one's own may lack a browser; where the tests count, they must not be left out."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this is a failure)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium without a window."""
    if importlib.util.find_spec("playwright") is None:
        _absent("playwright is not installed")
    if path_of_chromium() is None:
        _absent("no Chromium on the path; $CYTOCLUST_CHROMIUM may name one")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def site(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """The report of one of the cohorts of ``made.py``; written when first asked for."""
    base = tmp_path_factory.getbasetemp()

    def write(folder: Path, name: str) -> Site:
        cohort = MAKERS[name]()
        title: dict[str, Any] = {"title": cohort.title} if hasattr(cohort, "title") else {}
        with sketched() if name in PLAIN else nullcontext():
            path = ct.report.write(cohort.adata, folder / f"{name}.html", tables=cohort.tables, run=cohort.run, **title)
        return Site(path, cohort)

    @cache
    def get(name: str) -> Site:
        return once(base, f"report {name}", partial(write, name=name))

    return get


@pytest.fixture(scope="session")
def visit(browser: "Browser", site: Callable[[str], Site]) -> Open:
    """Open one of the reports, by name."""
    from tests.browser.visit import visit as opened

    return lambda name, **options: partial(opened, browser)(site(name).path, **options)


@pytest.fixture(scope="session")
def look(visit: Open) -> Iterator[Look]:
    """A report that stays open, for tests that only look; whoever clicks or types makes a visit of his own."""
    with ExitStack() as stack:

        @cache
        def opened(name: str, width: int, open_all: bool) -> "Visit":
            return stack.enter_context(visit(name, width=width, open_all=open_all))

        yield lambda name, width=1280, open_all=False: opened(name, width, open_all)
