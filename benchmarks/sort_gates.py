"""Sort gates on simulated cohorts: what they promise, and what they do in patients that nothing was learned from.

    python -m benchmarks.sort_gates FOLDER [--seeds 20] [--first 5100]

Each cohort has twelve patients that gates are learned from and measured on, and six further ones. All are run
together, so that the further ones have labels; gates know nothing of them. Beside what ``export.gates`` makes stand two
baselines, written from the papers' ideas: one threshold a side and channel (as Becht et al. 2019 do in hypergate), and
convex hulls of the population without its outermost events, a pair of channels after the other (as Aghaeepour et al.
2018 do in GateFinder).
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
from benchmarks.measure import HERE
from benchmarks.page import markdown, number
from cytoclust import keys
from cytoclust.datasets import SampleDesign, simulate
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.gating import SortStep, split_patients
from cytoclust.io.gates import Gate as SortGate
from cytoclust.pipeline._finished import open_finished
from cytoclust.pipeline._labelled import LabelledCohort
from cytoclust.pipeline.export._gate_pairs import gate_pairs
from cytoclust.pipeline.export._sort_gates import sort_gates

POPULATIONS = ("MSC CD146+CD271-", "MSC", "endothelial")
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


@dataclass(frozen=True, eq=False)
class Events:
    """Events of some samples on the axes of gates, with what the run calls them and what they are."""

    values: NDArray[np.float32]
    sample: NDArray[np.intp]
    label: NDArray[np.object_]
    truth: NDArray[np.object_]

    def take(self, rows: NDArray[np.bool_]) -> "Events":
        """Some of them."""
        return Events(self.values[rows], self.sample[rows], self.label[rows], self.truth[rows])


Gate = Callable[[NDArray[np.float32]], NDArray[np.bool_]]


def read(cohort: LabelledCohort, truth: Path) -> Events:
    """Every event of all files that is judged."""
    values, number, label, kinds = [], [], [], []
    for at, sample in enumerate(cohort.samples):
        told = pd.read_parquet(truth / f"{sample.sample_id}.parquet")
        kind = np.where(told["state"] == "intact", told["kind"].astype(str), "no intact cell")
        for block, linear in sample.blocks():
            judged = np.array(keys.QC)[block.qc] != "time"
            places = [axis.coordinates(linear[judged, i]) for i, axis in enumerate(cohort.axes)]
            values.append(np.column_stack(places).astype(np.float32))
            number.append(np.full(judged.sum(), at))
            label.append(np.array(block.populations, dtype=object)[block.population[judged]])
            kinds.append(kind[block.start : block.stop][judged])
    return Events(*(np.concatenate(each) for each in (values, number, label, kinds)))


def is_of(names: NDArray[np.object_], population: str) -> NDArray[np.bool_]:
    """Of the population or of one under it, which bears its name first."""
    return np.array([name == population or name.startswith(f"{population} ") for name in np.unique(names)])[
        np.unique(names, return_inverse=True)[1]
    ]


def of_ours(gates: Sequence[SortGate], cohort: LabelledCohort) -> Gate:
    """All of a population's gates."""
    place = {axis.channel: at for at, axis in enumerate(cohort.axes)}
    return lambda values: np.all(
        [gate.holds(values[:, [place[axis.channel] for axis in gate.axes]]) for gate in gates], axis=0
    )


def thresholds(values: NDArray[np.float32], target: NDArray[np.bool_]) -> Gate:
    """One threshold a side and channel, each added where it raises F most, until none does (as hypergate)."""
    rows, chosen, best = np.arange(len(values)), [], 0.0
    total = target.sum()
    while True:
        found = (best, None)
        for axis in range(values.shape[1]):
            for side in (1, -1):
                order = rows[np.argsort(side * values[rows, axis], kind="stable")][::-1]
                hits = np.cumsum(target[order])
                f = 2 * hits / (total + np.arange(1, len(order) + 1))
                f[~target[order]] = 0  # thresholds are values of the population
                at = int(np.argmax(f))
                if f[at] > found[0] + 1e-3:
                    found = (f[at], (axis, side, values[order[at], axis]))
        if found[1] is None:
            break
        best = found[0]
        chosen.append(found[1])
        axis, side, cut = found[1]
        rows = rows[side * values[rows, axis] >= side * cut]
    return lambda points: np.all([side * points[:, axis] >= side * cut for axis, side, cut in chosen], axis=0)


