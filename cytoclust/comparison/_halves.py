"""Patients in two halves."""

from collections.abc import Mapping

from natsort import natsorted

__all__ = ["halves"]


def halves(groups: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """Two halves of the patients, each with as many of every group as can be.

    Patients are taken in turn, by group and then by name in natural order: the same patients always fall alike,
    whatever was measured of them.

    Parameters
    ----------
    groups
        The group of each patient, empty where there is none.
    """
    order = natsorted(groups, key=lambda patient: (groups[patient], patient))
    return frozenset(order[::2]), frozenset(order[1::2])
