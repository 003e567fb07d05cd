"""Which population a gate is meant to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.comparison._held import GateCounts
from cytoclust.errors import InputError, nearest
from cytoclust.pipeline import Finished
from cytoclust.unique_yaml import load_unique_yaml

__all__ = ["Match", "Populations", "match_gates", "read_map"]

ALIKE: Final = str.maketrans({"−": "-", "–": "-", "⁻": "-", "⁺": "+", " ": "", "_": "", "(": "", ")": "", ",": ""})
"""What two spellings of one name may differ by, besides case."""


@dataclass(frozen=True)
class Match:
    """The population of a gate, and what told it."""

    population: str
    by: Literal["given", "name", "overlap"]


@dataclass(frozen=True, eq=False)
class Populations:
    """Names that clusters have, with those above them: ``holds`` (p, c) says which clusters each has."""

    names: tuple[str, ...]
    holds: NDArray[np.bool_]
    of_cluster: tuple[str, ...]

    @classmethod
    def of(cls, run: Finished) -> "Populations":
        """The populations of a run; none of one without rules."""
        table = run.tables["clusters"].sort_values(keys.CLUSTER)
        names = tuple(table[keys.POPULATION].astype(str))
        parents = {each.name: each.parent for each in run.record.rules.populations} if run.record.rules else {}
        lineages = []
        for name in names:
            chain: list[str] = []
            while name not in (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED, "") and name not in chain:
                chain.append(name)
                name = parents.get(name, keys.ROOT)
            lineages.append(chain)
        order = [*parents, *(name for chain in lineages for name in chain)]
        known = [name for name in dict.fromkeys(order) if any(name in chain for chain in lineages)]
        holds = np.array([[name in chain for chain in lineages] for name in known], dtype=bool)
        return cls(tuple(known), holds.reshape(len(known), len(names)), names)


def read_map(path: str | Path | None) -> dict[str, str]:
    """A YAML file with the population of each gate: ``{path or name of the gate: population}``.

    Raises
    ------
    InputError
        It cannot be read, or is no such mapping.
    """
    if path is None:
        return {}
    path = Path(path)
    try:
        found = load_unique_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} is no YAML that can be read: {' '.join(str(error).split())}") from None
    if not isinstance(found, Mapping) or not all(isinstance(each, str) for pair in found.items() for each in pair):
        raise InputError(f"{path} must say the population of each gate, as `Gate/Path: population`.")
    return dict(found)


def match_gates(
    paths: Sequence[str], counted: Sequence[GateCounts], populations: Populations, given: Mapping[str, str]
) -> dict[str, Match]:
    """The population of each gate: as given, else that of the same name, else the one most alike, if any is.

    Raises
    ------
    InputError
        A gate or population of ``given`` that is not there.
    """
    chosen = _given(paths, populations, given)
    folded = {_fold(name): name for name in populations.names}
    for path in paths:
        name = folded.get(_fold(path.rpartition("/")[2])) or folded.get(_fold(path))
        if path not in chosen and name:
            chosen[path] = Match(name, "name")
        elif path not in chosen and (alike := _most_alike(path, counted, populations)):
            chosen[path] = Match(alike, "overlap")
    return chosen


def _given(paths: Sequence[str], populations: Populations, given: Mapping[str, str]) -> dict[str, Match]:
    chosen: dict[str, Match] = {}
    for gate, population in given.items():
        mine = [path for path in paths if path == gate] or [path for path in paths if path.rpartition("/")[2] == gate]
        if not mine:
            raise InputError(f"The map names the gate {gate!r}, which was not read.{nearest(gate, paths)}")
        if population not in populations.names:
            known = ", ".join(populations.names) or "none"
            raise InputError(
                f"The map names the population {population!r}, which the run has not; it has {known}."
                f"{nearest(population, populations.names)}"
            )
        chosen |= {path: Match(population, "given") for path in mine}
    return chosen


def _most_alike(path: str, counted: Sequence[GateCounts], populations: Populations) -> str:
    """The population with the best F1 over all samples; empty where none shares an event."""
    if not populations.names:
        return ""
    both, sizes, total = np.zeros(len(populations.names)), np.zeros(len(populations.names)), 0
    for sample in counted:
        for at, gate in enumerate(sample.gates):
            if gate.path == path and gate.usable:
                both += populations.holds @ sample.inside[at]
                sizes += populations.holds @ sample.sizes
                total += gate.n_events
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = np.nan_to_num(2 * both / (total + sizes))
    return populations.names[int(np.argmax(f1))] if f1.max() > 0 else ""


def _fold(name: str) -> str:
    return name.casefold().translate(ALIKE).removesuffix("cells").removesuffix("cell").removesuffix("s")
