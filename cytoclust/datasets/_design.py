"""The design of a simulated cohort: who is sampled when, and what is in each sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cytoclust.datasets._instrument import FLUOROCHROMES
from cytoclust.datasets._populations import GROUP_EFFECTS, GroupEffect, Planted, populations
from cytoclust.errors import InputError

__all__ = ["SampleDesign", "check_integer", "default_design"]

# ten samples of seven patients; a longer cohort repeats them with new patients
_ROUND: Final = (
    ("a", "metastatic", "diagnosis"),
    ("b", "control", "diagnosis"),
    ("c", "localised", "diagnosis"),
    ("d", "metastatic", "diagnosis"),
    ("e", "control", "diagnosis"),
    ("f", "localised", "diagnosis"),
    ("a", "metastatic", "therapy"),
    ("a", "metastatic", "relapse"),
    ("g", "metastatic", "diagnosis"),
    ("d", "metastatic", "therapy"),
)
_PATIENTS: Final = sorted({letter for letter, _, _ in _ROUND})
_LARGE: Final = 12  # samples; a larger cohort has three batches instead of two
_N_EVENTS: Final = 150_000
_NO_EFFECT: Final = GroupEffect((0.0, 0.0), 1.0, 1.0)  # of a group that the table does not know
_MOST_GAIN: Final = 100.0
_CHANGED: Final = "MSC CD146+CD271-"  # the population that the table's effects are on


@dataclass(frozen=True)
class SampleDesign:
    """What one sample of a simulated cohort is to be.

    Attributes
    ----------
    patient_id, group, timepoint, batch
        As in the sheet. The groups ``control``, ``localised`` and ``metastatic`` have effects of their own, by time
        point; a group of any other name has no tumour, and every other population as often as healthy marrow has.
    n_events
        Events, junk included.
    tumour
        Least and greatest tumour load, a fraction of all cells, drawn evenly on the logit scale; none if both are 0.
        By default, what the group has.
    factors
        Factor on the frequency of a population, by name; 0 is none of it. Where this or ``chances`` names
        ``MSC CD146+CD271-``, the group's own effect on it is off.
    chances
        Chance that the sample has the population at all, by name.
    planted
        Further populations, and the fraction of all cells that each is.
    control
        ``process`` for a tube of one material, the same wherever the patient_id is: its composition is that of the
        patient, exactly. It is no sample of the sheet but a control of its batch.
    gains, offsets
        Factor on the signals of a marker's detector, beside what the batch has, and what is added to them, by marker.
    brightness
        Factor on the antibody signal of one population, by population and marker.
    """

    patient_id: str
    group: str
    timepoint: str = "diagnosis"
    batch: str = "B1"
    n_events: int = _N_EVENTS
    tumour: tuple[float, float] | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)
    planted: Mapping[Planted, float] = field(default_factory=dict)
    control: str = ""
    gains: Mapping[str, float] = field(default_factory=dict)
    offsets: Mapping[str, float] = field(default_factory=dict)
    brightness: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def load(self) -> tuple[float, float]:
        """Least and greatest tumour load."""
        return self._by_group.tumour if self.tumour is None else self.tumour

    @property
    def effects(self) -> dict[str, tuple[float, float]]:
        """Factor on a population and the chance that the sample has it, of each population that has any."""
        found = {_CHANGED: (self._by_group.stroma, self._by_group.chance)}
        for name in (*self.factors, *self.chances):
            found[name] = self.factors.get(name, 1.0), self.chances.get(name, 1.0)
        return found

    @property
    def _by_group(self) -> GroupEffect:
        return GROUP_EFFECTS.get((self.group, self.timepoint), _NO_EFFECT)

    def check(self) -> None:
        """Raise InputError where a number is outside its bounds or a population does not exist."""
        check_integer("n_events", self.n_events, 100, 10_000_000)
        low, high = self.load
        if not (low == high == 0 or 0 < low <= high < 1):
            raise InputError(f"The tumour load must be two fractions between 0 and 1, or 0 twice. Got {low}, {high}.")
        for name in (*self.factors, *self.chances, *(name for name, _ in self.brightness)):
            if name not in populations().names:
                raise InputError(f"The simulated marrow has no population {name!r}, only {populations().names}.")
        for marker in (*self.gains, *self.offsets, *(marker for _, marker in self.brightness)):
            if marker not in FLUOROCHROMES:
                raise InputError(f"The simulated cytometer has no marker {marker!r}, only {FLUOROCHROMES}.")
        if any(not 0 < gain <= _MOST_GAIN for gain in (*self.gains.values(), *self.brightness.values())):
            raise InputError(f"Gains and factors of brightness must be > 0 and <= {_MOST_GAIN:g}.")
        for name, values, most in (("factor", self.factors, 1000.0), ("chance", self.chances, 1.0)):
            for population, value in values.items():
                if not 0 <= value <= most:
                    raise InputError(f"The {name} of {population} must be >= 0 and <= {most:g}. Got {value} instead.")
        if any(value < 0 for value in self.planted.values()) or sum(self.planted.values()) >= 1:
            raise InputError("Fractions of planted populations must be >= 0 and sum to less than 1.")


def default_design(n_samples: int, n_events: int) -> list[SampleDesign]:
    """Controls, localised and metastatic disease at three time points, each group spread over the batches.

    Raises
    ------
    InputError
        A number outside its bounds.
    """
    check_integer("n_samples", n_samples, 1, 1000)
    check_integer("n_events", n_events, 100, 10_000_000)
    n_batches = min(3 if n_samples > _LARGE else 2, n_samples)
    seen: dict[str, int] = {}
    designs = []
    for number in range(n_samples):
        letter, group, timepoint = _ROUND[number % len(_ROUND)]
        patient = number // len(_ROUND) * len(_PATIENTS) + _PATIENTS.index(letter)
        batch = seen.get(group, 0) % n_batches  # each group goes round the batches
        seen[group] = seen.get(group, 0) + 1
        designs.append(SampleDesign(f"P{patient + 1:02d}", group, timepoint, f"B{batch + 1}", n_events))
    return designs


def check_integer(name: str, value: int, least: int, most: int) -> None:
    """Raise InputError where a value is no integer between bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise InputError(f"The {name} parameter must be an integer >= {least} and <= {most}. Got {value!r} instead.")
