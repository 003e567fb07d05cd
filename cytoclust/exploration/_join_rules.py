"""Rules that were drawn one by one, as one rule file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from cytoclust.rules import load
from cytoclust.unique_yaml import load_unique_yaml

__all__ = ["join_rules"]

_HEAD: Final = (
    "# All rules that were drawn in the explorer, joined: it is written anew with each; copy it before you edit it.\n"
)


def join_rules(paths: Sequence[Path]) -> str:
    """One rule file of several; a population that asks for all that another asks, and more, has that as its parent.

    Raises
    ------
    InputError
        A file is no valid rule file.
    """
    markers: dict[str, Any] = {}
    populations: dict[str, Any] = {}
    for path in paths:
        load(path)
        tree = load_unique_yaml(path.read_text(encoding="utf-8"))
        markers |= tree.get("markers") or {}
        populations |= tree["populations"]
    told: dict[str, Any] = {"name": "explored", "version": "1", "description": "Drawn in the explorer."}
    told |= {"markers": markers} if markers else {}
    told["populations"] = {name: _below(name, populations) for name in _outer_first(populations)}
    return _HEAD + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _asked(population: Any) -> set[tuple[str, str]]:
    return {(str(marker), str(state)) for marker, state in population["markers"].items()}


def _outer_first(populations: dict[str, Any]) -> list[str]:
    return sorted(populations, key=lambda name: len(populations[name]["markers"]))


def _below(name: str, populations: dict[str, Any]) -> dict[str, Any]:
    """A population, below the narrowest of the others that hold it."""
    own = populations[name]
    around = [other for other in _outer_first(populations) if _asked(populations[other]) < _asked(own)]
    if not around or set(own) - {"markers", "note"}:
        return dict(own)
    parent = populations[around[-1]]["markers"]
    return {"parent": around[-1], **own, "markers": {m: s for m, s in own["markers"].items() if m not in parent}}
