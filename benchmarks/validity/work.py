"""Simulate a cohort, run cytoclust on it, and keep what statistics need: tables, and events by name and truth."""

import json
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

import cytoclust as ct
from benchmarks.validity.boundary import true_boundaries
from benchmarks.validity.designs import Cohort
from cytoclust import rules
from cytoclust.datasets import load_truth, simulate
from cytoclust.datasets._cohort import SampleSpec, plan_cohort
from cytoclust.datasets._populations import populations
from cytoclust.io import read_labels

__all__ = ["SEED", "Found", "Options", "find", "rules_without"]

SEED = 9000
"""Seeds from here on were not used while the methods were made."""
TEXT = (
    "sample_id", "patient_id", "group", "timepoint", "batch", "population", "parent", "status", "phenotype", "claim",
    "flags", "verdict", "against", "sentence", "contrast", "denominator", "test", "family", "note", "marker", "source",
    "question", "side_a", "side_b",
)  # fmt: skip
SETTINGS = {"embed.enabled": False}


@dataclass(frozen=True)
class Options:
    """How cohorts are run."""

    work: Path
    since: float = 0.0
    """What was run before this time (seconds since the epoch) is run again."""
    keep: bool = False
    """Keep FCS files and labels."""
    jobs: int = 1
    seed: int = SEED
    """Of the first cohort; each part has its own hundred from there."""
    share: float = 1.0
    """Of each part's cohorts that is made."""


@dataclass(frozen=True)
class Found:
    """What one run found in a cohort."""

    cohort: Cohort
    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables of the contract; text that is missing is empty."""
        table = pd.read_csv(self.folder / "tables" / f"{name}.csv", dtype=dict.fromkeys(TEXT, str))
        return table.fillna(dict.fromkeys([column for column in TEXT if column in table], ""))

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events ``n`` by ``sample_id, qc, cluster, population`` and ``what`` they are: a kind, or a state of junk.

        Of junk ``of`` tells the kind, of doublets both.
        """
        return pd.read_parquet(self.folder / "events.parquet")

    @cached_property
    def truth(self) -> pd.DataFrame:
        """Per sample and kind: ``n_intact`` cells in the file, and the ``expected`` fraction of all cells."""
        counted = pd.read_csv(self.folder.parent / "truth.csv")
        expected = {
            (spec.sample_id, name): fraction
            for spec in self.specs()
            for name, fraction in zip(names_of(spec), spec.fractions, strict=True)
        }
        keys = zip(counted["sample_id"], counted["population"], strict=True)
        return counted.assign(expected=[expected[key] for key in keys])

    def specs(self) -> list[SampleSpec]:
        """What the samples were drawn from."""
        return [spec for spec, _ in plan_cohort(self.cohort.design, self.cohort.seed, self.cohort.enrich)]

    @property
    def boundaries(self) -> pd.DataFrame:
        """Where markers turn positive in truth, by batch; on the scale of the run ``msc``."""
        return pd.read_csv(self.folder.parent / "boundaries.csv")

    @property
    def told(self) -> dict[str, Any]:
        """Its run.json."""
        return json.loads((self.folder / "run.json").read_text())

    @property
    def report(self) -> str:
        """Its report."""
        return (self.folder / "report.html").read_text()


def names_of(spec: SampleSpec) -> tuple[str, ...]:
    """The kinds of the specification's fractions."""
    return populations(spec.planted).names


def find(design: Callable[[int, int], Cohort], n: int, options: Options, *, run: str = "msc") -> list[Found]:
    """What the run of that name found in n cohorts (or their share); those not in the work folder are made."""
    cohorts = [design(options.seed, number) for number in range(max(round(n * options.share), 1))]
    missing = [cohort for cohort in cohorts if not _is_done(_folder(cohort, options) / "done", options.since)]
    make = partial(_make, options=options)
    if options.jobs == 1:
        for cohort in missing:
            print(make(cohort), file=sys.stderr, flush=True)
    else:
        with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
            for line in pool.map(make, missing):
                print(line, file=sys.stderr, flush=True)
    return [Found(cohort, _folder(cohort, options) / run) for cohort in cohorts]


def rules_without(name: str) -> str:
    """The library ``msc`` without one rule, as YAML."""
    library = Path(rules.__file__).parent / "library" / "msc.yaml"
    content = yaml.safe_load(library.read_text(encoding="utf-8"))
    del content["populations"][name]
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _is_done(mark: Path, since: float) -> bool:
    return mark.exists() and mark.stat().st_mtime >= since


def _folder(cohort: Cohort, options: Options) -> Path:
    return options.work / cohort.part / str(cohort.seed)


def _make(cohort: Cohort, options: Options) -> str:
    """Simulate and run; a line that says how long it took."""
    folder = _folder(cohort, options)
    shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter()
    simulate(folder / "cohort", seed=cohort.seed, enrich=cohort.enrich, design=cohort.design)
    simulated = time.perf_counter()
    for name, removed in cohort.runs.items():
        _run(folder, name, removed, options)
    if cohort.boundaries:
        panel = json.loads((folder / "msc" / "run.json").read_text())["panel"]
        true_boundaries(folder / "cohort", panel).to_csv(folder / "boundaries.csv", index=False)
    shutil.move(folder / "cohort" / "truth" / "populations.csv", folder / "truth.csv")
    if not options.keep:
        shutil.rmtree(folder / "cohort")
    (folder / "done").touch()
    ran = time.perf_counter() - simulated
    return f"{cohort.part} {cohort.seed}: simulated in {simulated - start:.1f} s, run in {ran:.1f} s"


def _run(folder: Path, name: str, removed: str | None, options: Options) -> None:
    """Run on the simulated files into ``folder/name``."""
    out, chosen = folder / name, "msc"
    if removed:
        chosen = str(folder / f"{name}.yaml")
        Path(chosen).write_text(rules_without(removed), encoding="utf-8")
    workers = max((os.cpu_count() or 1) // options.jobs, 1)
    ct.run(folder / "cohort" / "samples.csv", out=out, rules=chosen, settings=SETTINGS, workers=workers)
    _events(folder / "cohort", out).to_parquet(out / "events.parquet", index=False)
    if not options.keep:
        shutil.rmtree(out / "labels")
        (out / "cohort.h5ad").unlink()


def _events(cohort: Path, out: Path) -> pd.DataFrame:
    truth = load_truth(cohort)
    samples = truth["sample_id"].cat.categories
    labels = pd.concat([read_labels(out / "labels" / f"{sample}.parquet") for sample in samples], ignore_index=True)
    what = truth["kind"].astype(str).where(truth["state"] == "intact", truth["state"].astype(str))
    both = truth["kind"].astype(str).str.cat(truth["kind2"].astype(str), sep=" + ").str.removesuffix(" + ")
    of = both.where(truth["state"] != "intact", "")
    table = labels[["qc", "cluster", "population"]].assign(sample_id=truth["sample_id"].array, what=what, of=of)
    table = table.astype({"qc": str, "population": str, "sample_id": str})
    columns = ["sample_id", "qc", "cluster", "population", "what", "of"]
    return table.value_counts(columns, sort=False).rename("n").reset_index()
