"""What a claim is worth."""

from collections.abc import Sequence
from typing import Final

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["BESIDE", "verdict"]

BESIDE: Final = frozenset({"mimic not excluded", "name uncertain"})
"""Flags that a supported claim may have."""


def verdict(q: float, alpha: float, *, artefact: bool, flags: Sequence[Finding]) -> keys.Verdict:
    """``supported``, ``not supported`` or ``artefact``.

    Parameters
    ----------
    q, alpha
        Adjusted p, and the error allowed.
    artefact
        Whether the candidate is likely none of its own kind.
    flags
        What speaks against it, and what only goes with it.
    """
    if artefact:
        return "artefact"
    return "supported" if q <= alpha and all(flag.code in BESIDE for flag in flags) else "not supported"
