"""Gates held against every sample of a run, and counted by cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.comparison._find_events import find_events
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import open_events, read_labels
from cytoclust.io.workspaces import Events, Gate, GateFile, Gates, LabelTable, as_events, hold
from cytoclust.pipeline import Finished
from cytoclust.record import InputFile

__all__ = ["GateCounts", "Held", "count_gates", "hold_all"]


@dataclass(frozen=True, eq=False)
class Held:
    """A sample of a run with its gates; without, why there are none."""

    sample: InputFile
    gates: Gates | None
    why: Finding | None = None


@dataclass(frozen=True, eq=False)
class GateCounts:
    """What is counted of a sample.

    Attributes
    ----------
    sample, gates
        The sample, and its gates in order; none where they cannot be held against it.
    sizes
        Events of each cluster (c,).
    inside
        Events of each gate in each cluster (g, c).
    aside
        Events of each gate by category of quality control (g, q).
    total
        Events of the file.
    """

    sample: InputFile
    gates: tuple[Gate, ...]
    sizes: NDArray[np.int64]
    inside: NDArray[np.int64]
    aside: NDArray[np.int64]
    total: int
    notes: tuple[Finding, ...] = ()
    why: Finding | None = None

    @property
    def patient(self) -> str:
        """Whose sample it is; a sample of nobody is a patient of its own."""
        return self.sample.patient_id or self.sample.sample_id


def hold_all(source: GateFile, run: Finished, folders: Sequence[Path]) -> Iterator[Held]:
    """Each sample of a run with its gates.

    Raises
    ------
    InputError
        Labels without a sample's name for a run of several.
    """
    inputs = run.record.inputs
    if isinstance(source, LabelTable) and "" in source.samples and len(inputs) > 1:
        raise InputError(
            f"{source.path} has no column {keys.SAMPLE!r}, and the run has {len(inputs)} samples: say "
            "whose events they are."
        )
    for sample in inputs:
        found = _hold(source, run, sample, folders)
        yield Held(sample, None, found) if isinstance(found, Finding) else Held(sample, found)


def count_gates(held: Held, run: Finished, n_clusters: int) -> GateCounts:
    """Count the events of each gate by cluster and by what quality control said.

    Raises
    ------
    InputError
        The run's labels are absent, or not of these events.
    """
    sample = held.sample
    empty = np.zeros((0, n_clusters), dtype=np.int64)
    aside = np.zeros((0, len(keys.QC)), dtype=np.int64)
    labels = read_labels(run.folder / "labels" / f"{sample.sample_id}.parquet")
    cluster = labels[keys.CLUSTER].to_numpy()
    sizes = np.bincount(cluster[cluster >= 0], minlength=n_clusters).astype(np.int64)
    if held.gates is None:
        return GateCounts(sample, (), sizes, empty, aside, len(labels), why=held.why)
    if len(labels) != len(held.gates.members):
        raise InputError(
            f"{run.folder}: the labels of {sample.sample_id!r} are of {len(labels)} events, its file has "
            f"{len(held.gates.members)}: they are not of one run."
        )
    codes = labels[keys.QC_COLUMN].cat.codes.to_numpy()
    members = held.gates.members
    rows = [cluster[members[:, at] & (cluster >= 0)] for at in range(members.shape[1])]
    inside = np.array([np.bincount(row, minlength=n_clusters) for row in rows]).reshape(-1, n_clusters)
    aside = np.array([np.bincount(codes[members[:, at]], minlength=len(keys.QC)) for at in range(members.shape[1])])
    return GateCounts(
        sample, held.gates.gates, sizes, inside.astype(np.int64), aside.reshape(-1, len(keys.QC)).astype(np.int64),
        len(labels), held.gates.notes,
    )  # fmt: skip


def _hold(source: GateFile, run: Finished, sample: InputFile, folders: Sequence[Path]) -> Gates | Finding:
    if isinstance(source, LabelTable):  # it needs no value of any event
        name = Path(sample.path).name
        return hold(source, Events((name,), (), (), sample.n_events, None, {}), sample_id=sample.sample_id)
    path = find_events(sample, folders)
    if isinstance(path, Finding):
        return path
    follow = run.record.parameters.get("read", {}).get("data_offset", "auto")
    file = open_events(path, dataset=None if sample.dataset is None else sample.dataset - 1, data_offset=follow)
    return hold(source, as_events(file))
