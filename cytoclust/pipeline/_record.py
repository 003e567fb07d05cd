"""What run.json says: everything needed to know how a result came to be."""

import hashlib
import importlib.metadata
import platform
import resource
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.pipeline._cohort import Cohort
from cytoclust.positivity import LEVELS, Thresholds
from cytoclust.pp import find_viability
from cytoclust.rules import Pattern, RuleSet
from cytoclust.version import VERSION

__all__ = ["as_notes", "peak_memory_mb", "record"]

PACKAGES = (
    "anndata", "fcsparser", "igraph", "leidenalg", "numba", "numpy", "pandas", "pyarrow", "scanpy", "scikit-learn",
    "scipy", "umap-learn",
)  # fmt: skip


def record(
    cohort: Cohort,
    *,
    rules: RuleSet | None,
    thresholds: Thresholds,
    clustered_on: NDArray[np.int64],
    limits: Sequence[str | Finding],
) -> dict[str, Any]:
    """The content of run.json but for times and memory."""
    config = cohort.config
    return {
        "cytoclust": VERSION,
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "seed": config.run.seed,
        "parameters": config.model_dump(mode="json"),
        "rules": rules and _rules(rules, thresholds.markers) | {"limits": as_notes(limits)},
        "inputs": _inputs(cohort),
        "panel": _panel(cohort, thresholds, clustered_on),
        "panel_notes": as_notes(cohort.panel.notes),
        "events": cohort.quality_counts().reset_index()[[keys.SAMPLE, "total", *keys.QC]].to_dict("records"),
        "quality": {sample.sample_id: each.quality.summary() for sample, each in _pairs(cohort)},
        "quality_notes": {sample.sample_id: as_notes(each.quality.notes) for sample, each in _pairs(cohort)},
        "notes": as_notes(cohort.notes),
    }


def as_notes(told: Iterable[str | Finding]) -> list[dict[str, Any]]:
    """Findings as run.json holds them."""
    return [(Finding("note", text=each) if isinstance(each, str) else each).to_dict() for each in told]


def _rules(rules: RuleSet, panel: Sequence[str]) -> dict[str, Any]:
    """The rule set, and what the panel can name by it: markers by the panel's names, as far as it has them."""
    at, malignant, can = rules.columns(panel), rules.malignant, rules.evaluable(panel)

    def levels(pattern: Pattern) -> dict[str, list[str]]:
        return {
            panel[at[name]]: [level for level in LEVELS if level in allowed]
            for name, allowed in pattern.items()
            if name in at
        }

    populations = [
        {
            "name": each.name,
            "parent": each.parent,
            "markers": levels(each.markers),
            "optional": levels(each.optional),
            "unless": list(each.unless),
            "primary": each.primary,
            "malignant": each.name in malignant,
        }
        for each in rules.populations
        if each.name in can
    ]
    return {"name": rules.name, "version": rules.version, "populations": populations}


def peak_memory_mb() -> float:
    """Of this process so far; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def _pairs(cohort: Cohort) -> Any:
    return zip(cohort.samples, cohort.prepared, strict=True)


def _inputs(cohort: Cohort) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(cohort.config.run.workers) as pool:
        hashes = list(pool.map(_sha256, (sample.path for sample in cohort.samples)))
    return [
        {
            **{name: getattr(sample, name) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)},
            "path": str(sample.path),
            "sha256": digest,
            "n_events": each.file.n_events,
            "version": each.file.version,
            "cytometer": each.file.text.get("$CYT", ""),
            "compensated": each.matrix is not None,
            "notes": as_notes([*each.file.notes, *each.notes]),
        }
        for (sample, each), digest in zip(_pairs(cohort), hashes, strict=True)
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _panel(cohort: Cohort, thresholds: Thresholds, clustered_on: NDArray[np.int64]) -> list[dict[str, Any]]:
    panel = cohort.panel
    dye = find_viability(panel, cohort.config.panel.viability)
    cuts = dict(zip(thresholds.markers, np.asarray(thresholds.positive, dtype=float), strict=True))

    def role(column: int) -> str:
        if column in clustered_on:
            return "clustering"
        if column == dye:
            return "viability"
        return "quality" if panel.signal_types[column] in ("scatter", "time") else "not used"

    return [
        {
            "name": name,
            "channel": panel.channels[i],
            "marker": panel.markers[i],
            "signal_type": panel.signal_types[i],
            "role": role(i),
            "transform": cohort.transform.words(i),
            "threshold": None if np.isnan(cuts.get(name, np.nan)) else round(float(cuts[name]), 4),
        }
        for i, name in enumerate(panel.names)
    ]
