"""A rule for what is selected."""

import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._selection import Clusters, Side
from cytoclust.io import fold_marker, known_spellings, vocabulary
from cytoclust.positivity import MIN_EVENTS, read_phenotype
from cytoclust.rules import RuleSet, load

__all__ = ["Rule", "rule_for"]

_SHARE: Final = 0.9
"""Of the selected events, that must lie on one side of a cut for the rule to ask for it. Chosen: a gate drawn by hand
holds a few events of its neighbours."""
_LONGEST: Final = 100


@dataclass(frozen=True)
class Rule:
    """A rule file, and the clusters that it names.

    Attributes
    ----------
    name
        Of the population.
    text
        The file.
    states
        What it asks of the markers.
    fits
        Clusters that it gives the name, by the cuts as they are.
    """

    name: str
    text: str
    states: dict[str, str]
    fits: tuple[str, ...]


def rule_for(explorer: Explorer, name: str) -> Rule:
    """A rule of the states that what is selected has: by the phenotype of its clusters, or by cuts.

    Of clusters these are states that all of them have for sure; of sides of cuts, such as a quadrant, these sides; of
    other selections the sides on which 90 % of the selected events lie. Markers of which every cluster is at the same
    state tell nothing, and are left out.

    Raises
    ------
    InputError
        Nothing is selected, no marker tells it, or the name is none.
    """
    name = " ".join(str(name).split())
    if not name or len(name) > _LONGEST or name in (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED):
        raise InputError(
            f"A population needs a name of 1 to {_LONGEST} letters, other than {keys.ROOT}, {keys.UNKNOWN} and "
            f"{keys.UNASSIGNED}. Got {name[:_LONGEST]!r} instead."
        )
    if not explorer.conditions:
        raise InputError("Nothing is selected: draw a gate, or choose clusters.")
    if not explorer.mask.any():
        raise InputError("No event that is shown is in the selection: no rule can be made of it.")
    states = _states(explorer)
    if not states:
        raise InputError("No marker with a cut tells what is selected: set a cut, or choose otherwise.")
    text = _text(explorer, name, states)
    rules = _read(text)
    named = replace(explorer.described, rules=rules, known=None).name(explorer.moved).table
    fits = tuple(str(cluster) for cluster in named.index[named[keys.POPULATION] == name])
    return Rule(name, text, states, fits)


def _states(explorer: Explorer) -> dict[str, str]:
    table, markers = explorer.naming.table, explorer.naming.thresholds.markers
    phenotypes = {str(name): read_phenotype(str(row), markers) for name, row in table[keys.PHENOTYPE].items()}
    chosen = [
        each for condition in explorer.conditions if isinstance(condition, Clusters) for each in condition.clusters
    ]
    sides = {each.marker: "+" if each.positive else "-" for each in explorer.conditions if isinstance(each, Side)}
    if chosen and len(explorer.conditions) == 1:
        mine = [phenotypes.get(name, {}) for name in chosen]
        states = {marker: state for marker, state in mine[0].items() if all(own.get(marker) == state for own in mine)}
    elif len(sides) == len(explorer.conditions):
        return sides
    else:
        states = _by_share(explorer) | sides
    profile = explorer.described.profile
    large = [name for name, n in zip(profile.clusters, profile.n_events, strict=True) if n >= MIN_EVENTS]
    tells = {
        marker
        for marker, state in states.items()
        if any(_sign(phenotypes.get(name, {}).get(marker, "")) != _sign(state) for name in large)
    }
    return {marker: state for marker, state in states.items() if marker in tells or marker in sides}


def _sign(state: str) -> str:
    """Whether a state is positive: levels of a positive alone do not part what a cut parts."""
    return state if state in ("", "-") else "+"


def _by_share(explorer: Explorer) -> dict[str, str]:
    """Sides of the cuts on which nearly all selected events lie."""
    events, rows = explorer.events, np.flatnonzero(explorer.mask)
    weight = events.weight[rows] if len(events.weight) else np.ones(len(rows), dtype=np.float32)
    found: dict[str, str] = {}
    for marker in explorer.naming.thresholds.markers:
        at = events.at(marker)
        cut = explorer.cuts[at, events.sample[rows]]
        if np.isnan(cut).any() or weight.sum() <= 0:
            continue
        share = float(weight[events.values[at, rows] >= cut].sum() / weight.sum())
        if share >= _SHARE or share <= 1 - _SHARE:
            found[marker] = "+" if share >= _SHARE else "-"
    return found


def _text(explorer: Explorer, name: str, states: dict[str, str]) -> str:
    known = known_spellings(vocabulary())
    own = [marker for marker in states if fold_marker(marker) not in known]
    n = explorer.events.total(explorer.mask)
    told: dict[str, Any] = {"name": "explored", "version": "1", "description": "Drawn in the explorer."}
    told |= {"markers": {marker: [] for marker in own}} if own else {}
    note = f"From a selection of {math.floor(n):,} events."
    cuts = [
        f"{marker} at {explorer.signal(marker, float(np.nanmean(explorer.cuts[explorer.events.at(marker)]))):g}"
        for marker in states
        if np.isfinite(explorer.cuts[explorer.events.at(marker)]).any()
    ]
    note += f" Cuts in the unit of the files: {', '.join(cuts)}." if cuts else ""
    told["populations"] = {name: {"markers": dict(states), "note": note}}
    head = "# A rule drawn in the explorer: try it with `cytoclust rules check`, then `cytoclust run --rules`.\n"
    if explorer.thresholds:
        head += "# It was made with cuts that were moved: give these to the run too (`--config thresholds.yaml`).\n"
    return head + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _read(text: str) -> RuleSet:
    """The text as the program reads it, so that nothing is written that it would refuse."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "explored.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)
