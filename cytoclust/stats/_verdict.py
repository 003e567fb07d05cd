"""What a claim is worth."""

from collections.abc import Sequence
from typing import Final

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["BESIDE", "verdict"]

BESIDE: Final = frozenset({"mimic not excluded", "name uncertain", "batch unknown"})
"""Flags that a supported claim may have."""


def verdict(q: float, alpha: float, *, hint: bool, artefact: bool, flags: Sequence[Finding]) -> keys.Verdict:
    """``supported``, ``suggestive``, ``not supported`` or ``artefact``.

    Parameters
    ----------
    q, alpha
        Adjusted p, and the error allowed.
    hint
        Whether the patients are too few for any verdict, and what they show is as clear as so few can be.
    artefact
        Whether the subject is likely none of its own kind.
    flags
        What speaks against it, and what only goes with it.
    """
    if artefact:
        return "artefact"
    if any(flag.code not in BESIDE for flag in flags):
        return "not supported"
    return "supported" if q <= alpha else "suggestive" if hint else "not supported"