def hulls(values: NDArray[np.float32], target: NDArray[np.bool_]) -> Gate:
    """Two convex hulls of the population but its outermost 5 %, each on the pair that raises F most (as GateFinder)."""
    inside, chosen, best, used = np.ones(len(values), dtype=bool), [], 0.0, set()
    for _ in range(2):
        found = (best, None, None)
        for pair in combinations(range(values.shape[1]), 2):
            if used & set(pair):
                continue
            own = values[target & inside][:, list(pair)].astype(float)
            middle = np.median(own, axis=0)
            inverse = np.linalg.pinv(np.cov(own, rowvar=False))
            far = np.einsum("ij,jk,ik->i", own - middle, inverse, own - middle)
            hull = ConvexHull(own[far <= np.quantile(far, 0.95)])
            step = SortStep("", *pair, hull.points[hull.vertices])
            held = inside.copy()
            held[inside] = step.holds(values[inside])
            f = 2 * (held & target).sum() / (held.sum() + target.sum())
            if f > found[0] + 1e-3:
                found = (f, step, held)
        if found[1] is None:
            break
        best, step, inside = found
        used |= {step.x, step.y}
        chosen.append(step)
    return lambda points: np.all([step.holds(points) for step in chosen], axis=0)


def told(events: Events, gate: Gate, population: str) -> dict[str, float]:
    """Yield and purity by labels and by truth; of samples that have the population."""
    held = gate(events.values)
    row = {}
    for name, what in (("label", events.label), ("truth", events.truth)):
        target = is_of(what, population)
        has = np.isin(events.sample, np.unique(events.sample[target]))
        row[f"n_{name}"] = int(target.sum())
        row[f"gated_{name}"] = int((held & has).sum())
        row[f"yield_{name}"] = (held & target).sum() / max(target.sum(), 1)
        row[f"purity_{name}"] = (held & target).sum() / max((held & has).sum(), 1)
    return row


def judge(folder: Path, seed: int) -> list[dict[str, object]]:
    """A row a population and method."""
    cohort = open_finished(make(folder, seed), Threads(1))
    events = read(cohort, folder / f"sim{seed}" / "truth")
    learn = replace(cohort, samples=cohort.samples[:LEARN])
    parents = [(name, "MSC") for name in cohort.populations if name.startswith("MSC ")]
    further = events.take(events.sample >= LEARN)
    pairs = gate_pairs(cohort.panel, viability="auto")
    rows: list[dict[str, object]] = []
    for population in POPULATIONS:
        begin = time.process_time()
        try:
            made = sort_gates(learn, [population], parents=parents)
        except InputError as error:
            print(seed, error)
            continue
        seconds = time.process_time() - begin
        last = made.tables["gates"].iloc[-1]
        row = {"seed": seed, "population": population, "method": "cytoclust", "seconds": seconds, "steps": last["step"]}
        promised = ("yield", "yield_low", "yield_high", "purity", "purity_low", "purity_high", "n_targets", "n_samples")
        rows.append(
            row | last[list(promised)].to_dict() | told(further, of_ours(made.gates[population], cohort), population)
        )
        own = {each.sample_id: int(n) for each, n in zip(learn.samples, _sizes(events, population), strict=True)}
        learned, _ = split_patients({each.sample.patient_id: own[each.sample_id] for each in learn.samples})
        mine = np.flatnonzero([each.sample.patient_id in learned for each in learn.samples])
        given = events.take(np.isin(events.sample, mine))
        target = is_of(given.label, population)
        for method, way in (("thresholds", thresholds), ("hulls", hulls)):
            begin = time.process_time()
            gate = on_columns(way(given.values[:, pairs.columns], target), pairs.columns)
            row = {"seed": seed, "population": population, "method": method, "seconds": time.process_time() - begin}
            rows.append(row | told(further, gate, population))
    return rows


