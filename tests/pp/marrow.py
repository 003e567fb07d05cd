"""A little marrow on a pulse-shaping cytometer, with known truth: what quality control is tested on."""

from dataclasses import dataclass

import numpy as np

from cytoclust import keys, params
from cytoclust.io import Panel
from cytoclust.pp import QualityModel, apply_quality, fit_quality

# fraction, FSC, SSC, autofluorescence, CD45, CD90, CD105: in units of a lymphocyte's FSC, a lymphocyte's SSC,
# and of linear fluorescence on a scale of 262,144
KINDS = {
    "granulocyte": (0.50, 1.75, 4.00, 220, 3_000, 0, 0),
    "monocyte": (0.06, 1.60, 2.00, 200, 6_000, 0, 300),
    "lymphocyte": (0.22, 1.00, 1.00, 80, 12_000, 100, 0),
    "erythroid": (0.12, 0.62, 0.80, 60, 0, 0, 0),
    "proerythroblast": (0.02, 1.50, 1.10, 150, 500, 0, 6_000),
    "tumour": (0.077, 1.30, 1.40, 150, 0, 1_000, 0),
    "msc": (0.003, 2.80, 5.00, 900, 0, 8_000, 7_000),
}
COLUMNS = ("Time", "FSC-A", "FSC-H", "FSC-W", "SSC-A", "SSC-H", "FITC-A", "PE-A", "APC-A", "APC-Cy7-A")
MARKERS = ("", "", "", "", "", "", "CD45", "CD90", "CD105", "Live/Dead")


@dataclass
class Marrow:
    """Events in the columns of ``COLUMNS``, what each truly is, and its kind of cell."""

    events: np.ndarray
    truth: np.ndarray
    kind: np.ndarray
    unlike: np.ndarray  # a doublet of two kinds


def marrow(
    n: int = 60_000,
    seed: int = 0,
    *,
    doublets: float = 0.06,
    debris: float = 0.08,
    dead: float = 0.05,
    clogs: int = 2,
    fsc: float = 60_000.0,
    limit: float = 262_143.0,
    msc: float = 0.003,
    dye: float = 40.0,
    drift: float = 0.0,
) -> Marrow:
    """Draw a sample.

    ``fsc`` is the FSC-A of a lymphocyte and ``limit`` that of the scatter detectors; ``dye`` is how much brighter
    dead cells are than live lymphocytes; ``drift`` is the slope of the sample rate over the run.
    """
    rng = np.random.default_rng(seed)
    fractions = np.array([row[0] for row in KINDS.values()])
    fractions[-1] = msc
    kinds = np.array(list(KINDS))
    what = rng.choice(
        ["ok", "doublet", "debris", "dead"], size=n, p=[1 - doublets - debris - dead, doublets, debris, dead]
    )
    first = rng.choice(len(kinds), size=n, p=fractions / fractions.sum())
    second = rng.choice(len(kinds), size=n, p=fractions / fractions.sum())
    area, signals = _cells(rng, first, what, dye)
    other_area, other_signals = _cells(rng, second, np.full(n, "ok"), dye)
    pair = what == "doublet"
    columns = {}
    gap = rng.uniform(0.8, 2.5, n)  # one distance for both detectors
    for name, width, index in (("FSC", 0.5, 0), ("SSC", 0.4, 1)):
        columns[name] = _pulse(rng, area[index], other_area[index] * pair, width, gap)
    signals = signals + other_signals * pair[:, None]
    time, late = _times(rng, n, clogs, drift)
    shift = np.where(late, 0.6, 1.0)
    events = np.empty((n, len(COLUMNS)), dtype=np.float32)
    events[:, 0] = np.floor(time * 100)
    for column, (name, part) in enumerate([("FSC", 0), ("FSC", 1), ("FSC", 2), ("SSC", 0), ("SSC", 1)], start=1):
        scale = 1.0 if part == 2 else fsc / 60_000 * shift
        events[:, column] = np.minimum(columns[name][part] * scale, limit)
    events[:, 6:] = signals * shift[:, None] + rng.normal(0, 60, size=signals.shape)
    what[late] = "time"
    return Marrow(events, what, kinds[first], pair & (first != second) & ~late)


