"""The gates of populations as files: Gating-ML, and a list of what is in which."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io import atomic_path, channel_names, safe_sample_id
from cytoclust.io.gates import Axis, Gate, GateMatrix, write_gating_ml
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample

__all__ = ["INDEX", "called_here", "matrix_of", "read_gates", "write_gates"]

INDEX: Final = "gates.json"


def write_gates(
    folder: Path, cohort: LabelledCohort, gates: Mapping[str, Sequence[Gate]]
) -> dict[str, str]:  # fmt: skip
    """Write ``<population>.xml`` of each population, and ``gates.json``.

    Where samples have different matrices, or call the channels differently, a population has a file for each such group
    of samples, ``<population>.2.xml`` and so on: the file says for which, and so does ``gates.json``. Gates of other
    populations that are there stay.

    Parameters
    ----------
    folder
        An existing folder.
    cohort
        The samples that the gates are for.
    gates
        Of each population, parents among them.

    Returns
    -------
    The name of the (first) file of each population.
    """
    kept = {name: told for name, told in _read_index(folder).items() if name not in gates}
    for told in (told for name, told in _read_index(folder).items() if name in gates):
        for file in told["files"]:
            (folder / Path(file).name).unlink(missing_ok=True)
    taken = {Path(file).name.casefold() for told in kept.values() for file in told["files"]}
    for population, mine in gates.items():
        files, groups = {}, _groups(cohort, mine)
        for name, group in zip(_free(safe_sample_id(population), len(groups), taken), groups, strict=True):
            taken.add(name.casefold())
            files[name] = list(group.samples)
            about = {"population": population, "samples": json.dumps(group.samples, ensure_ascii=False)}
            write_gating_ml(folder / name, mine, matrix=group.matrix, channels=group.channels, about=about)
        kept[population] = {"files": files, "gates": [_to_json(gate) for gate in Gate.ordered(mine)]}
    with atomic_path(folder / INDEX) as temporary:
        temporary.write_text(json.dumps(kept, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return {population: next(iter(kept[population]["files"])) for population in gates}


def read_gates(folder: Path) -> dict[str, list[Gate]]:
    """Gates of each population that :func:`write_gates` wrote; none where there is no such folder.

    Raises
    ------
    InputError
        ``gates.json`` is not as it was written.
    """
    try:
        return {name: [_from_json(gate) for gate in told["gates"]] for name, told in _read_index(folder).items()}
    except InputError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / INDEX} is not as it was written: {' '.join(str(error).split())}") from None


def matrix_of(sample: LabelledSample) -> GateMatrix | None:
    """The matrix that a sample is compensated with, by $PnN of its file, of the channels that it mixes."""
    source = sample.source
    if source.matrix is None:
        return None
    off = (source.matrix != 0) & ~np.eye(len(source.matrix), dtype=bool)
    mixed = np.flatnonzero(off.any(axis=0) | off.any(axis=1))
    names = channel_names(source.file)
    chosen = tuple(names[source.columns[i]] for i in mixed)
    return GateMatrix(chosen, source.matrix[np.ix_(mixed, mixed)]) if len(mixed) else None


def called_here(cohort: LabelledCohort, sample: LabelledSample) -> dict[str, str]:
    """$PnN in the file of a sample of each channel of the panel."""
    names = channel_names(sample.source.file)
    columns = sample.source.columns[: sample.source.width]
    return dict(zip(cohort.panel.channels, (names[i] for i in columns), strict=True))


@dataclass(frozen=True, eq=False)
class _Group:
    """Samples that a file of gates is right for."""

    matrix: GateMatrix | None
    channels: dict[str, str]
    samples: list[str]


def _groups(cohort: LabelledCohort, gates: Sequence[Gate]) -> list[_Group]:
    """The largest first."""
    used = {axis.channel for gate in gates for axis in gate.axes}
    mixed = any(axis.compensated for gate in gates for axis in gate.axes)
    found: list[_Group] = []
    for sample in cohort.samples:
        matrix = matrix_of(sample) if mixed else None
        channels = {name: here for name, here in called_here(cohort, sample).items() if name in used}
        for group in found:
            same = group.matrix is None if matrix is None else matrix.is_same(group.matrix)
            if same and group.channels == channels:
                group.samples.append(sample.sample_id)
                break
        else:
            found.append(_Group(matrix, channels, [sample.sample_id]))
    return sorted(found, key=lambda group: -len(group.samples))


def _free(stem: str, n_files: int, taken: set[str]) -> list[str]:
    """Names of files that are not taken yet, whatever their case."""
    for tried in itertools.count(1):
        own = stem if tried == 1 else f"{stem}_{tried}"
        names = [f"{own}.xml", *(f"{own}.{number}.xml" for number in range(2, n_files + 1))]
        if not taken.intersection(name.casefold() for name in names):
            break
    return names


def _read_index(folder: Path) -> dict[str, Any]:
    path = folder / INDEX
    if not path.is_file():
        return {}
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} is not as it was written: {' '.join(str(error).split())}") from None
    parts = read.values() if isinstance(read, dict) else [None]
    if not all(isinstance(told, dict) and {"files", "gates"} <= told.keys() for told in parts):
        raise InputError(f"{path} is not as it was written: each population must have files and gates.")
    return read


def _to_json(gate: Gate) -> dict[str, Any]:
    axes = [
        {
            "channel": axis.channel, "marker": axis.marker, "compensated": axis.compensated, "scale": axis.scale,
            "parameters": list(axis.parameters),
        }
        for axis in gate.axes
    ]  # fmt: skip
    told: dict[str, Any] = {"name": gate.name, "parent": gate.parent, "axes": axes}
    if gate.vertices is not None:
        return told | {"vertices": gate.vertices.tolist()}
    bounds = gate.bounds or ()
    return told | {"bounds": [[value if np.isfinite(value) else None for value in pair] for pair in bounds]}


def _from_json(told: Mapping[str, Any]) -> Gate:
    axes = tuple(
        Axis(axis["channel"], axis["marker"], axis["compensated"], axis["scale"], tuple(axis["parameters"]))
        for axis in told["axes"]
    )
    if "vertices" in told:
        return Gate(told["name"], told["parent"], axes, vertices=np.array(told["vertices"]))
    bounds = tuple(
        (-np.inf if low is None else low, np.inf if high is None else high) for low, high in told["bounds"]
    )  # fmt: skip
    return Gate(told["name"], told["parent"], axes, bounds=bounds)
