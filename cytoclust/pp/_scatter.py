"""Which columns are forward and side scatter, and which part of the pulse they hold."""

import re
from typing import Final

from cytoclust.io import Panel
from cytoclust.pp._mass_columns import is_mass

_KIND: Final = re.compile(r"^(?:[a-z]+[\W_]+)??(?P<kind>f|s|r)(?:sc?|als)(?:(?<=sc)[ahw])?(?![a-z])", re.IGNORECASE)
_PART: Final = (
    ("W", re.compile(r"(?:[\W_]|(?<=sc))(?:w|width|tof)(?:lin|log)?(?:[\W_]|$)", re.IGNORECASE)),
    ("H", re.compile(r"(?:[\W_]|(?<=sc))(?:h|height|peak|pk)(?:lin|log)?(?:[\W_]|$)", re.IGNORECASE)),
    ("A", re.compile(r"", re.IGNORECASE)),  # area, and names that do not say
)

_ALONE: Final = re.compile(r"^(?:(?:trigger[\s_.-]*)?pulse[\s_.-]*)?width(?:[\s_.-]?[ahw])?$", re.IGNORECASE)


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


def find_pulses(panel: Panel) -> dict[str, int]:
    """The same, with the one pulse width of cytometers that keep no other (``Width`` of the Accuri) as that of FSC.

    It is the width of the detector that triggers, forward scatter as a rule.
    """
    found = find_scatter(panel)
    alone = [
        i for i, channel in enumerate(panel.channels) if panel.signal_types[i] == "other" and _ALONE.search(channel)
    ]
    widths = [key for key in found if key.endswith("-W")]
    return found | {"FSC-W": alone[0]} if alone and found and not widths and not is_mass(panel) else found


def size_column(scatter: dict[str, int], kind: str) -> int | None:
    """The column that tells size: area, or height where there is no area."""
    return scatter.get(f"{kind}-A", scatter.get(f"{kind}-H"))
