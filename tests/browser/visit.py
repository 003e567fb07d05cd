"""A page opened in Chromium without a network, and whatever it did that it should not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__all__ = ["WIDE", "Visit", "cells", "visit"]

WIDE, NARROW = 1280, 400  # CSS pixels

# Runs before the page's own script, which its policy does not let another script do.
WATCH = """
window.__faults = [];
addEventListener("securitypolicyviolation", (e) => __faults.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));
addEventListener("unhandledrejection", (e) => __faults.push(`rejection: ${e.reason}`));
"""


@dataclass
class Visit:
    """A page, and what was heard of it."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """Requests for anything that the file itself does not hold."""
        return [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]

    def faults(self) -> list[str]:
        """All that must not be: errors, warnings, dialogs, policy violations, requests."""
        page = self.page.evaluate("window.__faults") or []
        return [*self.outside, *self.console, *self.errors, *self.dialogs, *page]


@contextmanager
def visit(
    browser: "Browser", path: Path, *, width: int = WIDE, script: bool = True, open_all: bool = False
) -> Iterator[Visit]:
    """Open a file; offline, in a context of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        accept_downloads=True,
        reduced_motion="reduce",
    )
    context.set_offline(True)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(30_000)
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))

    def listen(message: Any) -> None:
        if (
            message.type in ("error", "warning") and "willReadFrequently" not in message.text
        ):  # the tests read the canvas
            seen.console.append(f"{message.type}: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))

    def dismiss(dialog: Any) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(path.as_uri())
    if open_all:
        page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    try:
        yield seen
    finally:
        context.close()


def cells(table: "Locator") -> tuple[list[str], list[list[dict[str, str]]]]:
    """Headings, and of each row that is shown the text and what it is sorted by."""
    told = table.evaluate("""(table) => {
        const text = (e) => e.textContent.trim();
        const head = [...table.tHead.rows[table.tHead.rows.length - 1].cells].map(text);
        const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.checkVisibility());
        return [head, rows.map((row) => [...row.cells].map((c) => ({text: text(c), sort: c.dataset.sort ?? text(c)})))];
    }""")
    return told[0], told[1]
