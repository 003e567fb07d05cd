"""The data sets: events as every method gets them, and the truth of each event."""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.bound import true_model
from benchmarks.measure import CACHE, HERE, digest, environment, measure
from benchmarks.score import NO_CLUSTER, NOT_SCORED, crosstab
from benchmarks.shapes import SHAPES, planted

__all__ = ["DEPTHS", "MARKERS", "PLANTED", "RARE", "SAMPLES", "Data", "first_of_family", "load", "names"]

MARKERS = ("CD271", "CD31", "CD90", "CD45", "GD2", "CD34", "CD146", "CD105", "CD56", "CD73")
"""All of the simulated cohort's, the viability dye excepted."""
RARE = 0.001
"""A kind with less than this share of the events is rare."""
FF = HERE.parents[1] / "shared" / "data" / "labelled"
FF_COLUMNS = (8, 11, 13, 14, 15, 16, 17)  # from 0; compensated and transformed already
DEPTHS = {"marrow-deep": 150_000, "marrow-shallow": 15_000}
SAMPLES = 10
PLANTED = (10, 20, 50, 100, 500)
"""Sizes of the populations planted in ``planted-<markers>``, which only the rare-cell curve uses."""
COHORTS = 5

Made = tuple[NDArray[np.float32], NDArray[np.str_]]


@dataclass(frozen=True)
class Data:
    """One data set in the cache."""

    name: str
    events: Path
    """(n, p) float32, compensated and transformed."""
    digest: str
    """Of the events: what was computed from others is not taken for theirs."""
    codes: NDArray[np.int16]
    """(n,) number of each event's kind."""
    kinds: list[str]
    """Names of the numbers; the empty name is that of events that are clustered but not scored."""
    best: Path
    """(n,) what a classifier that knows the truth says of each event: see :mod:`benchmarks.bound`."""

    @property
    def scored_kinds(self) -> list[str]:
        """Names of the kinds that a cluster can be right for."""
        return [kind for kind in self.kinds if kind != NOT_SCORED]

    def table(self, labels: NDArray[np.int32], rows: NDArray[np.int64] | slice = slice(None)) -> pd.DataFrame:
        """Events by kind and cluster; ``rows`` are those that have labels."""
        table = crosstab(self.codes[rows], labels)
        return table.set_axis([self.kinds[code] for code in table.index])


def names(seed: int) -> list[str]:
    """Every data set, by the seed from which simulated ones are made."""
    cohorts = [f"{depth}-{seed + number}" for number in range(COHORTS) for depth in DEPTHS]
    return ["ff", *cohorts, "cytomulate", "cytomulate-paths", *SHAPES]


def first_of_family(name: str, seed: int) -> bool:
    """Whether it is no further cohort of a depth; slow methods get one of each."""
    family, _, number = name.rpartition("-")
    return family not in DEPTHS or int(number) == seed


def load(name: str, *, seed: int, fresh: bool = False) -> Data:
    """A data set, made where it is not in the cache yet.

    Raises
    ------
    Failed
        It needs an environment that cannot be installed here.
    FileNotFoundError
        It is not on this machine.
    """
    make, sources = _maker(name, seed)
    folder = CACHE / "data" / f"{name}-{seed}-{digest(*sources, HERE / 'bound.py')}"
    if fresh or not (folder / "kinds.json").exists():
        for older in folder.parent.glob(f"{name}-{seed}-*"):
            shutil.rmtree(older)
        events, kinds = make()
        folder.mkdir(parents=True)
        _write(folder, np.ascontiguousarray(events, dtype=np.float32), kinds.astype(str))
    array, known = folder / "events.npy", json.loads((folder / "kinds.json").read_text())
    return Data(name, array, digest(array), np.load(folder / "codes.npy"), known, folder / "best.npy")


def _write(folder: Path, events: NDArray[np.float32], kinds: NDArray[np.str_]) -> None:
    names, codes = np.unique(kinds, return_inverse=True)
    scored = kinds != NOT_SCORED
    best = np.full(len(kinds), NO_CLUSTER, dtype=np.int16)
    best[scored] = true_model(events[scored], codes[scored])
    np.save(folder / "events.npy", events)
    np.save(folder / "codes.npy", codes.astype(np.int16))
    np.save(folder / "best.npy", best)
    (folder / "kinds.json").write_text(json.dumps(names.tolist()))


def _maker(name: str, seed: int) -> tuple[Callable[[], Made], list[Path]]:
    """What makes a data set, and the sources on which it depends."""
    family, _, number = name.rpartition("-")
    ours = [HERE.parent / "cytoclust" / folder for folder in ("datasets", "pp")]
    if name == "ff":
        return _ff, [HERE / "datasets.py"]
    if family in DEPTHS:
        return partial(_marrow, int(number), DEPTHS[family]), [*ours, HERE / "datasets.py"]
    if family == "planted":
        return partial(planted, seed, sizes=PLANTED, markers=int(number)), [HERE / "shapes.py"]
    if name in SHAPES:
        return partial(SHAPES[name], seed), [HERE / "shapes.py"]
    script = HERE / "peers" / "cytomulate_make.py"
    options = ["--paths"] if name == "cytomulate-paths" else []
    return partial(_cytomulate, script, seed, options), [script, HERE / "envs" / "cytomulate.txt"]


def _ff() -> Made:
    """Gated mouse spleen; events that no gate holds are clustered but not scored."""
    from cytoclust.io import open_fcs

    file = open_fcs(FF / "ff.fcs")
    gates = pd.read_csv(FF / "ff_labels.csv", header=None)[0].astype(str).to_numpy()
    events = np.asarray(file.read(0, file.n_events))[:, list(FF_COLUMNS)]
    return events, np.where(gates == "Unlabeled", NOT_SCORED, gates)


def _marrow(seed: int, events_each: int) -> Made:
    """Simulated marrow, from FCS files through our quality control; only intact cells are scored."""
    import cytoclust as ct
    from cytoclust.datasets import load_truth, simulate

    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        simulate(folder, n_samples=SAMPLES, n_events=events_each, seed=seed)
        adata = ct.io.read_samples(Path(folder) / "samples.csv")
        truth = load_truth(folder)
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    passed = (adata.obs["qc"] == "ok").to_numpy()
    kinds = np.where(truth["state"] == "intact", truth["kind"].astype(str), NOT_SCORED)
    return adata[passed, list(MARKERS)].X, kinds[passed].astype(str)


def _cytomulate(script: Path, seed: int, options: list[str]) -> Made:
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        command = [str(environment("cytomulate")), str(script), folder, "--seed", str(seed), *options]
        measure(command, log=Path(folder) / "log")
        kinds = np.load(Path(folder) / "kinds.npy")
        return np.load(Path(folder) / "events.npy"), np.char.add("type ", kinds)
