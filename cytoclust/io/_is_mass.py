"""Whether a file comes from a mass cytometer."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io._fluorochrome_in import fluorochrome_in
from cytoclust.io._isotopes import isotope_in
from cytoclust.io._optical import is_optical

__all__ = ["MASS_CYTOMETER", "looks_like_counts", "why_mass"]

MASS_CYTOMETER: Final = re.compile(
    r"cytof(?!lex)|(?<![a-z])(?:helios|hyperion|fluidigm|dvs)|standard\s*bio", re.IGNORECASE
)
_FEWEST: Final = 3
"""Channels that must say so. Convention: fewer are no panel."""
_MOST: Final = 0.5
"""Share of channels that must say so. Chosen."""
_NEAR_ZERO: Final = 5.0
"""Ion counts of a cell without the marker stay below this. Source: Bendall et al., Science 2011; background is of the
order of an ion or two."""
_LOW: Final = 0.2
"""Share of events that must have no or few ions in a channel. Chosen."""
_FEW_IONS: Final = 0.03
"""Share of events that must have some, but few, ions: values floored at 0 have none. Chosen."""
_LOWEST: Final = -2.0
"""The least value. Derived: the instrument's software spreads counts by less than one ion, and normalisation may double
them."""
_TOP: Final = (20.0, 50_000.0)
"""What the highest 0.1 % of counts reach; transformed values stay below, fluorescence goes beyond. Chosen."""


def why_mass(
    names: Sequence[str],
    labels: Sequence[str],
    roles: Sequence[keys.Role | None],
    cytometer: str,
    sample: Callable[[], NDArray[np.float32]] | None,
) -> str:
    """What tells that a file is of a mass cytometer: ``cytometer``, ``isotope``, ``panel`` or ``values``; empty if it is not.

    Parameters
    ----------
    names, labels
        $PnN and $PnS of each channel.
    roles
        Of channels whose name tells one; None of those that may be signals.
    cytometer
        $CYT.
    sample
        Some events, (m, p); looked at only if nothing else decides.
    """
    if MASS_CYTOMETER.search(cytometer):
        return "cytometer"
    signals = [i for i, role in enumerate(roles) if role is None]
    if len(signals) < _FEWEST:
        return ""
    isotopes = sum(bool(isotope_in(names[i]) or isotope_in(labels[i])) for i in signals)
    if isotopes >= _FEWEST and isotopes >= _MOST * len(signals):
        return "isotope"
    if "scatter" in roles or any(_is_of_light(names[i], labels[i]) for i in signals):
        return ""
    if "event length" in roles or sum(role == "gaussian" for role in roles) >= _FEWEST:
        return "panel"
    return "values" if sample is not None and looks_like_counts(sample()[:, signals]) else ""


def _is_of_light(name: str, label: str) -> bool:
    return any(text and (is_optical(text) or fluorochrome_in(text, "")) for text in (name, label))


def looks_like_counts(events: NDArray[np.float32]) -> bool:
    """Whether most channels (m, p) hold ion counts: none negative, many of 0 and of a few ions, tops of hundreds."""
    if not len(events):
        return False
    return float(np.mean([_is_count(values[np.isfinite(values)]) for values in events.T])) >= _MOST


def _is_count(values: NDArray[np.float32]) -> bool:
    if not len(values) or values.min() < _LOWEST:
        return False
    low = values <= _NEAR_ZERO
    few = np.mean(low & (values > 0))
    return bool(np.mean(low) >= _LOW and few >= _FEW_IONS and _TOP[0] <= np.quantile(values, 0.999) <= _TOP[1])
