"""The spillover matrix that a sample is to be compensated with."""

from collections.abc import Sequence

import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Spillover
from cytoclust.pp._embed_spillover import embed_spillover


def choose_matrix(
    spill: Spillover | None,
    channels: Sequence[str],
    *,
    markers: Sequence[str] = (),
    override: Spillover | None = None,
) -> tuple[np.ndarray | None, Finding | None]:
    """The matrix among all columns, or None and why there is nothing to do.

    Parameters
    ----------
    spill
        The file's own matrix, if it has one.
    channels, markers
        Of each column of the sample's events, (p,).
    override
        A matrix to use instead; it may name channels or markers.

    Returns
    -------
    (p, p) float64 or None; a finding, None if the file's matrix is used.

    Raises
    ------
    InputError
        The matrix names channels that the events lack.
    """
    if override is not None:
        full = embed_spillover(_by_channel(override, channels, markers), channels)
        return full, Finding("matrix given", file=override.keyword)
    prefixed = [name for name in channels if is_compensated(name)]
    if prefixed and (spill is None or not set(spill.channels) <= set(channels) - set(prefixed)):
        return None, Finding("compensated at acquisition", channel=prefixed[0])
    if spill is None:
        return None, Finding("no spillover matrix")
    if np.array_equal(spill.matrix, np.eye(len(spill.matrix))):
        return None, Finding("identity matrix", keyword=spill.keyword)
    return embed_spillover(spill, channels), None


def is_compensated(channel: str) -> bool:
    """Whether a channel's name says that its data are compensated: ``Comp-FITC-A``, ``FITC-A-Comp``, ``<FITC-A>``."""
    name = channel.casefold().strip()
    return name.startswith(("comp-", "comp ", "comp_", "<")) or name.endswith(("-comp", " comp", "_comp"))


def _by_channel(spill: Spillover, channels: Sequence[str], markers: Sequence[str]) -> Spillover:
    """The matrix with markers replaced by their channels."""
    by_marker = {marker: channel for marker, channel in zip(markers, channels, strict=False) if marker}
    names = tuple(name if name in channels else by_marker.get(name, name) for name in spill.channels)
    return Spillover(channels=names, matrix=spill.matrix, keyword=spill.keyword)
