"""Learned rules as a rule file, and their cuts as a configuration."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cytoclust import keys, rules
from cytoclust.io import atomic_path, fold_marker, known_spellings, vocabulary
from cytoclust.io.workspaces import Gate

__all__ = ["write_rules"]


def write_rules(
    target: Path,
    config: Path,
    *,
    source: str,
    gates: Sequence[Gate],
    markers: Sequence[str],
    signs: Sequence[Mapping[int, bool]],
    judged: Sequence[float],
    cuts: Mapping[str, float],
    cofactors: Mapping[str, float],
) -> None:
    """Write a rule file, which is read again to see that it is one, and the cuts with the cofactors that they hold for.

    Parameters
    ----------
    target, config
        The files to write.
    source
        Name of the file of gates.
    gates, signs, judged
        The gates, what each asks of the markers, by their places, and F1 on the other half of the patients.
    markers
        Their names.
    cuts, cofactors
        Of each marker, by name.

    Raises
    ------
    InputError
        A file cannot be written.
    """
    names = _names(gates)
    populations: dict[str, dict[str, Any]] = {}
    for gate, asked, f1 in zip(gates, signs, judged, strict=True):
        entry: dict[str, Any] = {}
        if (parent := _parent(gate, gates)) is not None:
            entry["parent"] = names[parent]
        entry["markers"] = {markers[i]: "+" if positive else "-" for i, positive in asked.items()}
        measured = "" if pd.isna(f1) else f" On patients by whom it was not learned: F1 {f1:.3f}."
        entry["note"] = f"From the gate {gate.path}.{measured}"
        populations[names[gate.path]] = entry
    known = known_spellings(vocabulary())
    own = [name for name in cuts if fold_marker(name) not in known]
    whole: dict[str, Any] = {"name": target.stem, "version": "1", "description": f"Learned from the gates of {source}."}
    whole |= {"markers": {name: [] for name in own}} if own else {}
    _write(
        target,
        whole | {"populations": populations},
        f"# Rules that `cytoclust rules learn` proposes: read them before you use them.\n"
        f"# They need the cuts of {config.name}: cytoclust run SAMPLES -o OUT --rules {target.name} "
        f"--config {config.name}\n",
    )
    rules.load(target)
    told: dict[str, Any] = {"annotate": {"thresholds": {name: round(cut, 4) for name, cut in cuts.items()}}}
    scales = {name: cofactors[name] for name in cuts if name in cofactors}
    told |= {"transform": {"cofactor": scales}} if scales and len(scales) == len(cuts) else {}
    _write(config, told, f"# Cuts for {target.name}, on the scale that the cofactors make.\n")


def _names(gates: Sequence[Gate]) -> dict[str, str]:
    """A name for each path: that of the gate where only one has it, else the shortest end of the path that has."""
    taken: dict[str, str] = {}
    for gate in gates:
        parts = gate.path.split("/")
        ends = ["/".join(parts[-length:]) for length in range(1, len(parts) + 1)]
        own = [end for end in ends if sum(other.path == end or other.path.endswith(f"/{end}") for other in gates) == 1]
        name = (own or [gate.path])[0]
        reserved = (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED)
        taken[gate.path] = f"{name} (gate)" if name in reserved else name
    return taken


def _parent(gate: Gate, gates: Sequence[Gate]) -> str | None:
    """The nearest gate above that has a rule."""
    above = [other.path for other in gates if gate.path.startswith(f"{other.path}/")]
    return max(above, key=len, default=None)


def _write(path: Path, content: Mapping[str, Any], head: str) -> None:
    text = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    with atomic_path(path) as temporary:
        temporary.write_text(head + text, encoding="utf-8")
