"""Findings about comparisons of amounts: the notes of ``contrasts.csv``."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind

__all__ = ["COMPARISONS"]


def _too_few_cells(data: Mapping[str, Any]) -> str:
    of = {"parent": "events of the parent", "log-ratio": "cells"}
    return f"{data['n']} of {data['of']} left out: too few {of.get(data['denominator'], data['denominator'])}"


def _no_p(data: Mapping[str, Any]) -> str:
    where = "two batches, always in one order" if data["paired"] else "no batch that holds both sides"
    return f"no p: {where}, so that batch and effect cannot be told apart"


COMPARISONS: Final = {
    # who is compared
    "no time points": Kind("{group} has no time points"),
    "first samples": Kind("the groups share no time point: each patient's first sample"),
    "seen on one side": Kind("patients seen on one side only ({n}) are left out"),
    "seen on both sides": Kind("patients seen on both sides ({n}) count where they were first"),
    # of a population
    "too few cells": Kind(_too_few_cells),
    "alone in their batch": Kind("{n} of {of} left out: their batch has nobody to compare with"),
    "few events at equal depth": Kind("few events at equal depth: the effect is drawn towards 0"),
    # why there is no p, or none that tells; `meaning` is of many rows together
    "too few patients": Kind(
        "too few patients: p cannot be below {least_p:.2g}",
        meaning="too few patients for any p to reach the error allowed",
    ),
    "not tested": Kind(
        "not tested: fewer than {patients} patients with {events} events, or {at_equal_depth:g} at equal depth",
        meaning="too rare for its amount to be compared (section 1 asks about its presence)",
    ),
    "no p": Kind(_no_p, meaning="group and batch, or time and batch, cannot be told apart"),
}
