"""The methods that are compared, and their labels of a data set, each from a process of its own."""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Data
from benchmarks.measure import CACHE, HERE, Failed, digest, environment, measure

__all__ = ["METHODS", "Found", "Method", "cluster"]

LIMIT = 600.0  # seconds; a peer that takes longer is reported as such


@dataclass(frozen=True)
class Method:
    """One way to cluster an array."""

    name: str
    script: str
    pins: str | None
    """Its environment; None for ours, where scanpy is too."""
    most_events: int | None = None
    """Of larger data, it gets so many, chosen at random; set so that it takes less than a minute."""
    seeds: int = 1
    peer: bool = True


METHODS = (
    Method("cytoclust", "cytoclust_array.py", None, seeds=3, peer=False),
    Method("FlowSOM", "flowsom_array.py", "flowsom", seeds=2),
    Method("FlowSOM batch", "flowsom_batch_array.py", "flowsom", seeds=2),
    Method("OpenFlo", "openflo_array.py", "openflo"),
    Method("scanpy", "scanpy_array.py", None, most_events=30_000),
    Method("PARC", "parc_array.py", "parc", most_events=30_000),
    Method("PhenoGraph", "phenograph_array.py", "phenograph", most_events=30_000),
)


@dataclass(frozen=True)
class Found:
    """One run of one method."""

    labels: NDArray[np.int32]
    """Of each event in ``rows``; −1 is no cluster."""
    rows: NDArray[np.int64] | slice
    groups: dict[int, NDArray[np.int64]]
    """By number of groups: the group of each label. Empty where the labels are what the method tells."""
    seconds: float
    memory_mb: float
    versions: dict[str, str]
    from_cache: bool


def cluster(method: Method, data: Data, seed: int, *, fresh: bool = False) -> Found:
    """Labels of one method; a peer's are taken from the cache where it ran on the same events before.

    Raises
    ------
    Failed
        The method cannot be installed, ends in error or takes too long; this is kept, too.
    """
    script = HERE / "peers" / method.script
    sources = [
        script,
        script.with_name("on_array.py"),
        *([HERE / "envs" / f"{method.pins}.txt"] if method.pins else []),
    ]
    key = f"{method.most_events}-{seed}-{digest(*sources)}"
    folder = CACHE / "labels" / f"{data.name}-{data.digest}" / script.stem / key
    known = method.peer and not fresh and (folder / "result.json").exists()
    if not known:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run(method, script, data, seed, folder)
    told = json.loads((folder / "result.json").read_text())
    if "failed" in told:
        raise Failed(told["failed"])
    groups = folder / "groups.npz"
    return Found(
        labels=np.load(folder / "labels.npy"),
        rows=_rows(method, data),
        groups={int(k): group for k, group in np.load(groups).items()} if groups.exists() else {},
        seconds=told["seconds"],
        memory_mb=told["peak_memory_mb"],
        versions=told["versions"],
        from_cache=known,
    )


def _run(method: Method, script: Path, data: Data, seed: int, folder: Path) -> None:
    """Run the script; it writes into the folder, or the reason why it cannot is written there."""
    rows = _rows(method, data)
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as work:
        events = data.events
        if not isinstance(rows, slice):
            events = Path(work) / "events.npy"
            np.save(events, np.load(data.events, mmap_mode="r")[rows])
        try:
            python = environment(method.pins) if method.pins else Path(sys.executable)
            command = [str(python), str(script), str(events), str(folder), "--seed", str(seed)]
            measure(command, log=folder / "log", limit=LIMIT)
        except Failed as error:
            if not method.peer:
                raise
            (folder / "result.json").write_text(json.dumps({"failed": str(error)}))


def _rows(method: Method, data: Data) -> NDArray[np.int64] | slice:
    """Those that the method gets: all, or the same random ones every time."""
    n = len(data.codes)
    if method.most_events is None or n <= method.most_events:
        return slice(None)
    return np.sort(np.random.default_rng(0).choice(n, method.most_events, replace=False))
