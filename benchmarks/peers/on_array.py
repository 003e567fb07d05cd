"""What the scripts of this folder that cluster an array share: arguments, time and memory of the fit, files.

Called as ``python peers/<name>.py events.npy out --seed 0``. Each writes ``labels.npy`` (int32, one for an event; −1 is
no cluster), ``result.json`` (seconds, memory, versions), and where there are several partitions of the same
clusters ``groups.npz``: by number of groups, the group of each cluster.
"""

import argparse
import json
import platform
import time
import warnings
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

__all__ = ["peak_memory_mb", "run"]


def run(cluster, packages):
    """Cluster the events of the command line by ``cluster(events, seed)``, and write what it returns.

    ``cluster`` gives the labels, or the labels and the groups. ``packages`` are those whose versions are told.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("events", type=Path, help="events × markers, float32, compensated and transformed")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    events = np.load(args.events)

    start = time.perf_counter()
    found = cluster(events, args.seed)
    seconds = time.perf_counter() - start

    labels, groups = found if isinstance(found, tuple) else (found, {})
    args.out.mkdir(parents=True, exist_ok=True)
    np.save(args.out / "labels.npy", np.asarray(labels, dtype=np.int32))
    if groups:
        np.savez(args.out / "groups.npz", **{str(k): group for k, group in groups.items()})
    versions = {"python": platform.python_version()} | {name: told(name) for name in packages}
    result = {"seconds": seconds, "peak_memory_mb": peak_memory_mb(), "versions": versions, "events": len(events)}
    (args.out / "result.json").write_text(json.dumps(result, indent=1) + "\n")


def told(name):
    """The version of a package, also where it is run from its folder without being installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return import_module(name).__version__


def peak_memory_mb():
    """Most resident memory of this process so far (VmHWM); nan where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), float("nan"))
