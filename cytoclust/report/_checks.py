"""Which checks of quality were made, in words."""

from collections.abc import Sequence
from typing import Any

from cytoclust.pp import is_mass, panel_of
from cytoclust.registry import CHECKS, Check
from cytoclust.report._gather import Inputs
from cytoclust.words import listed, percent

__all__ = ["quality_sentences"]


def quality_sentences(inputs: Inputs, given: dict[str, Any]) -> str:
    """Whom quality control set aside, what it looked for in vain, and what it could not look for and why."""
    mass = is_mass(panel_of(inputs.adata, strict=False))
    rows = sorted(CHECKS.rows(), key=lambda check: check.code)
    wanted = [check.on(mass=mass) for check in rows if given.get(check.switch, True)]
    if not given.get("enabled", True) or not wanted:
        return "No events were set aside."
    counts = inputs.run.events
    total, intact = sum(row["total"] for row in counts), sum(row["ok"] for row in counts)
    kept = f" {percent(intact / total)} of events were kept." if total else ""
    states = _states(inputs, wanted)
    if not states:
        words = [check.are for check in wanted]
        return (
            f"Events were set aside if they were {listed(words, 'or')}, where the channels for it were measured.{kept}"
        )
    made = [check for check in wanted if "made" in states[check.name].values()]
    where = [check.are + _part(states[check.name]) for check in made]
    text = f"Events were set aside if they were {listed(where, 'or')}." if made else ""
    vain = [check for check in wanted if check not in made and "none found" in states[check.name].values()]
    sought = [check.sought + _part(states[check.name]) for check in vain]
    text += f" Looked for and not found: {listed(sought, 'and')}." if vain else ""
    return f"{text}{_unmade(inputs, wanted, states)}{kept}".strip()


def _states(inputs: Inputs, wanted: Sequence[Check]) -> dict[str, dict[str, str]]:
    """Of each check and sample, "made", "none found" or "not made"; empty where the run does not tell."""
    known = inputs.run.quality

    def state(sample: str, check: Check) -> str:
        if known[sample].get(check.name) is not None:
            return "made"
        return "none found" if _reason(inputs, sample, check) is None else "not made"

    return {check.name: {sample: state(sample, check) for sample in known} for check in wanted} if known else {}


def _reason(inputs: Inputs, sample: str, check: Check) -> str | None:
    """Why a check was not made in a sample; None if it was."""
    notes = inputs.run.quality_notes.get(sample, [])
    return next((str(note.data.get("why", "")) for note in notes if note.code == f"{check.name} not made"), None)


def _part(states: dict[str, str]) -> str:
    """The number of samples where a check was made, if that is not all."""
    n, of = sum(value != "not made" for value in states.values()), len(states)
    return f" (looked for in {n} of {of} samples)" if n < of else ""


def _unmade(inputs: Inputs, wanted: Sequence[Check], states: dict[str, dict[str, str]]) -> str:
    """What was looked for in no sample, with the reason where there is one."""
    text = ""
    for check in wanted:
        if set(states[check.name].values()) == {"not made"}:
            reasons = {_reason(inputs, sample, check) or "" for sample in states[check.name]}
            why = f": {reason}" if len(reasons) == 1 and (reason := next(iter(reasons))) else ""
            text += f" {check.sought.capitalize()} {check.verb} not looked for{why}."
    return text
