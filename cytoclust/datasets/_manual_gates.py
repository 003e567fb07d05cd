"""The gates that a cytometrist would draw by hand on the simulated instrument."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.datasets._instrument import (
    BRIGHTNESS,
    DEAD_DYE,
    DETECTORS,
    FLUOROCHROMES,
    FSC_PER_AREA,
    LIVE_DYE,
    RANGE,
    VIABILITY,
    autofluorescence,
    marker_columns,
    pulse_width,
    spillover,
)
from cytoclust.datasets._populations import MARKERS, populations
from cytoclust.io.gates import Axis, Gate

__all__ = ["manual_gates"]

_SMALLEST: Final = "erythroid, late"
_STROMA: Final = "MSC CD146-CD271-"
_BOTH: Final = "MSC CD146+CD271+"
_TUMOUR: Final = "neuroblastoma"
_STROMAL_LINES: Final = (("CD31", _STROMA, "endothelial"), ("CD146", _STROMA, _BOTH), ("CD271", _STROMA, _BOTH))
_SDS: Final = 3.0  # from the median to the line
_SD_FSC, _SD_SSC, _SD_WIDTH = 0.12, 0.17, 0.03  # of the logarithm: of cells of one kind, noise included
_CORNERS_UM: Final = (4.0, 7.0, 10.0, 13.5)  # diameters at which the singlet gate has corners


@cache
def manual_gates() -> tuple[Gate, ...]:
    """Gates in the unit of the files, colours after compensation with the file's matrix; parents first.

    Cells, singlets, live; CD45-, CD34-, MSC (CD90+ CD105+) with its four subtypes by CD146 and CD271, neuroblastoma
    (CD56+ GD2+); leukocytes (CD45+) and endothelium (CD31+ CD34+) beside them. Nothing is fitted: a line between two
    populations is halfway, on a log scale, between the medians that the design gives them. All samples have the same
    gates, as drawn once and copied: gains of batches and shifts of patients are not followed.
    """
    cd45, cd34 = _between("CD45", _STROMA, "granulocyte"), _between("CD34", _STROMA, "endothelial")
    cd31, cd146, cd271 = (_between(*each) for each in _STROMAL_LINES)
    subtypes = [name for name in populations().names if name.startswith("MSC")]
    return (
        _cells(),
        _singlets(),
        _box("live", "singlets", (VIABILITY, _live(), False)),
        _box("leukocyte", "live", ("CD45", cd45, True)),
        _box("CD45-", "live", ("CD45", cd45, False)),
        _box("endothelial", "CD45-", ("CD31", cd31, True), ("CD34", cd34, True)),
        _box("CD34-", "CD45-", ("CD34", cd34, False)),
        _box(
            _TUMOUR, "CD34-",
            ("CD56", _between("CD56", _STROMA, _TUMOUR), True), ("GD2", _between("GD2", _STROMA, _TUMOUR), True),
        ),
        _box(
            "MSC", "CD34-",
            ("CD90", _between("CD90", "proerythroblast", _BOTH), True),
            ("CD105", _between("CD105", _TUMOUR, _BOTH), True),
        ),
        *(
            _box(name, "MSC", ("CD146", cd146, "CD146+" in name), ("CD271", cd271, "CD271+" in name))
            for name in subtypes
        ),
    )  # fmt: skip


def _box(name: str, parent: str, *sides: tuple[str, float, bool]) -> Gate:
    """Above (true) or below a line on each of one or two colours."""
    axes = tuple(Axis(DETECTORS[FLUOROCHROMES.index(each)], each, compensated=True) for each, _, _ in sides)
    return Gate(name, parent, axes, bounds=tuple((cut, np.inf) if up else (-np.inf, cut) for _, cut, up in sides))


def _between(marker: str, low: str, high: str) -> float:
    """The geometric mean of the median signals of two populations, to two digits."""
    return _rounded(np.sqrt(_signal(low)[marker] * _signal(high)[marker]))


def _signal(population: str) -> dict[str, float]:
    """Median compensated signal of each colour but the dye, antibody and autofluorescence, at a gain of 1."""
    table, columns = populations(), marker_columns()
    level = np.exp(table.log_level[table.names.index(population)])
    return dict(zip(MARKERS, level * BRIGHTNESS[columns] + _glow(population)[columns], strict=True))


def _glow(population: str) -> NDArray[np.float64]:
    """Median autofluorescence (c,) after compensation."""
    table = populations()
    level = np.exp(table.log_af[[table.names.index(population)]])
    return np.asarray(autofluorescence(level)[0] @ np.linalg.inv(spillover(np.ones(len(DETECTORS)))))


def _live() -> float:
    """Halfway between the dye of a live stromal cell, which is large and autofluorescent, and of a dead one."""
    um = np.exp(populations().log_um[populations().names.index(_BOTH)])
    live = LIVE_DYE * um**2 + _glow(_BOTH)[FLUOROCHROMES.index(VIABILITY)]
    return _rounded(np.sqrt(live * np.exp(DEAD_DYE)))


def _cells() -> Gate:
    """Scatter from that of the smallest and least granular cells to the end of the scale."""
    table = populations()
    row = table.names.index(_SMALLEST)
    fsc = FSC_PER_AREA * np.exp(2 * table.log_um[row] - _SDS * _SD_FSC)
    ssc = 1000 * np.exp(table.log_ssc[row] - _SDS * _SD_SSC)
    bounds = ((_rounded(fsc), RANGE - 1), (_rounded(ssc), RANGE - 1))
    return Gate("cells", None, (Axis("FSC-A"), Axis("SSC-A")), bounds=bounds)


def _singlets() -> Gate:
    """The band around the height that the pulse of a single cell of that area has."""
    area = np.append(FSC_PER_AREA * np.square(_CORNERS_UM), RANGE)
    height = area / pulse_width(np.sqrt(area / FSC_PER_AREA))
    width = np.exp(_SDS * _SD_WIDTH)
    upper, lower = np.column_stack([area, height * width]), np.column_stack([area, height / width])
    vertices = np.round(np.vstack([upper, lower[::-1]]), -2)
    return Gate("singlets", "cells", (Axis("FSC-A"), Axis("FSC-H")), vertices=vertices)


def _rounded(value: float) -> float:
    return float(f"{value:.1e}")
