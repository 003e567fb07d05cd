"""The plan of a simulated cohort: who is sampled when, and what differs between samples."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cytoclust.datasets._instrument import FLUOROCHROMES
from cytoclust.datasets._populations import GROUP_EFFECTS, MARKERS, populations
from cytoclust.errors import InputError

__all__ = ["SampleSpec", "plan_cohort", "stream"]

# ten samples of seven patients; a longer cohort repeats them with new patients
_DESIGN: Final = (
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
_PATIENTS: Final = sorted({letter for letter, _, _ in _DESIGN})
_LARGE: Final = 12  # samples; a larger cohort has three batches instead of two
_STREAMS: Final = {"batch": 1, "patient": 2, "sample": 3, "events": 4}  # none depends on another


@dataclass(frozen=True)
class SampleSpec:
    """All that one sample is drawn from; k populations, m markers, c fluorochromes.

    Attributes
    ----------
    fractions
        (k,) of the cells, sums to 1.
    shift
        (k, m) on the logarithm of the antibody signal.
    gains
        (c,) of the fluorescence detectors.
    scatter_gains
        (2,) of forward and side scatter.
    doublets, debris, dead, margin
        Fraction of the events; of the single cells for the last two.
    clogs
        Start and length of each stretch, as fractions of the events.
    """

    sample_id: str
    patient_id: str
    group: str
    timepoint: str
    batch: str
    n_events: int
    fractions: np.ndarray
    shift: np.ndarray
    gains: np.ndarray
    scatter_gains: np.ndarray
    doublets: float
    debris: float
    dead: float
    margin: float
    clogs: tuple[tuple[float, float], ...]


def plan_cohort(n_samples: int, n_events: int, seed: int, enrich: float = 1.0) -> list[tuple[SampleSpec, int]]:
    """The specification of each sample.

    Parameters
    ----------
    n_samples, n_events, seed
        As for ``simulate``.
    enrich
        Factor on the frequency of stromal cells.

    Returns
    -------
    list
        Specification and number of each sample; its events come from ``stream(seed, "events", number)``.

    Raises
    ------
    InputError
        A number outside its bounds.
    """
    _check(n_samples, n_events, seed, enrich)
    n_batches = min(3 if n_samples > _LARGE else 2, n_samples)
    seen: dict[str, int] = {}
    specs = []
    for number in range(n_samples):
        letter, group, timepoint = _DESIGN[number % len(_DESIGN)]
        patient = number // len(_DESIGN) * len(_PATIENTS) + _PATIENTS.index(letter)
        batch = seen.get(group, 0) % n_batches  # each group goes round the batches
        seen[group] = seen.get(group, 0) + 1
        specs.append((_spec(number, patient, group, timepoint, batch, n_events, seed, enrich), number))
    return specs


def stream(seed: int, name: str, number: int) -> np.random.Generator:
    """The random numbers of one batch, patient or sample."""
    return np.random.default_rng([seed, _STREAMS[name], number])


def _spec(
    number: int, patient: int, group: str, timepoint: str, batch: int, n_events: int, seed: int, enrich: float
) -> SampleSpec:
    of_batch, of_patient = stream(seed, "batch", batch), stream(seed, "patient", patient)
    rng = stream(seed, "sample", number)
    table = populations()
    k, m = len(table.names), len(MARKERS)
    own = of_patient.standard_normal(k)  # a patient's composition, to which each sample adds a little
    own_shift = np.where(table.tumour, 0.25, 0.08)[:, None]  # tumours differ more than healthy cells do
    shift = 0.10 * of_patient.standard_normal(m) + own_shift * of_patient.standard_normal((k, m))
    gains = np.exp(np.clip(0.10 * of_batch.standard_normal(len(FLUOROCHROMES)), -0.2, 0.2))
    titration = 0.06 * of_batch.standard_normal(m)
    return SampleSpec(
        sample_id=f"S{number + 1:02d}",
        patient_id=f"P{patient + 1:02d}",
        group=group,
        timepoint=timepoint,
        batch=f"B{batch + 1}",
        n_events=n_events,
        fractions=_fractions(own + 0.4 * rng.standard_normal(k), group, timepoint, enrich, rng),
        shift=shift + titration,
        gains=gains,
        scatter_gains=np.exp(np.clip(0.03 * of_batch.standard_normal(2), -0.06, 0.06)),
        doublets=rng.uniform(0.04, 0.06),
        debris=rng.uniform(0.03, 0.08),
        dead=rng.uniform(0.03, 0.06),
        margin=rng.uniform(0.0005, 0.0015),
        clogs=_clogs(rng),
    )


def _fractions(
    deviation: np.ndarray, group: str, timepoint: str, enrich: float, rng: np.random.Generator
) -> np.ndarray:
    """(k,) fractions of a sample; the tumour displaces every other population in proportion."""
    table, effect = populations(), GROUP_EFFECTS[group, timepoint]
    weights = table.percent * np.exp(table.spread * np.clip(deviation, -2, 2))
    present = rng.random() < effect.chance
    weights[table.names.index("MSC CD146+CD271-")] *= effect.stroma * present
    weights[table.stroma] *= enrich
    low, high = effect.tumour
    load = _inverse_logit(rng.uniform(_logit(low), _logit(high))) if high else 0.0
    tumour = table.tumour
    normal, malignant = np.where(tumour, 0.0, weights), np.where(tumour, weights, 0.0)
    return (1 - load) * normal / normal.sum() + load * malignant / malignant.sum()


def _clogs(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """None, one or two stretches, in different halves of the acquisition."""
    n = rng.choice(3, p=[0.4, 0.4, 0.2])
    halves = rng.permutation(2)[:n]
    return tuple((half / 2 + rng.uniform(0.05, 0.4), rng.uniform(0.01, 0.03)) for half in sorted(halves.tolist()))


def _logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def _inverse_logit(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def _check(n_samples: int, n_events: int, seed: int, enrich: float) -> None:
    for name, value, least, most in (
        ("n_samples", n_samples, 1, 1000),
        ("n_events", n_events, 100, 10_000_000),
        ("seed", seed, 0, 2**32 - 1),
    ):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
            raise InputError(
                f"The {name} parameter must be an integer >= {least} and <= {most}. Got {value!r} instead."
            )
    if not 0 <= enrich <= 100:
        raise InputError(f"The enrich parameter must be a number >= 0 and <= 100. Got {enrich!r} instead.")
