"""Where samples stand in a figure of amounts: side by side by group, time point and patient."""

import textwrap
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from natsort import natsort_keygen

from cytoclust import keys
from cytoclust.pl.style import GREY, safe_text

__all__ = ["Lanes", "filled", "name_lanes", "place_samples"]

POINT, LEAST, MOST, GAP = 0.052, 0.26, 0.8, 0.14  # inches: of a sample, lane at least and at most, between groups
LEAST_WIDTH: Final = 1.4  # inches
LETTER: Final = 0.062  # inches
NAMED: Final = 16  # samples without groups are named up to so many


@dataclass(frozen=True)
class Lanes:
    """Samples and lanes in inches.

    Attributes
    ----------
    samples
        Index sample: ``group, time, patient, lane, place``.
    lanes
        One row a lane, from left to right: ``group, time, left, right``.
    """

    samples: pd.DataFrame
    lanes: pd.DataFrame

    @property
    def width(self) -> float:
        return float(self.lanes["right"].iloc[-1])

    @property
    def by_time(self) -> bool:
        """Whether lanes are of different time points."""
        return len(set(self.lanes["time"])) > 1

    @property
    def texts(self) -> list[tuple[float, str]]:
        """Centre and name of each tick: time points, else groups; samples in one lane without a name."""
        named = self.lanes["time"] if self.by_time else self.lanes["group"]
        if len(self.lanes) == 1 and not named.iloc[0]:
            few = self.samples if len(self.samples) <= NAMED else self.samples[:0]
            return [(float(place), safe_text(name, 18)) for name, place in few["place"].items()]
        centres = (self.lanes["left"] + self.lanes["right"]) / 2
        return [(float(x), safe_text(name or "none given", 24)) for x, name in zip(centres, named, strict=True)]

    def upright(self, scale: float = 1.0) -> bool:
        """Whether the names of ticks must stand upright to have room; ``scale`` is inches of paper to one of ours."""
        room = (self.lanes["right"] - self.lanes["left"]).tolist()
        if len(self.texts) > len(room):  # samples are named
            room = [self.width / len(self.texts)] * len(self.texts)
        return any(len(name) * LETTER > width * scale for (_, name), width in zip(self.texts, room, strict=False))

    def label_height(self, scale: float = 1.0) -> float:
        """Inches that names take below the axis."""
        return self.tick_height(scale) + (0.36 if self._bracketed else 0)

    def tick_height(self, scale: float = 1.0) -> float:
        """Inches that the names of ticks take."""
        longest = max((len(name) for _, name in self.texts), default=0)
        return 0.14 + (LETTER * longest if self.upright(scale) else 0.08)

    @property
    def _bracketed(self) -> bool:
        return self.by_time and len(set(self.lanes["group"])) > 1

    @property
    def groups(self) -> list[tuple[float, float, str]]:
        """Left, right and name of each group, where ticks do not name groups."""
        if not self._bracketed:
            return []
        found = []
        for name, rows in self.lanes.groupby("group", sort=False):
            found.append((float(rows["left"].min()), float(rows["right"].max()), str(name) or "none given"))
        return found


def place_samples(table: pd.DataFrame, by: str) -> Lanes:
    """Lanes of the samples of a table: groups and time points in its order, patients naturally sorted."""
    firsts = table.drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)
    group = filled(firsts, by)
    time = filled(firsts, keys.TIMEPOINT)
    time = time if by == keys.GROUP and len(set(time)) > 1 else pd.Series("", index=firsts.index)
    samples = pd.DataFrame({"group": group, "time": time, "patient": filled(firsts, keys.PATIENT)})
    natural = natsort_keygen()
    place, lane = np.zeros(len(samples)), np.zeros(len(samples), dtype=int)
    lanes: list[dict[str, Any]] = []
    left = 0.0
    for g in dict.fromkeys(group):
        held = [(t, samples.index[(group == g) & (time == t)]) for t in dict.fromkeys(time)]
        held = [(t, mine) for t, mine in held if len(mine)]
        room = np.array([min(max(LEAST, POINT * len(mine) + 0.12), MOST) for _, mine in held])
        room *= max(1.0, LETTER * min(max(map(len, g.split()), default=0), 14) / room.sum())  # for the group's name
        left += GAP if lanes else 0
        for (t, mine), wide in zip(held, room, strict=True):
            order = sorted(mine, key=lambda name: (natural(samples.at[name, "patient"]), natural(str(name))))
            at = samples.index.get_indexer(pd.Index(order))
            place[at] = left + wide * (np.arange(len(order)) + 0.5) / len(order)
            lane[at] = len(lanes)
            lanes.append({"group": g, "time": t, "left": left, "right": left + wide})
            left += wide
    if left < LEAST_WIDTH:
        place *= LEAST_WIDTH / left
        lanes = [each | {side: each[side] * LEAST_WIDTH / left for side in ("left", "right")} for each in lanes]
    return Lanes(samples.assign(place=place, lane=lane), pd.DataFrame(lanes))


def filled(samples: pd.DataFrame, column: str) -> pd.Series:
    """A column as text, empty where it is not known."""
    if column not in samples:
        return pd.Series("", index=samples.index)
    return samples[column].astype(object).where(samples[column].notna(), "").astype(str)


def name_lanes(ax: Axes, lanes: Lanes, *, hidden: bool = False) -> None:
    """Limits of the x axis, names of lanes, and below them groups with a line."""
    ax.set_xlim(-0.06, lanes.width + 0.06)
    texts = lanes.texts
    scale = ax.get_window_extent().width / ax.figure.dpi / lanes.width
    upright = lanes.upright(scale)
    ax.set_xticks(
        [x for x, _ in texts], [] if hidden else [name for _, name in texts], rotation=90 if upright else 0, fontsize=7
    )
    if not texts and not hidden:
        ax.set_xlabel("samples, in the order of the sheet", fontsize=7)
    height = ax.get_window_extent().height / ax.figure.dpi
    below = -(0.07 if hidden else lanes.tick_height(scale)) / height
    transform = ax.get_xaxis_transform()
    for left, right, name in lanes.groups:
        ax.plot(
            (left + 0.02, right - 0.02), (below, below), color=GREY, linewidth=2.2, transform=transform,
            clip_on=False, solid_capstyle="butt",
        )  # fmt: skip
        room = max(int((right - left) * scale / LETTER), 4)
        lines = textwrap.wrap(safe_text(name, 44), room, max_lines=2, placeholder="…", break_long_words=False)
        if not hidden:
            ax.annotate(
                "\n".join(lines), ((left + right) / 2, below), (0, -3), xycoords=transform, textcoords="offset points",
                ha="center", va="top", fontsize=7, annotation_clip=False,
            )  # fmt: skip
