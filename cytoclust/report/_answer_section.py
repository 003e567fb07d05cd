"""The first page: the answer, who has what, and what it rests on."""

from dataclasses import dataclass
from typing import Any, Final

from cytoclust import keys
from cytoclust.report._amounts import Amount, amounts_of, base_of, key_populations, malignant
from cytoclust.report._answer import answer
from cytoclust.report._cards import Card, asked_about
from cytoclust.report._gather import Inputs
from cytoclust.report._simulated import simulated, specimen
from cytoclust.report._visits import Patient, patients_of
from cytoclust.report._warnings import doubts, unusable
from cytoclust.words import count, listed, percent, plural

__all__ = ["answer_section"]

MOST_CARDS: Final = 3
*_, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
FEW_OK: Final = 0.5
"""Share of its events below which a sample is pointed out. Chosen: as in the section on quality."""
DRIFTED: Final = "drift found"
WORDS: Final = {"good": "●", "look": "▲", "bad": "■"}


@dataclass(frozen=True)
class Row:
    """A visit: the patient where it is the first of the patient's, how many visits there are, and the amounts."""

    patient: Patient
    first: bool
    when: str
    sample: str
    cells: list[Amount | None]


def answer_section(inputs: Inputs, shown: list[Card]) -> dict[str, Any]:
    """Cohort, light, sentence, matrix and the first cards."""
    asked = asked_about(inputs)
    verdict, sentence = answer(inputs, asked)
    patients, amounts = patients_of(inputs), amounts_of(inputs)
    names = key_populations(inputs, asked) if amounts else []
    alone = sum(len(patient.visits) for patient in patients) == 1
    if alone and names:
        sentence = _of_one_sample([amounts[patients[0].samples[0], name] for name in names])
    rows = [
        Row(patient, i == 0, visit.when, visit.sample, [amounts.get((visit.sample, name)) for name in names])
        for patient in patients
        for i, visit in enumerate(patient.visits)
    ]
    return {
        "simulated": simulated(inputs),
        "cohort": _cohort(inputs, patients),
        "specimen": specimen(inputs),
        "light": _light(inputs),
        "verdict": verdict,
        "sentence": sentence,
        "seen": [] if alone else _seen(patients, names, amounts),
        "columns": [(name, base_of(inputs, name), name in malignant(inputs)) for name in names],
        "rows": rows if names and not alone else [],
        "alone": alone,
        "visits": any(len(patient.visits) > 1 for patient in patients) or any(row.when != row.sample for row in rows),
        "cards": [(card, _brief(card)) for card in shown if (card.sentence or card.numbers) and not alone][:MOST_CARDS],
    }


def _of_one_sample(amounts: list[Amount]) -> str:
    """What it has, its page has how much; there is nothing to compare it with."""
    words = {"Found": keys.SHOWN, "Not found": (NOT_DETECTED,), "Cannot tell": (NOT_EVALUABLE,)}
    told = {word: [each.population for each in amounts if each.status in of] for word, of in words.items()}
    return " ".join(f"{word}: {listed(names)}." for word, names in told.items() if names)


def _cohort(inputs: Inputs, patients: list[Patient]) -> str:
    """``13 patients (6 metastatic, 4 control), 20 samples; diagnosis, therapy, relapse``."""
    n_samples = sum(len(patient.visits) for patient in patients)
    if not patients:
        return ""
    known = keys.PATIENT in inputs.sheet and inputs.sheet[keys.PATIENT].notna().any()
    groups = list(dict.fromkeys(patient.group for patient in patients if patient.group))
    sizes = [f"{sum(p.group == group for p in patients)} {group}" for group in groups]
    who = plural(len(patients), "patient") if known else ""
    who += f" ({', '.join(sizes)})" if known and sizes else ""
    told = [who, plural(n_samples, "sample") + (f" ({', '.join(sizes)})" if sizes and not known else "")]
    if keys.TIMEPOINT in inputs.sheet:
        times = [str(each) for each in dict.fromkeys(inputs.sheet[keys.TIMEPOINT].dropna())]
        told.append(listed(times))
    return " · ".join(each for each in told if each)


def _light(inputs: Inputs) -> dict[str, Any]:
    """Whether the data can be relied on: a word, a sign, and why."""
    counts = inputs.run.events
    poor = [str(row[keys.SAMPLE]) for row in counts if row["total"] and row["ok"] / row["total"] < FEW_OK]
    samples = inputs.table("samples")
    diluted = int((samples[keys.HEMODILUTION] == keys.DILUTED[0]).sum()) if keys.HEMODILUTION in samples else 0
    why = [f"{listed(poor[:3])}{' and others' if len(poor) > 3 else ''} kept less than half of the events"] * bool(poor)
    why += [f"{plural(diluted, 'sample')} diluted with blood"] * bool(diluted)
    why += ["signals drifted between batches"] * any(note.code == DRIFTED for note in inputs.run.notes)
    n = len(doubts(inputs))
    why += [plural(n, "reason") + " to doubt the staining or the names"] * bool(n)
    bad = unusable(inputs)
    total, intact = sum(row["total"] for row in counts), sum(row["ok"] for row in counts)
    kept = f"{percent(intact / total)} of {count(total)} events used" if total else ""
    if bad:
        return {"state": "bad", "sign": WORDS["bad"], "word": "not to be relied on", "why": [*why, kept]}
    if why:
        return {"state": "look", "sign": WORDS["look"], "word": "with reservations", "why": [*why, kept]}
    return {"state": "good", "sign": WORDS["good"], "word": "good", "why": [kept or "nothing is recorded against it"]}


def _seen(
    patients: list[Patient], names: list[str], amounts: dict[tuple[str, str], Amount]
) -> list[tuple[str, str]]:  # fmt: skip
    """Of each population: in how many patients it is, at any visit, and in how many it may be all the same."""
    told = []
    for name in names:
        of = [[amounts[s, name] for s in patient.samples if (s, name) in amounts] for patient in patients]
        of = [each for each in of if each]
        n = sum(any(amount.here for amount in each) for each in of)
        nameless = sum(all(amount.nameless for amount in each) for each in of)
        blind = sum(all(amount.status == NOT_EVALUABLE for amount in each) for each in of) - nameless
        why = [f"{nameless} cannot be told: a marker is not told"] * bool(nameless)
        why += [f"{'the other ' if n + blind == len(of) else ''}{blind} may have it: too few cells to tell"] * bool(
            blind
        )
        told.append((name, f"in {n} of {len(of)}" + (f" ({'; '.join(why)})" if why else "")))
    return told


def _brief(card: Card) -> str:
    """The numbers of a card in a line, and the first thing that speaks against it."""
    told = [f"q\u00a0=\u00a0{value}" if label.startswith("q:") else f"{value} {label}" for value, label in card.numbers]
    line = "; ".join(told)
    more = f" and {len(card.objections) - 1} more" if len(card.objections) > 1 else ""
    return line + (f". Against it: {card.objections[0][0]}{more}" if card.objections else "")
