"""Which columns are forward and side scatter, and which part of the pulse they hold."""

import re
from typing import Final

from cytoclust.io import Panel

_KIND: Final = re.compile(r"^(?:[a-z]+[\W_]+)??(?P<kind>f|s|r)(?:sc?|als)(?:(?<=sc)[ahw])?(?![a-z])", re.IGNORECASE)
_PART: Final = (
    ("W", re.compile(r"(?:[\W_]|(?<=sc))(?:w|width|tof)(?:lin|log)?(?:[\W_]|$)", re.IGNORECASE)),
    ("H", re.compile(r"(?:[\W_]|(?<=sc))(?:h|height|peak|pk)(?:lin|log)?(?:[\W_]|$)", re.IGNORECASE)),
    ("A", re.compile(r"", re.IGNORECASE)),  # area, and names that do not say
)


def find_scatter(panel: Panel) -> dict[str, int]:
    """Columns of ``FSC-A, FSC-H, FSC-W, SSC-A, SSC-H, SSC-W``, as far as the panel has them.

    A detector without a part in its name (``FSC``, ``FS Lin``) counts as area. Of two detectors of one kind
    (side scatter from two lasers) the first is taken.
    """
    found: dict[str, int] = {}
    for column, (channel, name, signal_type) in enumerate(
        zip(panel.channels, panel.names, panel.signal_types, strict=True)
    ):
        text = next((text for text in (channel, name) if _KIND.match(text)), None)
        if signal_type != "scatter" or text is None:
            continue
        kind = "FSC" if _KIND.match(text)["kind"].upper() == "F" else "SSC"  # type: ignore[index]
        part = next(part for part, pattern in _PART if pattern.search(text))
        found.setdefault(f"{kind}-{part}", column)
    return found


def size_column(scatter: dict[str, int], kind: str) -> int | None:
    """The column that tells size: area, or height where there is no area."""
    return scatter.get(f"{kind}-A", scatter.get(f"{kind}-H"))
