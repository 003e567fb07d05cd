"""Findings about sorted fractions, plates, colonies and differentiation."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, percent

__all__ = ["BENCH"]


def _contaminated(data: Mapping[str, Any]) -> str:
    return (
        f"{_by(data)} there is {percent(data['estimate'])} of {data['population']}, at least {percent(data['low'])}; "
        f"{percent(data['most'])} is allowed."
    )


def _clean(data: Mapping[str, Any]) -> str:
    return (
        f"{_by(data)} there is at most {percent(data['upper'])} of {data['population']}; "
        f"{percent(data['most'])} is allowed."
    )


def _too_few(data: Mapping[str, Any]) -> str:
    shown = "none was seen, but" if not data["estimate"] else f"it seems {percent(data['estimate'])}, but"
    return (
        f"{_by(data)} up to {percent(data['upper'])} of {data['population']} cannot be excluded ({shown} there are too "
        f"few copies to tell it from the {percent(data['most'])} that is allowed)."
    )


def _by(data: Mapping[str, Any]) -> str:
    return f"By {data['kind']} ({listed(data['targets'])})"


def _nothing_to_compare(data: Mapping[str, Any]) -> str:
    whose = f" of {listed(data['populations'], 'or')}" if data["populations"] else ""
    return (
        f"Patient {data['patient']} has no fraction{whose} in which {listed(data['targets'], 'or')} was found, so that "
        "its absence here shows nothing."
    )


BENCH: Final = {
    # of files
    "wells omitted": Kind("{file}: {n:plural well} that the instrument's program omits were left out."),
    "placeholder cq": Kind("{file}: {n:plural well} with a Cq of exactly {cq:g} were read as not amplified."),
    "wells of no fraction": Kind(
        "{file}: {n:plural well} of {names:some 4} were left out: fractions.csv has no such fraction_id."
    ),
    "populations not of the run": Kind(
        "{file}: the run has no population called {names:some 4}; each is taken as a population of its own."
    ),
    "targets without assay": Kind("{file}: wells of {targets:some 4} were left out: the assays have no such target."),
    "colonies counted again": Kind("{file}: {n:plural count} of an earlier day were left out for the last day's."),
    "colonies too many to count": Kind(
        "{file}: {n:plural well} with too many colonies to count taken as at least {least:g}, the most that "
        "was counted in another."
    ),
    "reanalysis not found": Kind(
        "Fraction {fraction}: the re-analysis {name!r} is no sample of the run, so it was not counted; run it with the "
        "cohort, or give n_reanalysed and n_in_gate."
    ),
    # of assays
    "no wells without template": Kind(
        "plate {plate} has no wells without template for {target}, so nothing tells from which Cq on it is empty."
    ),
    "wells without template amplified": Kind(
        "{n} of {of} wells without template amplified on plate {plate}: {target} counts before a Cq of {cut:g} only."
    ),
    "no efficiency": Kind(
        "plate {plate} has {levels:plural amount} of standards for {target}, and 3 are needed for its efficiency; or "
        "give `efficiency` in the assays."
    ),
    "standards rise": Kind(
        "the standards of {target} on plate {plate} amplify no earlier the more there is of them, so that there is no "
        "efficiency: their quantities or wells are mixed up; or give `efficiency` in the assays."
    ),
    "standards scatter": Kind(
        "the standards of {target} on plate {plate} scatter by {sd:g} Cq about their line; {most:g} is allowed."
    ),
    "no replicate wells": Kind("{target} on plate {plate} has no replicate wells, so its error is not known."),
    "nothing amplified": Kind("no well of {target} on plate {plate} amplified that should: it has shown nothing."),
    "quantities are no copies": Kind(
        "the smallest standards of {target} on plate {plate} amplified too often to be so few copies: its quantities "
        "are taken as relative (give `copies_per_unit`)."
    ),
    # of a fraction and target
    "wells of another plate": Kind("{n:plural well} of other plates than {plate} were left out."),
    "no reference": Kind("no {kind} reference amplified in every well of the fraction."),
    "one reference": Kind("{name} is its only reference."),
    # of a fraction
    "outside its gate": Kind("Of {n:count} sorted events measured again, {share:percent} lie in the gate."),
    "not measured": Kind("The plates have no well of it."),
    "contaminated": Kind(_contaminated),
    "clean": Kind(_clean),
    "too few copies": Kind(_too_few),
    "found as expected": Kind("It has {targets:and}, as it must."),
    "expected and not found": Kind("It lacks {targets:and}, which it must have, though there was enough of it."),
    "nothing found that must be there": Kind("None of {targets:or}, which it must have, was found in every well."),
    "nothing expected absent": Kind(
        "No target is expected absent from {population}, so its purity was not tested: add one to the assays."
    ),
    "nothing to compare with": Kind(_nothing_to_compare),
    "target cannot be used": Kind("{target} cannot be used: {why}."),
    "targets not measured": Kind("{targets:and}, expected absent, was not measured in it."),
    # of colonies and differentiation
    "wells differ": Kind(
        "wells differ more than chance makes them (p = {p:.2g}): limits are wider",
        meaning="wells are not alike: cells clump, or were not seeded evenly",
    ),
    "wells too full": Kind("{n} of {of} wells had too many colonies to count: at least so many"),
    "all wells positive": Kind("all wells were positive: it is more frequent than this; seed fewer cells"),
    "no well positive": Kind("no well was positive: it is rarer than this; seed more cells"),
    "not one cell alone": Kind(
        "slope {slope:.2g}, not 1 (p = {p:.2g}): one cell is not enough, or wells are not alike",
        meaning="the single-hit model does not hold",
    ),
    "plate without a side": Kind("plate {plate!r} has no {side} well, and was left out"),
    "plate at its blank": Kind(
        "a side of plate {plate!r} is no more than its blank, so it has no ratio and was left out"
    ),
}
