"""The data sets of :mod:`benchmarks.sensitivity`, one run on one of them, and how two runs differ."""

import importlib
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.constants import OF_A_RUN
from benchmarks.datasets import FF, FF_COLUMNS
from benchmarks.measure import HERE
from benchmarks.score import NOT_SCORED, adjusted_rand, crosstab, score

__all__ = ["CASES", "Case", "Outcome", "compare", "make_cohort", "run_case"]

SEED, PATIENTS, EVENTS, ENRICHED = 77, 6, 2_500, 40.0
"""Of the simulated cohort: its seed, which nothing else uses; patients with metastases, and as many without; events of
a sample; the factor on stromal cells, as of data/demo. Small enough for a thousand runs, and p can reach 0.002."""
PERMUTATIONS = 999
"""Fewer than by default, for speed."""


@dataclass(frozen=True)
class Case:
    """One data set."""

    name: str
    about: str
    packages: tuple[str, ...] = OF_A_RUN
    """Those whose constants can bear on it."""

    def samples(self, work: Path) -> Path:
        """The sheet or the file."""
        return {"demo": HERE.parent / "data/demo/samples.csv", "sim": work / "cohort/samples.csv"}.get(
            self.name, FF / "ff.fcs"
        )

    def settings(self) -> dict[str, Any]:
        """Nothing is drawn, few events are kept; ff is prepared already."""
        quick = {"embed.enabled": False, "embed.n_events": 100, "contrasts.permutations": PERMUTATIONS}
        if self.name != "ff":
            return quick
        from cytoclust.io import open_fcs

        channels = open_fcs(FF / "ff.fcs").channels
        return quick | {
            "compensate.enabled": False,
            "quality.enabled": False,
            "transform.method": "none",
            "cluster.markers": [channels[column].name for column in FF_COLUMNS],
        }

    def truth(self, work: Path) -> NDArray[np.str_]:
        """The kind of each event, in the order of samples and files; empty where no cluster is right for it."""
        from cytoclust.datasets import load_truth

        if self.name == "ff":
            gates = pd.read_csv(FF / "ff_labels.csv", header=None)[0].astype(str).to_numpy()
            return np.where(gates == "Unlabeled", NOT_SCORED, gates)
        table = load_truth(self.samples(work).parent)
        return np.where(table["state"] == "intact", table["kind"].astype(str), NOT_SCORED).astype(str)


CASES = (
    Case(
        "sim", f"a simulated cohort, {2 * PATIENTS} patients, half with metastases, {EVENTS:,} events each, seed {SEED}"
    ),
    Case("ff", "gated mouse spleen, 19,225 events, prepared already and not named", packages=("engine",)),
    Case("demo", "the demo cohort, 8 samples of 12,000 events"),
)


def make_cohort(work: Path) -> None:
    """Write ``work/cohort``."""
    from cytoclust.datasets import SampleDesign, simulate

    groups = ("metastatic", "control")
    design = [
        SampleDesign(f"P{number}{group}", group, batch=f"B{number % 2 + 1}", n_events=EVENTS)
        for number in range(PATIENTS)
        for group in groups
    ]
    simulate(work / "cohort", design=design, enrich=ENRICHED, seed=SEED)


@dataclass(frozen=True)
class Outcome:
    """What a run says."""

    qc: NDArray[np.str_]
    cluster: NDArray[np.int32]
    population: NDArray[np.str_]
    probability: NDArray[np.float32]
    status: "pd.Series[str]"
    """By sample and population."""
    verdict: "pd.Series[str]"
    """Claim and verdict by population, group, time and what it is compared with; of named populations."""


