"""What it means that a file has no spillover matrix, by the instrument."""

import re
from typing import Final

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._mass_columns import is_mass

__all__ = ["NO_MATRIX", "no_matrix"]

_ANALOG: Final = re.compile(
    r"FACS?[\s_-]*(?:Calibur|can(?!to)|Sort|Star|Vantage(?!.*DiVa))|(?<![A-Z0-9])FC[\s_-]*500|Cytomics|EPICS"
    r"|\bAltra\b|\bElite\b|(?<![A-Z0-9])XL(?:[\s_-]*MCL)?(?![A-Z0-9])|^(?:BD[\s_-]*)?LSR$",
    re.IGNORECASE,
)
"""Instruments that can compensate in their electronics while events are acquired, as $CYT calls them."""
NO_MATRIX: Final = ("no spillover matrix", "no matrix of an analog instrument", "no matrix of mass cytometry")
"""Codes of what :func:`no_matrix` tells."""


def no_matrix(cytometer: str, panel: Panel) -> Finding:
    """Why nothing is compensated where there is no matrix; ``cytometer`` is $CYT."""
    if is_mass(panel) and "fluorescence" not in panel.signal_types:
        return Finding("no matrix of mass cytometry")
    if _ANALOG.search(cytometer):
        return Finding("no matrix of an analog instrument", cytometer=cytometer.strip())
    return Finding("no spillover matrix")
