"""A simulated cohort as files, and the whole path of cytoclust on it."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.measure import Measured, measure
from cytoclust.datasets import load_truth
from cytoclust.io import read_labels

__all__ = ["Run", "cytoclust", "run_ours", "simulate_cohort"]


@dataclass(frozen=True)
class Run:
    """What ``cytoclust run`` wrote and cost."""

    cost: Measured
    labels: pd.DataFrame
    labels_after: float
    """Seconds from the start of the process until the last file of labels was written."""
    told: dict
    """Its run.json."""


def cytoclust() -> list[str]:
    """The command line of the cytoclust that these benchmarks belong to."""
    return [sys.executable, "-m", "cytoclust.cli"]


def simulate_cohort(work: Path, *, samples: int, events: int, seed: int) -> pd.DataFrame:
    """Write ``work/cohort``; its truth."""
    options = ["--samples", str(samples), "--events", str(events), "--seed", str(seed)]
    measure([*cytoclust(), "simulate", str(work / "cohort"), *options], log=work / "simulate.log")
    return load_truth(work / "cohort")


def run_ours(work: Path, settings: list[str]) -> Run:
    """From FCS files to the report, in ``work/out``; ``settings`` are passed on with ``--set``."""
    out, sheet = work / "out", work / "cohort" / "samples.csv"
    shutil.rmtree(out, ignore_errors=True)
    options = [option for setting in settings for option in ("--set", setting)]
    cost = measure([*cytoclust(), "run", str(sheet), "-o", str(out), "--rules", "msc", *options], log=work / "run.log")
    samples = pd.read_csv(sheet, dtype=str)["sample_id"]
    files = [out / "labels" / f"{sample}.parquet" for sample in samples]
    return Run(
        cost=cost,
        labels=pd.concat([read_labels(file) for file in files], ignore_index=True),
        labels_after=max(file.stat().st_mtime for file in files) - cost.started,
        told=json.loads((out / "run.json").read_text()),
    )
