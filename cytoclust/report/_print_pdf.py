"""A page on paper, as a browser prints it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.io import atomic_path

__all__ = ["print_pdf"]

VARIABLE: Final = "CYTOCLUST_CHROMIUM"
NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)  # fmt: skip
QUIET: Final = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-pdf-header-footer", "--virtual-time-budget=10000",
)  # fmt: skip
PATIENCE: Final = 300
"""Seconds after which a browser is given up. Bears on no result."""


def print_pdf(page: Path) -> Path:
    """Print an HTML file beside itself, by Chromium, Chrome or Edge as found on the machine.

    Returns
    -------
    The PDF.

    Raises
    ------
    InputError
        There is no such browser, or it failed.
    """
    browser = _browser()
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile, atomic_path(target) as temporary:
        unsafe = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # else it refuses as root
        wanted = [*QUIET, *unsafe, f"--user-data-dir={profile}", f"--print-to-pdf={temporary}", page.resolve().as_uri()]
        try:
            done = subprocess.run([browser, *wanted], capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{browser} did not print {page}: {error}.") from None
        if done.returncode or not temporary.is_file() or not temporary.stat().st_size:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason was given"]
            raise InputError(f"{browser} did not print {page}: {last[0]}")
    return target


def _browser() -> str:
    """``$CYTOCLUST_CHROMIUM``, else the first that is found."""
    given = os.environ.get(VARIABLE)
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise InputError(
            f"--pdf needs Chromium, Chrome or Edge to print with, and none is on the path; {VARIABLE} may name one. "
            "Or open the page in any browser and print it from there."
        )
    return found
