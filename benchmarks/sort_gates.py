"""Sort gates on simulated cohorts: what they promise, and what they do in patients that nothing was learned from.

    python -m benchmarks.sort_gates FOLDER [--seeds 20] [--first 5100]

Each cohort has twelve patients that gates are learned from and measured on, and six further ones. All are run together, so
that the further ones have labels; gates know nothing of them. Beside what ``export.gates`` makes stand two baselines, written
from what the papers say: one threshold a side and channel (as Becht et al. 2019 do in hypergate), and convex hulls of the
population without its outermost events, a pair of channels after the other (as Aghaeepour et al. 2018 do in GateFinder).
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

import cytoclust as ct
from cytoclust import keys
from cytoclust.datasets import SampleDesign, simulate

POPULATIONS = ("MSC CD146+CD271-", "MSC", "endothelial", "neuroblastoma GD2low")
LEARN, FURTHER, EVENTS, ENRICH = 12, 6, 16_000, 12.0
GROUPS = ("metastatic", "metastatic", "control", "metastatic", "localised", "metastatic")
"""Of the patients in turn; further ones are metastatic."""


def make(folder: Path, seed: int) -> Path:
    """A cohort and its run; the folder of the run."""
    out = folder / f"out{seed}"
    if not (out / "run.json").is_file():
        groups = [GROUPS[number % len(GROUPS)] for number in range(LEARN)] + ["metastatic"] * FURTHER
        design = [
            SampleDesign(f"P{number + 1:02d}", group, batch=f"B{number % 3 + 1}", n_events=EVENTS)
            for number, group in enumerate(groups)
        ]
        simulate(folder / f"sim{seed}", seed=seed, enrich=ENRICH, design=design)
        sheet = folder / f"sim{seed}" / "samples.csv"
        ct.run(sheet, out=out, rules="msc", settings={"embed.enabled": False})
    return out
