"""Lymphoid tissue on a coarse cytometer: kinds of cells that differ in how wide and how even their pulses are.

Unlike ``marrow`` the widths of single cells have a long upper tail, granular and growing cells have wider pulses than
others of their size, small cells touch the threshold, and any subset of the markers may be stained.
"""

from dataclasses import dataclass

import numpy as np

from cytoclust.io import Panel

KINDS = ("resting", "B", "activated", "dendritic", "granulocyte")
FRACTION = (0.52, 0.2, 0.1, 0.05, 0.13)
FSC = (1.0, 0.95, 1.7, 1.5, 1.45)
SSC = (1.0, 1.0, 1.6, 4.0, 7.0)
WIDER = (0.0, 0.0, 0.06, 0.08, 0.03)
"""Of the natural log of width, over that of other cells of the size."""
UNEVEN = (0.02, 0.02, 0.035, 0.04, 0.03)
"""Spread of the natural log of width; half of it is a tail to the upper side."""
STAINS = {"CD3": (8_000, 0, 7_000, 0, 0), "CD19": (0, 9_000, 0, 0, 0), "CD14": (0, 0, 0, 3_000, 500)}
STAINS |= {"CD45": (6_000, 6_000, 9_000, 7_000, 5_000), "CD11c": (0, 0, 0, 12_000, 0), "CD33": (0, 0, 0, 4_000, 8_000)}
GLOW = (60, 60, 130, 220, 200)
SCATTER = ("FSC-A", "FSC-H", "SSC-A", "SSC-H")
THRESHOLD = 5_000.0


@dataclass
class Lymphoid:
    """Events, their panel, what each truly is, and its kind of cell."""

    events: np.ndarray
    panel: Panel
    truth: np.ndarray
    kind: np.ndarray


def lymphoid(
    n: int = 30_000,
    seed: int = 0,
    *,
    stained: tuple[str, ...] = tuple(STAINS),
    doublets: float = 0.08,
    debris: float = 0.1,
    small: float = 1.0,
) -> Lymphoid:
    """Draw a sample; ``small`` is the forward scatter of a resting cell over 40,000."""
    rng = np.random.default_rng(seed)
    what = rng.choice(["ok", "doublet", "debris"], size=n, p=[1 - doublets - debris, doublets, debris])
    first, second = (rng.choice(len(KINDS), size=n, p=FRACTION) for _ in range(2))
    one, other = _cells(rng, first, small), _cells(rng, second, small)
    pair = what == "doublet"
    overlap = rng.uniform(0.0, 0.5, n)  # how much of the smaller pulse lies on top of the larger
    scatter = []
    for detector in ("FSC", "SSC"):
        area, width = one[detector]
        added, added_width = (value * pair for value in other[detector])
        tall, low = np.maximum(area / width, added / np.maximum(added_width, 1)), np.minimum(area, added)
        scatter += [area + added, np.where(pair, tall + overlap * low, area / width)]
    signals = np.column_stack([one[marker] + other[marker] * pair for marker in STAINS])
    glow = one["glow"] + other["glow"] * pair
    piece = what == "debris"
    size = THRESHOLD + rng.exponential(6_000, n)
    for column, values in enumerate((size, size / 0.95, 900 * rng.lognormal(0, 0.8, n), None)):
        scatter[column] = np.where(
            piece, scatter[2] / rng.normal(1, 0.05, n) if values is None else values, scatter[column]
        )
    part = np.where(piece, 0.05, 1.0)
    on = np.array([marker in stained for marker in STAINS])
    fluorescence = (signals * on + glow[:, None]) * part[:, None] + rng.normal(0, 25, (n, len(STAINS)))
    events = np.column_stack([*scatter, fluorescence]).astype(np.float32)
    keep = events[:, 0] > THRESHOLD
    names = (*SCATTER, *STAINS)
    kinds = (*["scatter"] * len(SCATTER), *["fluorescence"] * len(STAINS))
    panel = Panel(names, tuple(f"{name}-A" if name in STAINS else name for name in names), _markers(), kinds)  # type: ignore[arg-type]
    return Lymphoid(events[keep], panel, what[keep], np.array(KINDS)[first][keep])


def _markers() -> tuple[str, ...]:
    return (*[""] * len(SCATTER), *STAINS)


def _cells(rng: np.random.Generator, kind: np.ndarray, small: float) -> dict[str, np.ndarray | tuple]:
    n = len(kind)
    grown = rng.lognormal(0, 0.13, n)
    tail = rng.exponential(1.0, n)
    found: dict[str, np.ndarray | tuple] = {}
    for name, sizes, unit, spread in (("FSC", FSC, 40_000 * small, 0.05), ("SSC", SSC, 8_000, 0.22)):
        area = unit * np.array(sizes)[kind] * grown * rng.lognormal(0, spread, n)
        uneven = np.array(UNEVEN)[kind]
        width = 0.12 * np.log(np.array(FSC)[kind] * grown) + np.array(WIDER)[kind]
        found[name] = area, np.exp(width + 0.7 * uneven * rng.normal(0, 1, n) + 0.5 * uneven * tail)
    for name, levels in STAINS.items():
        found[name] = np.array(levels)[kind] * rng.lognormal(0, 0.4, n)
    found["glow"] = np.array(GLOW)[kind] * grown**2 * rng.lognormal(0, 0.3, n)
    return found
