"""What lives in the simulated marrow: one table of populations and one of groups.

Phenotypes follow the marrow literature as gathered for this project (ISCT 2006 for stromal cells; Hochheuser et al.,
Cancers 2020, 12(11):3231, for their subtypes in neuroblastoma). Percentages are of the nucleated cells that are not
tumour. Stromal cells (MSC) are 0.0017-0.02 % of marrow in the literature; here each subtype has 0.005-0.022 %, and
CD146+CD271- 0.06 % in metastatic disease at diagnosis (more than in life), so that a cohort of 1.5 million events
holds some subtypes above and some below 200 events.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from cytoclust.errors import InputError

__all__ = ["GROUP_EFFECTS", "MARKERS", "GroupEffect", "Planted", "Populations", "populations"]

MARKERS: Final = ("CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2")

# percent: of non-tumour cells (of tumour cells for the two kinds of tumour); spread: sd of its logarithm between
# patients; um: diameter; ssc: side scatter in thousands; af: autofluorescence, a lymphocyte has 1.
# "a > b" instead of marker states: its cells lie anywhere on the way from a to b (maturation, a continuum).
_TABLE: Final = """
population              percent spread  um   ssc  af   CD45 CD34 CD90 CD105 CD73 CD146 CD271 CD31 CD56 GD2
granulocyte             30      0.20  11.0  110   2.0  +    -    -    -     -    -     -     d    -    -
granulocyte, immature   15      0.25  12.3  135   2.2  d/+  -    -    -     -    -     -     -/d  -    -
eosinophil               2      0.40  10.6  175   8.0  +    -    -    -     -    -     -     d/+  -    -
monocyte                 5      0.30  10.7   48   2.0  +    -    -    -/d   -    -     -     ++   -    -
T CD31+                  7      0.30   7.1   14   1.0  ++   -    -    -     -/d  -     -     d/+  -    -
T CD31-                  6      0.30   7.1   14   1.0  ++   -    -/d  -     -    -     -     -    -    -
B                        4      0.35   7.0   14   1.0  ++   -    -    -     +    -     -     d    -    -
B precursor              4      0.50   7.3   13   1.0  d    -/d  -    -     -    -     -     +    -    -
NK                       2.5    0.35   7.4   16   1.0  ++   -    -    -     -    -     -     +    +    -
plasma cell              0.6    0.40   9.8   34   2.0  d    -    -    -     -/d  -     -     ++   d/+  -
HSPC                     1      0.30   8.6   22   1.2  d    ++   d    d     -    -     -     +    -    -
myeloid progenitor       2      0.30  HSPC > granulocyte, immature
proerythroblast          1.5    0.35  12.0   40   2.0  d    -/d  -    ++    -    -     -     d    -    -
erythroblast             5      0.35  proerythroblast > erythroid, late
erythroid, late          9      0.40   6.3    9   0.8  -    -    -    -     -    -     -     -    -    -
endothelial              0.03   0.40  11.5   42   3.0  -    +    -    +     +    ++    -     ++   -    -
MSC CD146+CD271+         0.022  0.25  13.5   80   8.0  -    -/d  +    ++    ++   +     +     -    -    -/d
MSC CD146+CD271-         0.060  0.25  13.5   80   8.0  -    -/d  +    ++    ++   +     -     -    -    -/d
MSC CD146-CD271+         0.014  0.25  13.0   75   7.0  -    -/d  +    ++    ++   -     +     -    -    -/d
MSC CD146-CD271-         0.005  0.25  13.0   75   7.0  -    -/d  +    ++    ++   -     -     -    -    -/d
neuroblastoma           90      0.05  10.2   30   1.8  -    -    d    -     -    -     -     -    ++   +
neuroblastoma GD2low    10      0.50  10.2   30   1.8  -    -    +    -     -    +     -     -    ++   -/d
"""

_NAME_WIDTH: Final = 24

# marker states: median signal of the antibody on a cell in units of the 262,144 scale (before the brightness of the
# fluorochrome), and the sd of its logarithm between cells; "-" is unspecific binding
_STATES: Final = {
    "-": (25.0, 0.50),
    "-/d": (220.0, 0.70),
    "d": (900.0, 0.45),
    "d/+": (2000.0, 0.55),
    "+": (5500.0, 0.40),
    "++": (20000.0, 0.35),
}


@dataclass(frozen=True)
class GroupEffect:
    """What a group has at a time point.

    Attributes
    ----------
    tumour
        Least and greatest tumour load, a fraction of all cells; spread evenly on the logit scale between patients.
    stroma
        Factor on MSC CD146+CD271-; 0 is none.
    chance
        Fraction of patients in whom that factor holds; the others have none.
    """

    tumour: tuple[float, float]
    stroma: float
    chance: float


GROUP_EFFECTS: Final = {
    ("control", "diagnosis"): GroupEffect((0.0, 0.0), 0.0, 0.0),
    ("localised", "diagnosis"): GroupEffect((0.0, 0.0), 0.0, 0.0),
    ("metastatic", "diagnosis"): GroupEffect((0.002, 0.8), 1.0, 1.0),
    ("metastatic", "therapy"): GroupEffect((0.0001, 0.02), 0.15, 1.0),
    ("metastatic", "relapse"): GroupEffect((0.002, 0.6), 0.7, 0.8),
}


@dataclass(frozen=True)
class Planted:
    """A population that the table does not have.

    Attributes
    ----------
    name
        Its kind in the truth.
    states
        Marker states of the table, as ``"CD90 +, CD271 ++"``; a marker that is not named is negative.
    um, ssc, af
        Diameter, side scatter in thousands, and autofluorescence (a lymphocyte has 1).
    """

    name: str
    states: str
    um: float = 10.0
    ssc: float = 40.0
    af: float = 2.0


@dataclass(frozen=True)
class Populations:
    """The table as arrays: k populations, m markers.

    Attributes
    ----------
    names
        The k populations.
    percent, spread
        (k,) as in the table.
    start, end
        (k,) rows of the two ends of a continuum; both the row itself elsewhere.
    log_um, log_ssc, log_af
        (k,) natural logarithms; nan for a continuum.
    log_level, log_sd
        (k, m) logarithm of the median signal of a marker, and its sd between cells; nan for a continuum.
    """

    names: tuple[str, ...]
    percent: np.ndarray
    spread: np.ndarray
    start: np.ndarray
    end: np.ndarray
    log_um: np.ndarray
    log_ssc: np.ndarray
    log_af: np.ndarray
    log_level: np.ndarray
    log_sd: np.ndarray

    @property
    def tumour(self) -> np.ndarray:
        """(k,) whether a population is tumour."""
        return np.array([name.startswith("neuroblastoma") for name in self.names])

    @property
    def stroma(self) -> np.ndarray:
        """(k,) whether a population is a rare one of the stroma: MSC or endothelium."""
        return np.array([name.startswith("MSC") or name == "endothelial" for name in self.names])


@cache
def populations(planted: tuple[Planted, ...] = ()) -> Populations:
    """The table, parsed, and below its rows those of planted populations.

    Raises
    ------
    InputError
        A planted population with a name that is taken, or a marker or state that does not exist.
    """
    lines = _TABLE.strip().splitlines()[1:]
    names = [line[:_NAME_WIDTH].strip() for line in lines]
    fields = [line[_NAME_WIDTH:].split() for line in lines]
    mixed = [">" in line for line in lines]
    start, end = np.arange(len(names) + len(planted)), np.arange(len(names) + len(planted))
    for row, line in enumerate(lines):
        if mixed[row]:
            ends = line[_NAME_WIDTH:].split(maxsplit=2)[2].split(" > ")
            start[row], end[row] = (names.index(name.strip()) for name in ends)
    for extra in planted:
        fields.append(_fields(extra, names))
        names.append(extra.name)
    mixed += [False] * len(planted)

    def column(i: int) -> np.ndarray:
        return np.log([np.nan if mix else float(field[i]) for mix, field in zip(mixed, fields, strict=True)])

    states = [[None] * len(MARKERS) if mix else field[5:] for mix, field in zip(mixed, fields, strict=True)]
    levels = np.array([[_STATES[s] if s else (np.nan, np.nan) for s in row] for row in states])
    return Populations(
        names=tuple(names),
        percent=np.array([float(field[0]) for field in fields]),
        spread=np.array([float(field[1]) for field in fields]),
        start=start,
        end=end,
        log_um=column(2),
        log_ssc=column(3),
        log_af=column(4),
        log_level=np.log(levels[..., 0]),
        log_sd=levels[..., 1],
    )


def _fields(planted: Planted, taken: list[str]) -> list[str]:
    """A line of the table without its name; percent and spread are 0, since the design says how many there are."""
    where = f"The planted population {planted.name!r}"
    if planted.name in taken:
        raise InputError(f"{where} has the name of another.")
    given = {}
    for item in planted.states.split(","):
        marker, _, state = item.strip().partition(" ")
        if marker not in MARKERS or state not in _STATES:
            allowed = f"a marker of {', '.join(MARKERS)} and a state of {', '.join(_STATES)}, as CD90 +"
            raise InputError(f"{where} must have states that are {allowed}. Got {item.strip()!r} instead.")
        given[marker] = state
    return ["0", "0", *map(str, (planted.um, planted.ssc, planted.af)), *(given.get(m, "-") for m in MARKERS)]
