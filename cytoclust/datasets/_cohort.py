"""The plan of a simulated cohort: all that its samples are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cytoclust.datasets._design import SampleDesign, check_integer
from cytoclust.datasets._instrument import FLUOROCHROMES
from cytoclust.datasets._populations import MARKERS, Planted, populations
from cytoclust.errors import InputError

__all__ = ["SampleSpec", "plan_cohort", "stream"]

_STREAMS: Final = {"batch": 1, "patient": 2, "sample": 3, "events": 4, "bench": 5}  # none depends on another


@dataclass(frozen=True)
class SampleSpec:
    """All that one sample is drawn from; k populations, planted ones last, m markers, c fluorochromes.

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
    offsets
        (c,) added to what the detectors measure.
    control
        ``process``, or empty for a sample.
    """

    sample_id: str
    patient_id: str
    group: str
    timepoint: str
    batch: str
    n_events: int
    planted: tuple[Planted, ...]
    fractions: np.ndarray
    shift: np.ndarray
    gains: np.ndarray
    scatter_gains: np.ndarray
    doublets: float
    debris: float
    dead: float
    margin: float
    clogs: tuple[tuple[float, float], ...]
    offsets: np.ndarray
    control: str = ""


def plan_cohort(design: Sequence[SampleDesign], seed: int, enrich: float = 1.0) -> list[tuple[SampleSpec, int]]:
    """The specification of each sample.

    Parameters
    ----------
    design
        One for each sample. Patients and batches are numbered as they appear.
    seed
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
        A number outside its bounds, or a population that does not exist.
    """
    check_integer("seed", seed, 0, 2**32 - 1)
    if not 0 <= enrich <= 100:
        raise InputError(f"The enrich parameter must be a number >= 0 and <= 100. Got {enrich!r} instead.")
    patients = list(dict.fromkeys(each.patient_id for each in design))
    batches = list(dict.fromkeys(each.batch for each in design))
    planted = tuple(dict.fromkeys(extra for each in design for extra in each.planted))
    specs = []
    for number, each in enumerate(design):
        each.check()
        patient, batch = patients.index(each.patient_id), batches.index(each.batch)
        specs.append((_spec(each, number, patient, batch, planted, seed, enrich), number))
    return specs


def stream(seed: int, name: str, number: int) -> np.random.Generator:
    """The random numbers of one batch, patient or sample."""
    return np.random.default_rng([seed, _STREAMS[name], number])


def _spec(
    design: SampleDesign, number: int, patient: int, batch: int, planted: tuple[Planted, ...], seed: int, enrich: float
) -> SampleSpec:
    of_batch, of_patient = stream(seed, "batch", batch), stream(seed, "patient", patient)
    rng = stream(seed, "sample", number)
    table, k, m = populations(planted), len(populations().names), len(MARKERS)
    own = of_patient.standard_normal(k)  # a patient's composition, to which each sample adds a little
    own_shift = np.where(table.tumour, 0.25, 0.08)[:, None]  # tumours differ more than healthy cells do
    shift = 0.10 * of_patient.standard_normal(m) + own_shift * of_patient.standard_normal((len(table.names), m))
    gains = np.exp(np.clip(0.10 * of_batch.standard_normal(len(FLUOROCHROMES)), -0.2, 0.2))
    gains *= [design.gains.get(marker, 1.0) for marker in FLUOROCHROMES]
    for (name, marker), factor in design.brightness.items():
        shift[table.names.index(name), MARKERS.index(marker)] += np.log(factor)
    titration = 0.06 * of_batch.standard_normal(m)
    visit = 0.4 * rng.standard_normal(k)
    found = _fractions(design, own if design.control else own + visit, enrich, rng)
    added = np.array([design.planted.get(extra, 0.0) for extra in planted])
    return SampleSpec(
        sample_id=f"S{number + 1:02d}",
        patient_id=design.patient_id,
        group=design.group,
        timepoint=design.timepoint,
        batch=design.batch,
        n_events=design.n_events,
        planted=planted,
        fractions=np.concatenate([(1 - added.sum()) * found, added]),
        shift=shift + titration,
        gains=gains,
        scatter_gains=np.exp(np.clip(0.03 * of_batch.standard_normal(2), -0.06, 0.06)),
        doublets=rng.uniform(0.04, 0.06),
        debris=rng.uniform(0.03, 0.08),
        dead=rng.uniform(0.03, 0.06),
        margin=rng.uniform(0.0005, 0.0015),
        clogs=_clogs(rng),
        offsets=np.array([design.offsets.get(marker, 0.0) for marker in FLUOROCHROMES]),
        control=design.control,
    )


def _fractions(design: SampleDesign, deviation: np.ndarray, enrich: float, rng: np.random.Generator) -> np.ndarray:
    """(k,) fractions of the table's populations; the tumour displaces every other population in proportion."""
    table, (low, high) = populations(), design.load
    weights = table.percent * np.exp(table.spread * np.clip(deviation, -2, 2))
    for name, (factor, chance) in design.effects.items():
        weights[table.names.index(name)] *= factor * (rng.random() < chance)
    weights[table.stroma] *= enrich
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
