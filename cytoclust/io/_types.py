"""What reading an FCS file, or a row of a sheet, yields, apart from events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io._role_of import role_of

__all__ = ["STAINS", "Channel", "Sample", "Spillover"]


STAINS: Final = ("fluorescence", "mass")
"""Signal types of what cells are stained with."""


@dataclass(frozen=True)
class Channel:
    """One parameter of an FCS file.

    Attributes
    ----------
    name
        $PnN, made unique within the file.
    marker
        What $PnS says is measured, without its fluorochrome; empty if it says nothing.
    label
        $PnS as it stands.
    signal_type
        Scatter, fluorescence, mass, time or other.
    role
        What the channel holds; as far as names tell it where it is not given.
    reason
        What told the role, in a word: ``name``, ``label``, ``isotope``, ``values``, ``panel.names``, ...
    bits
        $PnB, width of a stored value.
    range
        $PnR as it stands: on the stored scale, before log decades and gain; 0 where the file says none that can be.
    decades
        $PnE: number of decades and value at zero; (0, 0) is linear.
    gain
        $PnG; linear data are divided by it.
    """

    name: str
    marker: str = ""
    label: str = ""
    signal_type: keys.SignalType = "fluorescence"
    bits: int = 32
    range: float = 262_144.0
    decades: tuple[float, float] = (0.0, 0.0)
    gain: float = 1.0
    role: keys.Role = ""  # type: ignore[assignment]
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.role:
            role, reason = role_of(self.name, self.label, self.marker, self.signal_type)
            object.__setattr__(self, "role", role)
            object.__setattr__(self, "reason", reason)

    @property
    def limit(self) -> float:
        """The upper limit of the detector, $PnR, on the linear scale that events are read in; 0 where none is known."""
        decades, zero = self.decades
        return zero * 10.0**decades if decades > 0 else self.range / self.gain


@dataclass(frozen=True)
class Spillover:
    """A spillover matrix.

    Attributes
    ----------
    channels
        The k detectors, by $PnN.
    matrix
        (k, k) float64; row i is what fluorochrome i sends to each detector.
    keyword
        The keyword or file it came from.
    notes
        What was mended in it, where it came from a file of its own.
    """

    channels: tuple[str, ...]
    matrix: np.ndarray
    keyword: str = ""
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Sample:
    """One sample: its name, its file, and what the sheet says of it.

    Attributes
    ----------
    dataset
        Which data set of a file that holds several, from 0.
    further
        Columns of the sheet that mean nothing to the program, and are carried through.
    """

    sample_id: str
    path: Path
    patient_id: str | None = None
    group: str | None = None
    timepoint: str | None = None
    batch: str | None = None
    dataset: int | None = None
    further: Mapping[str, str] = field(default_factory=dict, hash=False)
