"""Findings of quality control about a sample."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.registry import CHECKS, Check
from cytoclust.words import count, listed

__all__ = ["QUALITY", "unmade"]


def unmade(check: Check) -> Kind:
    """The kind ``<check> not made``; ``why`` is in the data."""
    return Kind(f"{check.sought} {check.verb} not looked for: {{why}}")


def _piled(data: Mapping[str, Any]) -> str:
    each = [f"{count(n)} in {name}" for name, n in zip(data["channels"], data["n"], strict=True)]
    return f"of {count(data['of'])} events many have the {data['end']} value: {listed(each)}"


QUALITY: Final = {
    **{f"{check.name} not made": unmade(check) for check in CHECKS.ours},
    "time not made": Kind("time was not checked: {why}"),
    "quality off": Kind("quality control is switched off"),
    "no events": Kind("there are no events to check"),
    "not learnt from": Kind("{n} events with NaN or infinity were not learnt from"),
    "events beyond scale": Kind(
        "{events} events are beyond what the detector of {channel} can measure: set aside as margin"
    ),
    "values pile up": Kind(_piled),
    "many set aside": Kind("{share:.0%} of events were set aside as {check}: look at the sample"),
    "zero is no limit": Kind("{share:.0%} of events are not above zero in {channel}: left alone"),
    "many at the limit": Kind("{share:.1%} of events are at the upper limit of {channel}"),
    "no time channel": Kind("there is no Time channel: signals were checked by row, the rate not"),
    "time does not run": Kind("Time does not run: signals were checked by row, the rate not"),
    "time falls back": Kind("Time falls back {n} times: it was joined up in row order"),
    "no debris": Kind("no debris apart from the cells was found: nothing was removed as debris"),
    "no dead cells": Kind("no dead cells apart from the live ones were found in {dye}: nothing was removed"),
    "pulse tells nothing": Kind("{detector} says nothing on doublets: its pulse parts do not differ"),
}
