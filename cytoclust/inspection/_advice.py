"""What to do next with a file or a cohort, said to somebody who has not used the program before."""

import math
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cytoclust import rules
from cytoclust.findings import Finding
from cytoclust.inspection._species import species_of
from cytoclust.io import Panel
from cytoclust.params import D
from cytoclust.pp import NO_MATRIX, ScaleHints, find_mass, find_pulses, is_mass

__all__ = ["advise", "again", "as_advice", "command", "rules_that_fit"]

FEW_EVENTS = 10_000
WORTH, SHARE = 3, 0.5
"""Populations that rules must be able to name to be proposed; and share of theirs, or of the panel's markers that tell
these. Chosen: names for few of the clusters, beside many that stay unknown, are asked for rather than proposed."""
SHOWN = 3
"""Limits of the rules that are shown; of more, the number."""

Advice = dict[str, str]
Roles = Sequence[tuple[str, str]]


def rules_that_fit(panel: Panel, roles: Roles) -> list[dict[str, Any]]:
    """What each rule file of the library could name with a panel, the one that names most first.

    A mapping each: ``name``, ``n_populations`` (with markers of their own), ``n_possible``, ``possible`` (their names),
    ``limits`` (a mapping each, as notes are), ``markers`` (of the panel, that tell these), ``n_markers`` (of the
    panel), ``species`` (whose cells it is for), ``fit`` (whether to propose it: there are enough of these, they are
    half of all or rest on half of the markers, one is what the rules were made to ask about, and the panel is for that
    species; for a human where no marker tells). Those that fit come first.
    """
    species, _ = species_of(panel.markers)
    markers = [
        panel.markers[i] for i, (role, _) in enumerate(roles) if role in ("clustering", "naming") and panel.markers[i]
    ]
    found = []
    for name in rules.names():
        ruleset = rules.load(name)
        own = {each.name for each in ruleset.populations} - ruleset.gathering
        possible = own & set(ruleset.evaluable(markers))
        told = sorted({marker for each, by in ruleset.rests_on(markers).items() if each in possible for marker in by})
        useful = max(len(possible) / max(len(own), 1), len(told) / max(len(markers), 1)) >= SHARE
        asked = not ruleset.primary or not possible.isdisjoint(ruleset.primary)
        own_species = ruleset.species in (None, species or "human")
        fit = len(possible) >= WORTH and useful and asked and own_species
        limits = [limit.to_dict() for limit in ruleset.limits(markers)] if possible else []
        named = [each.name for each in ruleset.populations if each.name in possible]
        found.append(
            {
                "name": name, "n_populations": len(own), "n_possible": len(named), "possible": named, "limits": limits,
                "markers": told, "n_markers": len(markers), "species": ruleset.species, "fit": fit,
            }
        )  # fmt: skip
    return sorted(found, key=lambda each: (not each["fit"], -each["n_possible"]))


def command(
    samples: Sequence[str | Path],
    hints: ScaleHints,
    fits: Sequence[dict[str, Any]],
    *,
    out: str = "OUT",
    skip: bool = False,
) -> str:
    """The run to try next; ``skip`` has it leave out files that cannot be used. Empty if there is nothing to run."""
    if hints.alike:
        return ""
    words = ["cytoclust", "run", *(str(path) for path in samples), "-o", out]
    if fits and fits[0]["fit"]:
        words += ["--rules", fits[0]["name"]]
    if hints.transformed:
        words += ["--set", "transform.method=none"]
    elif hints.compensated:
        words += ["--set", "compensate.enabled=false"]
    return shlex.join([*words, *(["--on-error", "skip"] if skip else [])])


def again(proposed: str, options: Sequence[str], *, sheet: Path | None = None) -> str:
    """A proposed run with the options that the files were inspected with, of a sheet in place of the files."""
    if not proposed:
        return ""
    words = shlex.split(proposed)
    out = words.index("-o")
    samples = words[2:out] if sheet is None else [str(sheet)]
    more = [*words[out:], *options]
    pairs = dict.fromkeys(zip(more[::2], more[1::2], strict=True))
    return shlex.join([*words[:2], *samples, *(word for pair in pairs for word in pair)])


def advise(
    panel: Panel,
    notes: Sequence[Finding],
    hints: ScaleHints,
    *,
    n_ok: float = math.nan,
    n_read: float = math.nan,
    fits: Sequence[dict[str, Any]],
) -> list[Finding]:
    """What has to be done about, the gravest first.

    Parameters
    ----------
    panel
        The columns.
    notes
        What reading, compensation and quality control said, and what stands in the way of clustering or naming: those
        that ask for something are taken up.
    hints
        What the values look like.
    n_ok
        Events of the file that would pass quality control.
    n_read
        Where that was not looked at, events of the smallest file.
    fits
        As :func:`rules_that_fit` gives them.
    """
    by_code = {note.code: note for note in reversed(notes)}
    return [
        *([Finding("events alike")] if hints.alike else []),
        *(by_code[code] for code in ("raw detectors", "no marker to cluster on", "no marker named") if code in by_code),
        *([by_code["isotype tube"]] if "isotype tube" in by_code else []),
        *_about_spillover(panel, by_code, hints),
        *_about_values(by_code, hints),
        *_about_checks(panel, by_code),
        *_about_events(n_ok, n_read),
        *_about_rules(panel, fits),
    ]