def _cells(
    rng: np.random.Generator, kind: np.ndarray, what: np.ndarray, dye: float
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    table = np.array([row[1:] for row in KINDS.values()])[kind]
    n = len(kind)
    fsc = 60_000 * table[:, 0] * np.exp(rng.normal(0, 0.13, n))
    ssc = 20_000 * table[:, 1] * np.exp(rng.normal(0, 0.22, n))
    glow = table[:, 2] * np.exp(rng.normal(0, 0.35, n))
    signals = glow[:, None] + table[:, 3:] * np.exp(rng.normal(0, 0.45, (n, 3)))
    live_dye = glow + 40 * (fsc / 60_000) ** 2
    viability = np.where(what == "dead", 80 * dye * np.exp(rng.normal(0, 0.5, n)) + 2 * glow, live_dye)
    fsc, ssc = np.where(what == "dead", 0.72 * fsc, fsc), np.where(what == "dead", 1.2 * ssc, ssc)
    is_debris = what == "debris"
    fragment = np.exp(rng.normal(0, 0.45, n))
    fsc = np.where(is_debris, 10_000 * fragment, fsc)
    ssc = np.where(is_debris, 6_000 * np.exp(rng.normal(0, 0.5, n)), ssc)
    part = np.where(is_debris, 0.08 * fragment, 1.0)
    return (fsc, ssc), np.column_stack([signals * part[:, None], viability * part])


def _pulse(
    rng: np.random.Generator, area: np.ndarray, other: np.ndarray, width: float, gap: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Area, height and width: each cell is a Gaussian pulse, a doublet two of them a few widths apart."""
    grid = np.linspace(-2.0, 6.0, 81)
    spread = width * np.sqrt(1 + 0.1 * (area / 60_000) ** (2 / 3))
    gap = gap * spread
    tall = np.zeros(len(area))
    for point in grid:
        wave = area * np.exp(-0.5 * (point / spread) ** 2) + other * np.exp(-0.5 * ((point - gap) / spread) ** 2)
        tall = np.maximum(tall, wave)
    height = 0.5 * tall / spread * np.exp(rng.normal(0, 0.03, len(area)))
    total = (area + other) * np.exp(rng.normal(0, 0.01, len(area)))
    return total, height, 65_536 * total / height


def _times(rng: np.random.Generator, n: int, clogs: int, drift: float) -> tuple[np.ndarray, np.ndarray]:
    """Acquisition times (s) at 1000 events a second, and which fall into a clog (a fifth of the rate)."""
    rate = 1 + drift * np.linspace(-0.5, 0.5, n)
    late = np.zeros(n, dtype=bool)
    for start in rng.uniform(0.1, 0.85, clogs):
        late[int(start * n) : int((start + 0.006) * n)] = True
    gaps = rng.exponential(1.0 / 1000, n) / rate * np.where(late, 5.0, 1.0)
    return np.cumsum(gaps), late


SIGNAL_TYPES = ("time", *["scatter"] * 5, *["fluorescence"] * 4)
PANEL = Panel(
    names=tuple(marker or channel for marker, channel in zip(MARKERS, COLUMNS, strict=True)),
    channels=COLUMNS,
    markers=MARKERS,
    signal_types=SIGNAL_TYPES,  # type: ignore[arg-type]
)


def judge(events: np.ndarray, panel: Panel = PANEL, **switches: bool) -> tuple[QualityModel, np.ndarray]:
    """The model of a sample, and what it says of each event, in words."""
    rows = np.arange(len(events))
    model = fit_quality(events, rows, panel=panel, n_events=len(events), quality=params.Quality(**switches))
    return model, np.array(keys.QC)[apply_quality(model, events, rows)]


def only(panel: Panel, *columns: int) -> Panel:
    """A panel of some columns."""
    return Panel(
        *(tuple(part[i] for i in columns) for part in (panel.names, panel.channels, panel.markers, panel.signal_types))
    )
