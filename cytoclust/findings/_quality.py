"""Findings of quality control about a sample."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.registry import CHECKS, Check
from cytoclust.words import count, listed, plural

__all__ = ["QUALITY", "unmade"]


def unmade(check: Check) -> Kind:
    """The kind ``<check> not made``; ``why`` is in the data."""
    return Kind(f"{check.sought} {check.verb} not looked for: {{why}}")


def _piled(data: Mapping[str, Any]) -> str:
    each = [f"{count(n)} in {name}" for name, n in zip(data["channels"], data["n"], strict=True)]
    return f"of {count(data['of'])} events many have the {data['end']} value: {listed(each)}"


def _unlike(data: Mapping[str, Any]) -> str:
    own, others = f"{data['share']:.0%} of the events of {data['worst']}", f"{data['others']:.0%}"
    rest = len(data["samples"]) - 1
    also = f"; {plural(rest, 'other sample')} likewise" if rest else ""
    do = "look at these files, or switch that check off" if data["more"] else "look at these files"
    return (
        f"quality control set aside {own} as {data['check']}; with the cuts of the other samples it would be"
        f" {others}{also}. It is the cut that differs, not the cells: {do}"
    )


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
    "set aside unevenly": Kind(
        "quality control set aside {share:.0%} of {name} as {reason}, and {others:.0%} of the other cells"
        " ({samples:some 3}): its amounts are in doubt; look at these files, or switch that check off"
    ),
    "cut unlike others": Kind(_unlike),
    "zero is no limit": Kind("{share:.0%} of events are not above zero in {channel}: left alone"),
    "many at the limit": Kind("{share:.1%} of events are at the upper limit of {channel}"),
    "no time channel": Kind("there is no Time channel: clogs and drift were not looked for"),
    "time does not run": Kind("Time does not run: clogs and drift were not looked for"),
    "events in order of kind": Kind(
        "events stand in order of their kind, not of acquisition: only the rate was checked, drift of signals was not"
    ),
    "time falls back": Kind(
        "Time falls back {n} times: each stretch of 1,000 events or more was checked as an acquisition of its own"
    ),
    "no debris": Kind("no debris apart from the cells was found: nothing was removed as debris"),
    "debris unclear": Kind(
        "{share:.0%} of events are small and may be debris or small cells: scatter and stains do not tell, so they stay"
    ),
    "no dead cells": Kind("no dead cells apart from the live ones were found in {dye}: nothing was removed"),
    "beads": Kind("{n} events ({share:.1%}) are calibration beads: set aside with debris"),
    "doublets by DNA alone": Kind(
        "there is no event length: doublets were told by DNA alone, and cells that divide are among them"
    ),
    "no doublets": Kind("no doublets apart from the single cells were found: nothing was removed"),
    "pulse tells nothing": Kind("{detector} says nothing on doublets: its pulse parts do not differ"),
}
