"""The simulated cytometer: its channels, spectral overlap, pulses and noise."""

from functools import cache
from typing import Final

import numpy as np

from cytoclust.datasets._populations import MARKERS
from cytoclust.io import Channel

__all__ = [
    "BRIGHTNESS",
    "DEAD_DYE",
    "DETECTORS",
    "FLUOROCHROMES",
    "FSC_PER_AREA",
    "LIVE_DYE",
    "RANGE",
    "TIME_STEP",
    "VIABILITY",
    "autofluorescence",
    "channels",
    "detect",
    "marker_columns",
    "pair_height",
    "pulse_width",
    "spillover",
]

RANGE: Final = 262_144
TIME_STEP: Final = 0.01  # seconds a unit of the Time channel
VIABILITY: Final = "Viability"
LIVE_DYE: Final = 1.3  # viability dye on a square micrometre of a live cell
DEAD_DYE: Final = 9.6  # logarithm of the dye that a dead cell takes up, at most
FSC_PER_AREA: Final = 900.0  # forward scatter of a square micrometre of diameter
SCATTER: Final = ("FSC-A", "FSC-H", "FSC-W", "SSC-A", "SSC-H")

# detector; what it carries; brightness of the fluorochrome; autofluorescence of a lymphocyte; signal of one
# photoelectron; sd of the electronic noise; spillover of its fluorochrome into other detectors, in percent
_TABLE: Final = """
BV421-A        CD271     1.4  55   8  22  BV510:8 BV605:2
BV510-A        Viability 1.0  70  10  24  BV421:3 BV605:18 BV711:5 BV786:2 FITC:3
BV605-A        CD31      0.9  35  10  26  BV711:25 BV786:8 PE-CF594:10 PE:6 PerCP-Cy5-5:3 BV510:2
BV711-A        CD90      0.9  18  12  28  BV786:28 PerCP-Cy5-5:12 APC:3 PE-Cy7:2 BV605:2
BV786-A        CD45      0.9  10  14  30  PE-Cy7:14 BV711:6 BV421:3
FITC-A         GD2       0.8  60   8  20  BV510:4 PE:2 PerCP-Cy5-5:2
PerCP-Cy5-5-A  CD34      0.7  22  14  30  BV711:18 BV786:10 PE-Cy7:8 APC:3
PE-A           CD146     1.5  40   6  20  PE-CF594:25 PerCP-Cy5-5:6 BV605:5 PE-Cy7:2
PE-CF594-A     CD105     1.3  30   7  20  PerCP-Cy5-5:18 PE:10 BV605:8 BV711:3 PE-Cy7:3
PE-Cy7-A       CD56      1.0  9   14  30  BV786:12 PE:3 PE-CF594:1
APC-A          CD73      1.0  11   9  24  BV711:3 PerCP-Cy5-5:2 PE-Cy7:1
"""
_ROWS: Final = tuple(tuple(line.split()) for line in _TABLE.strip().splitlines())

DETECTORS: Final = tuple(row[0] for row in _ROWS)
FLUOROCHROMES: Final = tuple(row[1] for row in _ROWS)  # by the marker that they carry
BRIGHTNESS: Final = np.array([float(row[2]) for row in _ROWS])
_AUTOFLUORESCENCE: Final = np.array([float(row[3]) for row in _ROWS], dtype=np.float32)
_PHOTOELECTRON: Final = np.array([float(row[4]) for row in _ROWS], dtype=np.float32)
_ELECTRONIC: Final = np.array([float(row[5]) for row in _ROWS], dtype=np.float32)

_BEAM: Final = 2.5  # sd of the laser beam along the stream, in micrometres
_CELL: Final = 0.18  # sd of a cell along the stream, in diameters
_REFERENCE: Final = 7.0  # diameter at which area and height agree (the area scaling of the instrument)


@cache
def channels() -> tuple[Channel, ...]:
    """The 17 channels, in file order."""
    scatter = [Channel(name, signal_type="scatter", range=RANGE) for name in SCATTER]
    colours = [
        Channel(detector, marker=marker, label=marker, signal_type="fluorescence", range=RANGE)
        for detector, marker in zip(DETECTORS, FLUOROCHROMES, strict=True)
    ]
    return (*scatter, *colours, Channel("Time", signal_type="time", range=RANGE))


def marker_columns() -> np.ndarray:
    """(m,) column among the fluorochromes of each marker of the population table."""
    return np.array([FLUOROCHROMES.index(marker) for marker in MARKERS])


def spillover(gains: np.ndarray) -> np.ndarray:
    """(c, c) fraction of each fluorochrome's (row) signal in each detector (column), as a batch's controls give it.

    Detector gains scale a column, and the own detector is 1 by definition: m_sd = t_sd g_d / g_s.
    """
    matrix = np.eye(len(DETECTORS))
    for row, fields in enumerate(_ROWS):
        for item in fields[6:]:
            detector, percent = item.split(":")
            matrix[row, DETECTORS.index(detector + "-A")] = float(percent) / 100
    return np.round(matrix * gains[None, :] / gains[:, None], 6)


def autofluorescence(level: np.ndarray) -> np.ndarray:
    """(n, c) signal of cells with (n,) autofluorescence, in units of a lymphocyte's."""
    return level[:, None] * _AUTOFLUORESCENCE


def detect(signal: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n, c) measured values of (n, c) expected signals: Poisson photoelectrons, gain, Gaussian electronic noise.

    Counting noise is what makes the spread of a compensated channel grow with the light that spills into it
    (Nguyen et al., Cytometry A 2013, 83A:306).
    """
    counts = rng.poisson(signal / _PHOTOELECTRON).astype(np.float32)
    noise = rng.standard_normal(signal.shape, dtype=np.float32) * _ELECTRONIC
    return counts * (_PHOTOELECTRON * gains.astype(np.float32)) + noise


def pulse_width(um: np.ndarray) -> np.ndarray:
    """(n,) width of the pulse of a cell of that diameter, which is area / height; 1 for a lymphocyte.

    The pulse is taken as a Gaussian, the beam convolved with the cell.
    """
    return np.sqrt((_BEAM**2 + (_CELL * um) ** 2) / (_BEAM**2 + (_CELL * _REFERENCE) ** 2))


def pair_height(area: np.ndarray, um: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """(n,) height of the pulse of two cells: the greatest value of the sum of two Gaussians.

    Parameters
    ----------
    area, um
        (n, 2) area of the pulse and diameter of each cell.
    distance
        (n,) between their centres along the stream, in micrometres.
    """
    height = area / pulse_width(um)
    sd = np.sqrt(_BEAM**2 + (_CELL * um) ** 2)
    along = np.linspace(0, 1, 25, dtype=np.float32)[:, None] * distance
    first = height[:, 0] * np.exp(-0.5 * (along / sd[:, 0]) ** 2)
    second = height[:, 1] * np.exp(-0.5 * ((along - distance) / sd[:, 1]) ** 2)
    return (first + second).max(axis=0)