def as_advice(advice: Iterable[Finding]) -> list[Advice]:
    """Advice as inspection gives it: its ``code``, what was ``found`` and what to ``do``."""
    return [{"code": each.code, "found": each.sentence, "do": each.advice} for each in advice]


def _about_spillover(panel: Panel, notes: Mapping[str, Finding], hints: ScaleHints) -> Iterator[Finding]:
    dyes = sum(kind == "fluorescence" for kind in panel.signal_types)
    if "raw detectors" in notes:
        return  # unmixing comes first
    if undecided := notes.get("compensation undecided"):
        yield undecided
    without = next((notes[code] for code in NO_MATRIX if code in notes), None)
    absent = without and (notes.get("spillover not read") or without)
    missing = absent or notes.get("identity matrix")
    if missing and len(panel.stained) > 1 and dyes > 1 and not hints.transformed:
        yield missing
    if hints.compensated and not hints.transformed:
        yield Finding("compensated already", samples=[])
    if hints.transposed and not hints.transformed:
        yield Finding("matrix transposed", samples=[])


def _about_values(notes: Mapping[str, Finding], hints: ScaleHints) -> Iterator[Finding]:
    if hints.transformed:
        yield Finding("transformed already", samples=[], told=hints.told, top=hints.top)
    if empty := notes.get("channels without ions"):
        yield empty
    if hints.constant and not hints.alike:
        yield Finding("constant channels", channels=hints.constant)


def _about_checks(panel: Panel, notes: Mapping[str, Finding]) -> Iterator[Finding]:
    if dye := notes.get("dye by its detector alone") or notes.get("no viability dye"):
        yield dye
    if "time" not in panel.signal_types:
        yield Finding("no time")
    if is_mass(panel):
        if not find_mass(panel).dna:
            yield Finding("no dna")
    elif "scatter" not in panel.signal_types:
        yield Finding("no scatter")
    elif "mass" in panel.signal_types:
        return  # it has no scatter that could be exported
    elif "doublet not made" in notes and ("pulse tells nothing" in notes or not _has_two_measures(panel)):
        yield Finding("doublets cannot be told")


def _has_two_measures(panel: Panel) -> bool:
    """Whether a scatter detector has two of area, height and width; of few events doublets are not looked for."""
    detectors = Counter(name.partition("-")[0] for name in find_pulses(panel))
    return max(detectors.values(), default=0) > 1


def _about_events(n_ok: float, n_read: float) -> Iterator[Finding]:
    if n_ok < FEW_EVENTS or n_read < FEW_EVENTS:
        checked = n_ok < FEW_EVENTS
        yield Finding("few events", events=n_ok if checked else n_read, checked=checked, lod=D.detect.lod_events)


def _about_rules(panel: Panel, fits: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    best = fits[0]
    if not any(panel.markers):
        return  # that is said already
    if not best["fit"]:
        yield _partly(panel, fits) or Finding("no rules fit", rules=[each["name"] for each in fits])
        return
    limits = [limit["sentence"] for limit in best["limits"]]
    yield Finding(
        "rules fit", rules=best["name"], possible=best["n_possible"], of=best["n_populations"],
        populations=best["possible"], limits=limits[:SHOWN], more=max(len(limits) - SHOWN, 0),
        **_told_species(panel, best["species"]),
    )  # fmt: skip


def _told_species(panel: Panel, species: str | None) -> dict[str, Any]:
    """Whose cells the rules are for, where that is not plain: a mouse's, or a human's without a marker that tells."""
    found, by = species_of(panel.markers)
    return {} if species is None or (species == found == "human") else {"species": species, "by": by[:SHOWN]}


def _partly(panel: Panel, fits: Sequence[dict[str, Any]]) -> Finding | None:
    """Rules that name some of a panel's cells, and too few to be proposed."""
    species, _ = species_of(panel.markers)
    own = [each for each in fits if each["species"] in (None, species or "human")]
    best = max(own, key=lambda each: int(each["n_possible"]))
    if best["n_possible"] < WORTH:
        return None
    return Finding(
        "rules fit partly", rules=best["name"], possible=best["n_possible"], of=best["n_populations"],
        populations=best["possible"], markers=len(best["markers"]), n_markers=best["n_markers"],
    )  # fmt: skip
