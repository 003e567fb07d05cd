"""One look for every figure: fonts, colours, sizes, and names made safe to draw."""

import functools
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from natsort import natsorted

from cytoclust import keys
from cytoclust.colours import NO_NAME, PALETTE, colours
from cytoclust.registry import CHECKS

__all__ = [
    "BACKGROUND",
    "DENSITY",
    "FILLED",
    "GREY",
    "INK",
    "LIGHT",
    "NO_NAME",
    "PALETTE",
    "SEQUENTIAL",
    "STATUS_MARKERS",
    "STYLE",
]
__all__ += ["categories", "colours", "new_axes", "qc_colour", "safe_text"]

INK: Final = "#22303c"
GREY: Final = "#7c8791"
LIGHT: Final = "#d5dade"

FONT: Final = "DejaVu Sans"  # comes with matplotlib, so a figure is the same on every machine
STYLE: Final[dict[Any, Any]] = {
    "font.family": [FONT],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": GREY,
    "axes.facecolor": "none",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "grid.color": "#e6e9ec",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "pdf.fonttype": 42,  # text stays text, for those who finish a figure in a drawing program
    "svg.fonttype": "path",
    "svg.hashsalt": "cytoclust",  # ids of SVG elements are the same on every run
}

STATUS_MARKERS: Final = dict(zip(keys.STATUSES, "ooDvx", strict=True))
FILLED: Final = keys.STATUSES[0]  # the marker of the others is open: their level is not to be relied on as a quantity

SEQUENTIAL: Final = LinearSegmentedColormap.from_list(
    "cytoclust", ["#f6f4ee", "#cfe0e4", "#86b6cf", "#3d7fb0", "#1f4f86", "#14264a"]
)
DENSITY: Final = LinearSegmentedColormap.from_list(
    "cytoclust_density", ["#c9d6df", "#7fb0cf", "#2f7fb5", "#1d5a8c", "#e69f00", "#fff3c4"]
)
BACKGROUND: Final = LinearSegmentedColormap.from_list("cytoclust_background", ["#dfe3e6", "#aab2b8", "#5d666e"])


def qc_colour(category: str) -> str:
    """The colour of a category of quality control."""
    return CHECKS[category].colour if category in CHECKS else "#9cc3dc"


def new_axes(width: float, height: float, *, margins: tuple[float, float, float, float]) -> Axes:
    """Axes in a figure of their own that pyplot does not know.

    ``width`` and ``height`` are those of the axes, ``margins`` the space left, right, below and above; all in inches.
    """
    left, right, bottom, top = margins
    total_width, total_height = width + left + right, height + bottom + top
    figure = Figure(figsize=(total_width, total_height))
    return figure.add_axes((left / total_width, bottom / total_height, width / total_width, height / total_height))


def categories(values: Iterable[Any]) -> list[str]:
    """Distinct values as strings: in the order of a categorical, else naturally sorted; those without a name last."""
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    if isinstance(series.dtype, pd.CategoricalDtype):
        present = set(series.dropna().unique())
        found = [str(value) for value in series.cat.categories if value in present]
    else:
        found = natsorted({str(value) for value in series.dropna().unique()})
    return [name for name in found if name not in NO_NAME] + [name for name in found if name in NO_NAME]


def safe_text(name: object, width: int = 32) -> str:
    """A name as matplotlib can draw it: one line, no mathtext, known glyphs, at most ``width`` characters.

    A long name loses its middle, since the names of samples tend to differ at the end.
    """
    known = _glyphs()
    line = " ".join(unicodedata.normalize("NFC", str(name)).split())
    line = "".join(letter if ord(letter) in known else "□" for letter in line)
    if len(line) > width:
        tail = width // 3
        line = f"{line[: width - tail - 1]}…{line[-tail:]}"
    return line.replace("$", r"\$")


@functools.cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FONT)).get_charmap())