def run_case(case: Case, work: Path, out: Path, *, seed: int, kept: Path, use_kept: bool) -> Outcome:
    """One run of the program, which must be freshly imported, as far as its tables.

    The clusters are kept in a file, and taken from there if ``use_kept``: what comes after cannot change them.
    """
    import cytoclust as ct

    _leave_out(kept, use_kept=use_kept, salt=seed)
    rules = None if case.name == "ff" else "msc"
    result = ct.run(
        case.samples(work), out=out, rules=rules, settings=case.settings(), seed=seed, workers=1, progress=_Silent()
    )
    samples = ["ff"] if case.name == "ff" else pd.read_csv(case.samples(work), dtype=str)["sample_id"]
    labels = pd.concat([ct.io.read_labels(out / "labels" / f"{name}.parquet") for name in samples], ignore_index=True)
    counts, claims = result.tables["populations"], result.tables["discoveries"]
    claims = claims[claims["cluster"].fillna("").astype(str) == ""]
    what = ["population", "group", "timepoint", "against"]
    said = claims["claim"].astype(str) + ": " + claims["verdict"].astype(str)
    said.index = pd.MultiIndex.from_frame(claims[what].fillna("").astype(str))
    return Outcome(
        labels["qc"].astype(str).to_numpy(),
        labels["cluster"].to_numpy(),
        labels["population"].astype(str).to_numpy(),
        labels["probability"].to_numpy(),
        counts.set_index(["sample_id", "population"])["status"].astype(str),
        said,
    )


def compare(found: Outcome, unmoved: Outcome, truth: NDArray[np.str_]) -> dict[str, float]:
    """How a run differs from the unmoved program's, and its agreement with the truth."""
    statuses, n_statuses = _changed(found.status, unmoved.status)
    verdicts, n_verdicts = _changed(found.verdict, unmoved.verdict)
    differs = (found.cluster != unmoved.cluster) | (found.population != unmoved.population)
    return {
        "ari": adjusted_rand(crosstab(unmoved.cluster, found.cluster)),
        "f1": score(crosstab(truth, found.cluster)).f1,
        "unmoved_f1": score(crosstab(truth, unmoved.cluster)).f1,
        "clusters": int(found.cluster.max()) + 1,
        "qc": int((found.qc != unmoved.qc).sum()),
        "names": int((found.population != unmoved.population).sum()),
        "events": len(truth),
        "statuses": statuses,
        "of_statuses": n_statuses,
        "verdicts": verdicts,
        "of_verdicts": n_verdicts,
        "bits": int((differs | (found.probability.view("uint32") != unmoved.probability.view("uint32"))).sum()),
    }


def _changed(found: "pd.Series[str]", unmoved: "pd.Series[str]") -> tuple[int, int]:
    """Entries that say something else or stand on one side only, and how many the unmoved program has."""
    both = pd.concat(
        [
            found.groupby(level=found.index.names).agg("; ".join),
            unmoved.groupby(level=unmoved.index.names).agg("; ".join),
        ],
        axis=1,
    )
    return int((both.iloc[:, 0].fillna("") != both.iloc[:, 1].fillna("")).sum()), len(unmoved)


def _leave_out(kept: Path, *, use_kept: bool, salt: int) -> None:
    """No report, no AnnData and no stability of clusters: none of them bears on what is compared here.

    Labels do not depend on the seed of a run; ``salt`` draws others.
    """
    from anndata import AnnData

    engine = importlib.import_module("cytoclust.engine")
    importlib.import_module("cytoclust.engine._cluster_prototypes").cluster_prototypes.__kwdefaults__["salt"] = salt
    cluster_events = engine.cluster_events

    def quickly(source: Any, *args: Any, **options: Any) -> Any:
        if use_kept:
            labels, probability, n_clusters, joins, knows_tree = pickle.loads(kept.read_bytes())
            joins = [engine.Join(*join) for join in joins]
        else:
            found = cluster_events(source, *args, **options)
            labels, probability, n_clusters, joins = found.labels, found.probability, found.n_clusters, found.joins()
            knows_tree, plain = found.knows_tree, [tuple(join) for join in joins]
            kept.write_bytes(pickle.dumps((labels, probability, n_clusters, plain, knows_tree)))
        unknown = np.full(n_clusters, np.nan)
        return engine.Clustering(labels, probability, n_clusters, lambda: unknown, lambda: joins, knows_tree)

    engine.cluster_events = quickly
    AnnData.write_h5ad = lambda _, path: _write_nothing(path)
    report = ModuleType("cytoclust.report")  # in place of the real one, which need not be imported
    report.write = lambda _, path, **__: _write_nothing(path)  # type: ignore[attr-defined]
    sys.modules[report.__name__] = report


def _write_nothing(path: Path) -> None:
    Path(path).write_text("")


class _Silent:
    """Hears of progress, and shows none."""

    def stage(self, name: str, total: int) -> None:
        """Nothing."""

    def advance(self, events: int) -> None:
        """Nothing."""
