"""What the columns of a mass cytometer tell of an event: DNA, beads, the length and shape of its ion cloud."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.io import STAINS, Panel

__all__ = ["MassColumns", "counts_scale", "find_mass", "is_mass", "transformed_before"]

COFACTOR: Final = 5.0
"""Ion counts below which arcsinh is linear. Convention: 5 is what mass cytometrists use."""
_TRANSFORMED: Final = 12.0
"""Below it stays every arcsinh of ion counts. Derived: arcsinh(100,000 / 1) is 12.2, and no detector counts so far."""
_FEWEST_COLUMNS: Final = 3
"""Columns that must agree before values are called transformed. Chosen: see sensitivity."""
_BEAD_SETS: Final = (
    ("Ce140", "Eu151", "Eu153", "Ho165", "Lu175"),
    ("Y89", "In115", "Ce140", "Tb159", "Lu175", "Bi209"),
)
"""Isotopes of calibration beads. Source: Standard BioTools, EQ Four Element and EQ Six Element Calibration Beads."""
_FEWEST_BEAD = 4
"""Isotopes of a set that a panel must have, cerium among them, which hardly an antibody carries. Chosen: see
sensitivity."""
_CERIUM: Final = "Ce140"
_OF_TWO: Final = ("width", "residual")  # parameters of the Gaussian that are larger of two cells
_ONLY_MASS: Final = frozenset({"event length", "gaussian"})


@dataclass(frozen=True)
class MassColumns:
    """Columns by what they tell, each empty where the panel has none.

    Attributes
    ----------
    signals
        All ion counts.
    dna
        Of the intercalator.
    beads
        In which every calibration bead is bright.
    shape
        Event length, and the width and residual of the Gaussian fitted to the ion cloud: larger of two cells than of
        one.
    """

    signals: tuple[int, ...]
    dna: tuple[int, ...]
    beads: tuple[int, ...]
    shape: tuple[int, ...]


def is_mass(panel: Panel) -> bool:
    """Whether the columns are of a mass cytometer: ion counts, or what only it measures, and no scatter."""
    told = "mass" in panel.signal_types or not _ONLY_MASS.isdisjoint(panel.roles)
    return told and "scatter" not in panel.signal_types


def find_mass(panel: Panel) -> MassColumns:
    """The columns of a panel by what they tell."""
    roles = list(enumerate(panel.roles))
    words = [f"{panel.channels[i]} {panel.names[i]}".casefold() for i in range(len(panel.names))]
    shape = [
        i for i, role in roles
        if role == "event length" or (role == "gaussian" and any(word in words[i] for word in _OF_TWO))
    ]  # fmt: skip
    return MassColumns(
        tuple(i for i, kind in enumerate(panel.signal_types) if kind in STAINS),
        tuple(i for i, role in roles if role == "dna"),
        _bead_columns(panel),
        tuple(shape),
    )


def _bead_columns(panel: Panel) -> tuple[int, ...]:
    """Those of a set of calibration beads, if its isotopes are there, stains or not; else those that are named so."""
    at = {isotope: i for i, isotope in enumerate(panel.isotopes) if panel.signal_types[i] == "mass"}
    for isotopes in _BEAD_SETS:
        present = [at[isotope] for isotope in isotopes if isotope in at]
        if len(present) >= _FEWEST_BEAD and _CERIUM in at:
            return tuple(sorted(present))
    return tuple(i for i, role in enumerate(panel.roles) if role == "bead")


def counts_scale(events: NDArray[np.float32], columns: tuple[int, ...]) -> float:
    """Cofactor that brings ion counts to the arcsinh scale: 5, or 0 where the values in ``columns`` look transformed.

    No arcsinh, logarithm or z score of ion counts goes beyond 12, and in the counts themselves the intercalator and
    any bright marker do. Whole numbers are counts, however few.
    """
    values = events[:, list(columns)]
    if len(columns) < _FEWEST_COLUMNS or len(values) == 0:
        return COFACTOR
    top = np.quantile(np.abs(values), 0.999, axis=0)
    small = bool((top < _TRANSFORMED).all() and (top > 0).any())
    return 0.0 if small and (values != np.round(values)).mean() > 0.01 else COFACTOR


def transformed_before(events: NDArray[np.float32], panel: Panel) -> bool:
    """Whether events (n, p) of a mass cytometer are transformed already."""
    return is_mass(panel) and counts_scale(events, find_mass(panel).signals) == 0
