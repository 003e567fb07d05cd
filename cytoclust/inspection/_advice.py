"""What to do next with a file or a cohort, said to somebody who has not used the program before."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cytoclust import rules
from cytoclust.inspection._scale_hints import Signs
from cytoclust.io import Panel
from cytoclust.params import D

__all__ = ["advise", "command", "rules_that_fit"]

FEW_EVENTS = 10_000
WORTH = 3
"""Populations that rules must be able to name to be proposed."""
SHOWN, NAMED = 3, 6
"""Limits of the rules that are told; of more, the number."""

Advice = dict[str, str]
Roles = Sequence[tuple[str, str]]


def rules_that_fit(panel: Panel, roles: Roles) -> list[dict[str, Any]]:
    """What each rule file of the library could name with a panel, the one that names most first.

    A mapping each: ``name``, ``n_populations`` (with markers of their own), ``n_possible``, ``possible`` (their names),
    ``limits`` (sentences).
    """
    markers = [
        panel.markers[i] for i, (role, _) in enumerate(roles) if role in ("clustering", "naming") and panel.markers[i]
    ]
    found = []
    for name in rules.names():
        ruleset = rules.load(name)
        own = {each.name for each in ruleset.populations} - ruleset.gathering
        possible = own & set(ruleset.evaluable(markers))
        limits = ruleset.limits(markers) if possible else []
        named = [each.name for each in ruleset.populations if each.name in possible]
        found.append(
            {"name": name, "n_populations": len(own), "n_possible": len(named), "possible": named, "limits": limits}
        )
    return sorted(found, key=lambda each: -each["n_possible"])


def command(
    samples: Sequence[str | Path],
    signs: Signs,
    fits: Sequence[dict[str, Any]],
    *,
    out: str = "OUT",
    skip: bool = False,
) -> str:
    """The run to try next; ``skip`` has it leave out files that cannot be used. Empty if there is nothing to run."""
    if signs.alike:
        return ""
    words = ["cytoclust", "run", *(str(path) for path in samples), "-o", out]
    if fits and fits[0]["n_possible"] >= WORTH:
        words += ["--rules", fits[0]["name"]]
    if signs.transformed:
        words += ["--set", "transform.method=none"]
    elif signs.compensated:
        words += ["--set", "compensate.enabled=false"]
    return shlex.join([*words, *(["--on-error", "skip"] if skip else [])])


def advise(
    panel: Panel,
    roles: Roles,
    notes: Sequence[str],
    signs: Signs,
    *,
    n_ok: float,
    fits: Sequence[dict[str, Any]],
) -> list[Advice]:
    """What was found and what to do about it, the gravest first.

    Parameters
    ----------
    panel, roles
        The columns, and what each would be used for.
    notes
        What reading, compensation and quality control said: those that ask for something are taken up.
    signs
        What the values look like.
    n_ok
        Events of the file, or of the smallest file, that would pass quality control.
    fits
        As :func:`rules_that_fit` gives them.
    """
    steps = [
        *_about_likeness(signs),
        *_about_clustering(panel, roles, notes),
        *_about_spillover(panel, notes, signs),
        *_about_values(signs),
        *_about_checks(panel, notes),
        *_about_events(n_ok),
        *_about_rules(panel, fits),
    ]
    return [{"found": found, "do": do} for found, do in steps]


Steps = Iterator[tuple[str, str]]


def _about_likeness(signs: Signs) -> Steps:
    if signs.alike:
        yield (
            "all events have the same values in every marker to cluster on",
            "a run would be refused: export the events again",
        )


def _about_clustering(panel: Panel, roles: Roles, notes: Sequence[str]) -> Steps:
    if fault := _said(notes, "There is no marker to cluster on"):
        yield fault, "a run needs at least one stained channel; is this a file of samples?"
    if bare := _said(notes, "no channel names a marker"):
        first = [panel.channels[i] for i, (role, _) in enumerate(roles) if role == "clustering"][:2]
        names = ", ".join(f"{channel}: {marker}" for channel, marker in zip(first, ("CD4", "CD8"), strict=False))
        yield bare, f'name them, so that rules can speak of them: --set "panel.names={{{names}}}"'


def _about_spillover(panel: Panel, notes: Sequence[str], signs: Signs) -> Steps:
    dyes = sum(kind == "fluorescence" for kind in panel.signal_types)
    missing = _said(notes, "no spillover matrix in the file") or _said(notes, "is the identity")
    if missing and len(panel.stained) > 1 and dyes > 1 and not signs.transformed:
        yield (
            missing,
            "give one with --set compensate.matrix=FILE.csv; if the data are compensated already, or the dyes do not "
            "overlap, say so with --set compensate.enabled=false",
        )
    if signs.compensated:
        yield (
            "signals overlap less than the file's own matrix says: the data may be compensated already",
            "look at two overlapping dyes; if so, --set compensate.enabled=false",
        )


def _about_values(signs: Signs) -> Steps:
    if signs.transformed:
        yield (
            "all fluorescence values are small: they look transformed already (arcsinh, logicle or a logarithm)",
            "if so, --set transform.method=none, which takes them as compensated too",
        )
    if signs.constant and not signs.alike:
        yield (
            f"every event has the same value in {', '.join(signs.constant)}",
            "leave them out with --set cluster.markers=[…], or export the events again",
        )


def _about_checks(panel: Panel, notes: Sequence[str]) -> Steps:
    if _said(notes, "no viability dye was found"):
        yield (
            "no viability dye was found",
            "if a channel holds one, name it with --set panel.viability=CHANNEL; dead cells stay in otherwise",
        )
    if "time" not in panel.signal_types:
        yield "there is no Time channel", "clogs and drift cannot be found; export it with the events if you can"
    if "scatter" not in panel.signal_types and "mass" not in panel.signal_types:
        yield "there is no scatter channel", "debris and doublets cannot be found; export FSC and SSC if you can"
    elif _said(notes, "takes two of area, height and width"):
        yield "doublets cannot be told", "export height or width of FSC or SSC beside the area if you can"


def _about_events(n_ok: float) -> Steps:
    if n_ok < FEW_EVENTS:
        lod = D.detect.lod_events
        rare = f"a population below {100 * lod / n_ok:.2g} % of the cells" if n_ok > lod else "no population"
        yield (
            f"few events ({n_ok:,.0f} would pass quality control)",
            f"{rare} can{'not' if n_ok > lod else ''} be detected, which takes {lod} events: acquire more if you can",
        )


def _about_rules(panel: Panel, fits: Sequence[dict[str, Any]]) -> Steps:
    best = fits[0]
    if not any(panel.markers):
        return  # that is said already
    if best["n_possible"] < WORTH:
        yield (
            f"no rules of the library fit the panel ({', '.join(each['name'] for each in fits)})",
            "clusters are found and described all the same; to have them named, write rules of your own: "
            "`cytoclust rules show t_cells` is an example",
        )
        return
    more = len(best["limits"]) - SHOWN
    told = " ".join(best["limits"][:SHOWN]) + (f" And {more} more such limits." if more > 0 else "")
    yield (
        f"the rules {best['name']} can name {best['n_possible']} of their {best['n_populations']} populations"
        f" ({', '.join(best['possible'][:NAMED])}{', …' if best['n_possible'] > NAMED else ''})",
        f"use them with --rules {best['name']} if the question is theirs. {told}".strip(),
    )


def _said(notes: Sequence[str], words: str) -> str:
    """The first note with these words."""
    return next((note for note in notes if words in note), "")