def on_columns(gate: Gate, columns: Sequence[int]) -> Gate:
    """A gate that was learned on some columns."""
    return lambda values: gate(values[:, list(columns)])


def _sizes(events: Events, population: str) -> NDArray[np.int64]:
    return np.bincount(events.sample[is_of(events.label, population)], minlength=LEARN + FURTHER)[:LEARN]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Medians, and how often what further patients show lies in the interval."""
    found = []
    for (population, method), mine in rows.groupby(["population", "method"], sort=False):
        row = {"population": population, "method": method, "cohorts": len(mine), "seconds": mine["seconds"].median()}
        for what in ("yield", "purity"):
            for by in ("label", "truth"):
                row[f"{what}_{by}"] = mine[f"{what}_{by}"].median()
                row[f"{what}_{by}_worst"] = mine[f"{what}_{by}"].min()
                if method == "cytoclust":
                    row |= _held(mine[mine[f"{what}_low"].notna()], what, by)
        found.append(row)
    return pd.DataFrame(found)


def _held(known: pd.DataFrame, what: str, by: str) -> dict[str, str]:
    """How often what further patients show is in the interval, and how often not below it, to half an event."""
    half = 0.5 / known[f"n_{by}" if what == "yield" else f"gated_{by}"].clip(lower=1)
    found = known[f"{what}_{by}"]
    above = found + half >= known[f"{what}_low"]
    inside = above & (found - half <= known[f"{what}_high"])
    return {
        f"{what}_{by}_inside": f"{inside.sum()} of {len(known)}",
        f"{what}_{by}_not_below": f"{above.sum()} of {len(known)}",
    }


ABOUT = (
    f"{LEARN} patients that gates are learned from and measured on, and {FURTHER} further ones; {EVENTS:,} events "
    f"each, stroma {ENRICH:g} times as frequent as in marrow. Below: what the gates do in the *further* patients, all "
    "of whose events count, dead cells, doublets and debris too. Median of the cohorts, and in brackets the worst. "
    "Labels are those of the run, truth is that of the simulation. The baselines are written from the ideas of "
    "hypergate (one threshold a side and channel) and GateFinder (convex hulls of the population but its outermost "
    "5 %); they are not those programs. Seconds are of one core, with reading for `cytoclust`."
)
ABOUT_LIMITS = (
    "How often what the further patients show lies in the 95 % interval that was stated, to half an event, and how "
    "often it does not lie below it. By truth, yields lie above it where quality control set good cells aside: better "
    "than stated."
)


def page(rows: pd.DataFrame, asked: str) -> str:
    """What was measured, in Markdown."""
    table = summary(rows)

    def cells(column: str) -> list[str]:
        pairs = zip(table[column], table[f"{column}_worst"], strict=True)
        return [f"{number(middle)} ({number(worst)})" for middle, worst in pairs]

    first = pd.DataFrame(
        {
            "cohorts": table["cohorts"].astype(str).to_numpy(),
            **{f"{what}, {by}": cells(f"{what}_{by}") for by in ("label", "truth") for what in ("yield", "purity")},
            "seconds": [number(each, ".1f") for each in table["seconds"]],
        },
        index=pd.Index(table["population"] + ", " + table["method"], name="population, method"),
    )
    ours = table[table["method"] == "cytoclust"].set_index("population")
    held = ours[[name for name in ours if name.endswith(("_inside", "_not_below"))]]
    held = held.rename(columns=lambda name: name.replace("_", " "))
    title = f"# Gates for a sorter\n\n`{asked}`: {ABOUT}"
    return "\n\n".join([title, markdown(first), ABOUT_LIMITS, markdown(held)]) + "\n"


def main() -> None:
    """Judge the cohorts, write every row to ``sort_gates.csv`` and the summary to ``SORT_GATES.md``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=5100)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    for seed in range(asked.first, asked.first + asked.seeds):
        rows += judge(asked.folder, seed)
        table = pd.DataFrame(rows)
        table.to_csv(asked.folder / "sort_gates.csv", index=False)
        print(seed, flush=True)
    told = page(table, f"python -m benchmarks.sort_gates FOLDER --seeds {asked.seeds} --first {asked.first}")
    (HERE / "SORT_GATES.md").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
