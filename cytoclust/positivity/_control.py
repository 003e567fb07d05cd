"""A control file as positivity sees it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Control", "source_kind"]


@dataclass(frozen=True)
class Control:
    """Upper end of the cells that lack a marker, from a control.

    Attributes
    ----------
    marker
        The marker.
    batch
        The batch it holds for; None for all.
    cut
        On the scale of the profile.
    uncertainty
        Its standard deviation.
    source
        Kind and file, as in ``FMO CD271 (name.fcs)``.
    bound
        Whether the cut is a lower bound (an unstained control) and not the cut itself.
    values
        Some of its cells on the scale of the profile (n,), to be drawn; None where they are not at hand.
    """

    marker: str
    batch: str | None
    cut: float
    uncertainty: float
    source: str
    bound: bool = False
    values: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


def source_kind(source: str) -> str:
    """``data``, ``given``, ``batches``, ``FMO`` or ``unstained``: of what kind the source of a cut is."""
    return source.partition(" ")[0]
