"""The spillover matrix that a sample is to be compensated with."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Spillover, fold_channel, is_compensated, is_identity, match_channels
from cytoclust.pp._embed_spillover import embed_spillover

__all__ = ["choose_matrix", "unusable"]


def choose_matrix(
    spill: Spillover | None,
    channels: Sequence[str],
    *,
    markers: Sequence[str] = (),
    override: Spillover | None = None,
    fault: Finding | None = None,
) -> tuple[NDArray[np.float64] | None, Finding | None]:
    """The matrix among all columns, or None and why there is nothing to do.

    Data whose channels say that they are compensated are never compensated again, whatever matrix is there.

    Parameters
    ----------
    spill
        The file's own matrix, if it has one.
    channels, markers
        Of each column of the sample's events, (p,).
    override
        A matrix to use instead; it may name channels or markers, in any spelling.
    fault
        Why the file's own matrix cannot be used, where it has one.

    Returns
    -------
    (p, p) float64 or None; a finding, None if the file's matrix is used.

    Raises
    ------
    InputError
        The matrix cannot be used, or names channels that the events lack.
    """
    wanted = spill if override is None else _of_channels(override, channels, markers)
    prefixed = [name for name in channels if is_compensated(name)]
    if prefixed and _says_compensated(prefixed, wanted, channels):
        return None, Finding("compensated at acquisition", channel=prefixed[0])
    if override is not None and wanted is not None:
        absent = [name for name in wanted.channels if name not in channels]
        return embed_spillover(wanted, channels), Finding("matrix given", file=override.keyword, absent=absent)
    if spill is None and fault is not None:
        raise InputError(f"{fault.sentence}: {fault.advice}.")
    if spill is None:
        return None, Finding("no spillover matrix")
    if is_identity(spill.matrix):
        return None, Finding("identity matrix", keyword=spill.keyword)
    return embed_spillover(spill, channels), None


def unusable(notes: Sequence[Finding]) -> Finding | None:
    """Why the file's own matrix cannot be used, of what reading it noted."""
    return next((note for note in notes if note.code == "matrix not usable"), None)


def _says_compensated(prefixed: Sequence[str], spill: Spillover | None, channels: Sequence[str]) -> bool:
    """Unless the matrix is of other channels, all of which are there as measured."""
    if spill is None or not set(spill.channels) <= set(channels):
        return True
    return bool({fold_channel(name) for name in prefixed} & {fold_channel(name) for name in spill.channels})


def _of_channels(spill: Spillover, channels: Sequence[str], markers: Sequence[str]) -> Spillover:
    """The matrix with channels as the events have them."""
    return replace(spill, channels=match_channels(spill.channels, channels, markers=markers))
