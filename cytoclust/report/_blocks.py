"""Tables and figures as the template shows them."""

import base64
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.transforms import BboxBase

from cytoclust.pl.places import Place
from cytoclust.words import count, percent

__all__ = [
    "Cell",
    "Figure",
    "Image",
    "Spot",
    "Table",
    "embed",
    "events",
    "fraction",
    "image_of",
    "name",
    "number",
    "phenotype",
    "signal",
    "text",
]

ONE_LINE = 36  # letters
PIXELS_PER_INCH = 110  # the figures' 8 points are 12 pixels, near the tables' 14
LARGE_SVG = 600_000  # bytes, from which on a PNG is tried
DPI = 220  # of a PNG: two dots for each pixel of the page
PAD = 0.05  # inches around what is drawn


@dataclass(frozen=True)
class Cell:
    """Text to show, the value to sort by (the text if none), a class and a tooltip.

    ``bar`` is the length, of one, of a bar of the colour ``hue`` behind the text; ``link`` an id of the page;
    ``samples`` are samples with what each has, and the id of the patient's page, which are shown when asked for.
    """

    text: str
    sort: float | str | None = None
    style: str = ""
    title: str = ""
    bar: float | None = None
    hue: str = ""
    link: str = ""
    samples: Sequence[tuple[str, str, str]] = ()

    def scaled(self, most: float) -> "Cell":
        """With its bar as a part of the longest one."""
        return replace(self, bar=(self.bar or 0.0) / most)


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first column heads each row.

    ``slug`` names the table in the page and its CSV file. ``data`` holds what the file has: the rows in the same order,
    with all columns in full precision; without it the file has what the page shows.
    """

    slug: str
    caption: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    legend: Sequence[tuple[str, str]] = ()  # what some of the columns mean
    tall: bool = False  # scrolls in a box of its own
    style: str = ""
    data: pd.DataFrame | None = None


@dataclass(frozen=True)
class Spot:
    """Where a sample is in a picture, in per cent of its width and height: a point, or the middle of an area."""

    sample: str
    left: float
    top: float
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Image:
    """A data URI, and where samples are in it."""

    uri: str
    width: int  # CSS pixels
    height: int
    spots: Sequence[Spot] = ()


@dataclass(frozen=True)
class Figure:
    """An image, which may still be being drawn, with what it shows in words."""

    alt: str
    caption: str
    image: Callable[[], Image]

    @property
    def uri(self) -> str:
        """Of the image, when it is drawn."""
        return self.image().uri

    @property
    def width(self) -> int:
        """CSS pixels."""
        return self.image().width

    @property
    def height(self) -> int:
        """CSS pixels."""
        return self.image().height

    @property
    def spots(self) -> Sequence[Spot]:
        """Where samples are."""
        return self.image().spots

    @property
    def spots_json(self) -> str:
        """Sample, left and top of each spot, and the size of an area, for the page's script."""
        rows = [[spot.sample, spot.left, spot.top, spot.width, spot.height] for spot in self.spots]
        points = [row if row[-1] else row[:3] for row in rows]
        return json.dumps(points, separators=(",", ":"))


def embed(axes: Axes | Sequence[Axes], *, alt: str, caption: str, places: Sequence[Place] = ()) -> Figure:
    """The figure of the axes, with where samples are in it."""
    image = image_of(axes, places)
    return Figure(alt, caption, lambda: image)


def image_of(axes: Axes | Sequence[Axes], places: Sequence[Place] = ()) -> Image:
    """The figure of the axes as a data URI, SVG unless a PNG is smaller; the same figure gives the same bytes."""
    figure = (axes if isinstance(axes, Axes) else axes[0]).figure.canvas.figure
    drawn = _extent(figure)
    kind, data = "svg+xml", _saved(figure, format="svg", bbox_inches=drawn, metadata={"Date": None, "Creator": None})
    if len(data) > LARGE_SVG:
        raster = _saved(figure, format="png", bbox_inches=drawn, dpi=DPI, metadata={"Software": None})
        kind, data = ("png", raster) if len(raster) < len(data) else (kind, data)
    width, height = (round(inches * PIXELS_PER_INCH) for inches in drawn.size)
    across, down = 100 / drawn.width, 100 / drawn.height
    spots = [
        Spot(
            name, round(across * (x - drawn.x0), 2), round(down * (drawn.y1 - y), 2), round(across * wide, 2),
            round(down * high, 2),
        )
        for name, x, y, wide, high in places
    ]  # fmt: skip
    return Image(f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}", width, height, spots)


def _extent(figure: MatplotlibFigure) -> BboxBase:
    """What is drawn, in inches, with some room ("tight" would draw it twice).

    Letters of an SVG have their own widths, 5 % wider than those that are fitted to the pixels of a screen.
    """
    dpi, figure.dpi = figure.dpi, 72  # that of every SVG
    drawn = figure.get_tightbbox(RendererSVG(figure.bbox.width, figure.bbox.height, io.StringIO())).padded(PAD)
    figure.dpi = dpi
    return drawn


def _saved(figure: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, **options)
    return buffer.getvalue()


def text(value: Any, style: str = "") -> Cell:
    """Anything as text; empty where there is nothing."""
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    missing = value is None or (pd.api.types.is_scalar(value) and pd.isna(value))
    return Cell("" if missing else str(value), style=style)


def name(value: Any) -> Cell:
    """A name, on one line unless it is long."""
    shown = text(value).text
    return Cell(shown, style="name" if len(shown) <= ONE_LINE else "")


def phenotype(value: Any) -> Cell:
    """A phenotype, in a column wide enough to read it."""
    return Cell(text(value).text, style="phenotype")


def number(value: Any, digits: int = 3) -> Cell:
    """A measured number, to some significant digits."""
    if value is None or pd.isna(value):
        return Cell("–", sort="", style="num")
    return Cell(f"{float(value):.{digits}g}", sort=float(value), style="num")


def signal(value: Any) -> Cell:
    """A signal in the units of the file, to three digits, never with an exponent."""
    if value is None or pd.isna(value):
        return Cell("–", sort="", style="num")
    rounded = float(f"{float(value):.3g}")
    shown = f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"
    return Cell(shown.replace("-", "\u2212"), sort=float(value), style="num")


def events(value: Any) -> Cell:
    """A whole number."""
    return Cell(count(value), sort=float(value), style="num")


def fraction(value: Any) -> Cell:
    """A fraction in per cent."""
    missing = value is None or pd.isna(value)
    return Cell("–" if missing else percent(value), sort="" if missing else float(value), style="num")
