"""The colours of clusters, populations and groups, wherever they are drawn.

One law: a hue is a population (or a cluster) everywhere. What a sheet says of samples, groups, time points, batches and
patients, has greys or shapes.
"""

from collections.abc import Iterable
from typing import Final

from cytoclust import keys

__all__ = ["NO_NAME", "PALETTE", "colours", "colours_of", "greys"]

# The first six are Okabe and Ito's. Each further one is the sRGB colour (16 levels a channel, OKLab lightness
# 0.36-0.82, chroma 0.05-0.165) farthest from those before it, from white and from grey, in OKLab and as seen with
# protanopia and deuteranopia (Machado et al. 2009). Beyond about a dozen nobody tells hues apart: figures also label.
PALETTE: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#770044", "#223388",
    "#665522", "#66dd99", "#994477", "#8888ee", "#00ddee", "#5544aa", "#772200", "#006655",
    "#cccc33", "#667755", "#553366", "#88aa66", "#667799", "#eeaacc", "#5577dd", "#aa5511",
    "#ffaa77", "#9977bb", "#cc8833", "#ee88dd", "#dd9988", "#998855", "#559999", "#446688",
)  # fmt: skip
DARK, PALE = (34, 48, 60), (196, 203, 209)  # red, green, blue of the first and the last grey
NO_NAME: Final = {keys.UNKNOWN: "#a9b0b7", keys.UNASSIGNED: "#d5dade", str(keys.NO_CLUSTER): "#d5dade"}


def colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each name, in the order given; grey for `unknown` and `unassigned`."""
    named = [name for name in dict.fromkeys(names) if name not in NO_NAME]
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(named)} | NO_NAME


def greys(names: Iterable[str]) -> dict[str, str]:
    """A grey for each name, in the order given, from dark to light; those of :func:`colours` for what has no name."""
    named = [name for name in dict.fromkeys(names) if name not in NO_NAME]
    steps = max(len(named) - 1, 1)
    levels = [[round(a + (b - a) * i / steps) for a, b in zip(DARK, PALE, strict=True)] for i in range(len(named))]
    return {name: "#" + "".join(f"{each:02x}" for each in level) for name, level in zip(named, levels, strict=True)} | (
        NO_NAME
    )


def colours_of(column: str, names: Iterable[str]) -> dict[str, str]:
    """The colours of a column of ``obs`` by the law: greys of what the sheet says, else hues."""
    return greys(names) if column in (keys.SAMPLE, *keys.SHEET_COLUMNS) else colours(names)
