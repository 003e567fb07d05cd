"""Which checks of quality were made, in words."""

from collections.abc import Sequence
from typing import Any, Final

from cytoclust.report._gather import Inputs
from cytoclust.words import listed, percent

__all__ = ["quality_sentences"]

CHECKS: Final = {  # by their name in run.json: the parameter, who was set aside, what was looked for
    "margin": ("margin", "at the limits of a detector's range", "margin events"),
    "time": ("time", "in unstable stretches of acquisition time", "unstable acquisition"),
    "debris": ("debris", "too small to be intact cells", "debris"),
    "doublet": ("doublets", "doublets by the pulse shape of a detector", "doublets"),
    "dead": ("dead", "stained by the viability dye", "dead cells"),
}


def quality_sentences(inputs: Inputs, given: dict[str, Any]) -> str:
    """Whom quality control set aside, what it looked for in vain, and what it could not look for and why."""
    wanted = [name for name, (switch, *_) in CHECKS.items() if given.get(switch, True)]
    if not given.get("enabled", True) or not wanted:
        return "No events were set aside."
    counts = inputs.run.events
    total, intact = sum(row["total"] for row in counts), sum(row["ok"] for row in counts)
    kept = f" {percent(intact / total)} of events were kept." if total else ""
    states = _states(inputs, wanted)
    if not states:
        words = [CHECKS[name][1] for name in wanted]
        return (
            f"Events were set aside if they were {listed(words, 'or')}, where the channels for it were measured.{kept}"
        )
    made = [name for name in wanted if "made" in states[name].values()]
    text = (
        f"Events were set aside if they were {listed([_where(name, states) for name in made], 'or')}." if made else ""
    )
    vain = [name for name in wanted if name not in made and "none found" in states[name].values()]
    text += f" Looked for and not found: {listed([_where(name, states, 2) for name in vain], 'and')}." if vain else ""
    return f"{text}{_unmade(inputs, wanted, states)}{kept}".strip()


def _states(inputs: Inputs, wanted: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of each check and sample, "made", "none found" or "not made"; empty where the run does not tell."""
    told = inputs.run.quality

    def state(sample: str, name: str) -> str:
        if told[sample].get(name) is not None:
            return "made"
        return "none found" if _reason(inputs, sample, name) is None else "not made"

    return {name: {sample: state(sample, name) for sample in told} for name in wanted} if told else {}


def _reason(inputs: Inputs, sample: str, name: str) -> str | None:
    """Why a check was not made in a sample; None where it was."""
    notes = inputs.run.quality_notes.get(sample, [])
    return next((str(note.data.get("why", "")) for note in notes if note.code == f"{name} not made"), None)


def _where(name: str, states: dict[str, dict[str, str]], words: int = 1) -> str:
    """The check's words, with the number of samples where it was not made in all."""
    values = list(states[name].values())
    n, of = sum(value != "not made" for value in values), len(values)
    return CHECKS[name][words] + (f" (looked for in {n} of {of} samples)" if n < of else "")


def _unmade(inputs: Inputs, wanted: Sequence[str], states: dict[str, dict[str, str]]) -> str:
    """What was looked for in no sample, with the reason where there is one."""
    text = ""
    for name in wanted:
        if set(states[name].values()) == {"not made"}:
            reasons = {_reason(inputs, sample, name) for sample in states[name]}
            what, reason = CHECKS[name][2], reasons.pop()
            why = f": {reason}" if reason and not reasons else ""
            text += f" {what.capitalize()} {'was' if name in ('debris', 'time') else 'were'} not looked for{why}."
    return text
