"""Half of the patients to learn from, and half to judge by."""

from collections.abc import Mapping

__all__ = ["LEAST_OF_PATIENT", "split_patients"]

LEAST_OF_PATIENT = 10
"""Events of a population with which a patient counts as having it. Chosen: of fewer, one wrong label is much."""


def split_patients(events: Mapping[str, int]) -> tuple[frozenset[str], frozenset[str]]:
    """Patients that gates are learned from, and those that they are measured on.

    From most events of the population to fewest they go to one half, the other, the other, the one, and so on; equal
    ones by name. The half with more events is learned from. The second half is empty where fewer than two patients
    have the population: then nothing can be measured on others.

    Parameters
    ----------
    events
        Of the population, by patient.
    """
    order = sorted(events, key=lambda name: (-events[name], name))
    if sum(events[name] >= LEAST_OF_PATIENT for name in order) < 2:
        return frozenset(order), frozenset()
    halves = (frozenset(order[0::4] + order[3::4]), frozenset(order[1::4] + order[2::4]))
    first, second = sorted(halves, key=lambda half: -sum(events[name] for name in half))
    return first, second
