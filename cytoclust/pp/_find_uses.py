"""What each column of a panel is used for."""

from collections.abc import Collection
from typing import Final

from cytoclust.io import Panel
from cytoclust.pp._mass_columns import find_mass, is_mass
from cytoclust.pp._scatter import find_pulses

__all__ = ["find_uses", "tells_quality"]

_IN_FLOW: Final = ("clock", "scatter")


def find_uses(panel: Panel, *, clustered: Collection[int], dye: int, chosen: bool) -> list[str]:
    """``clustering``, ``viability``, ``naming``, ``quality`` or ``not used``, of each column.

    Parameters
    ----------
    panel
        The columns.
    clustered
        Those that are clustered on (they name clusters too).
    dye
        The viability dye, -1 if there is none.
    chosen
        Whether ``clustered`` was chosen in cluster.markers: other stains then name clusters alone.
    """
    quality = tells_quality(panel)

    def use(column: int) -> str:
        if column == dye:
            return "viability"
        if column in clustered:
            return "clustering"
        if chosen and column in panel.stained:
            return "naming"
        return "quality" if column in quality else "not used"

    return [use(column) for column in range(len(panel.names))]


def tells_quality(panel: Panel) -> dict[int, str]:
    """Columns that quality control looks at, and what each tells."""
    pulses = set(find_pulses(panel).values())
    told = {
        i: "shows clogs and drift" if role == "clock"
        else "tells debris and doublets" if i in pulses
        else "a second detector of its kind: kept, not needed"
        for i, role in enumerate(panel.roles)
        if role in _IN_FLOW
    }  # fmt: skip
    told |= dict.fromkeys(pulses - set(told), "width of the pulse: tells doublets")
    if is_mass(panel):
        mass = find_mass(panel)
        told |= dict.fromkeys(mass.beads, "tells beads") | dict.fromkeys(mass.shape, "tells doublets")
        told |= dict.fromkeys(mass.dna, "tells debris and doublets")
    return told
