"""A simulated cohort with known truth, from FCS files to report, beside FlowSOM on the same events in the same run.

    python -m benchmarks.accept --seed 7 --write

What is asked: each MSC subtype of 200 events or more a cluster of its own with F1 of 0.8; less than 2 % of intact
cells and 5 % of intact MSCs lost to quality control; 80 % of doublets of unlike cells, debris, dead cells and clogs
caught; three times as fast as FlowSOM, which only clusters. Exit status 1 where one of them is missed.
"""

import argparse
import json
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import score
from benchmarks.measure import HERE, Measured, environment, measure
from cytoclust.datasets import load_truth
from cytoclust.io import read_labels

MARKERS = ("CD271", "CD31", "CD90", "CD45", "GD2", "CD34", "CD146", "CD105", "CD56", "CD73")  # all of the simulation's
LOST = {"intact cells": 0.02, "intact MSC": 0.05}
CAUGHT = {"doublets of unlike cells": 0.8, "debris": 0.8, "dead": 0.8, "clog": 0.8}
ABOUT_SIDES = (
    "Scores are over intact cells; clusters were made from all events (cytoclust: those that passed its quality "
    "control; intact cells that it set aside count as missed). cytoclust goes from FCS files to the report; FlowSOM "
    "(default estimator, 10 × 10, 30 metaclusters) reads, compensates, transforms with cofactor 150 and clusters. "
    "Both times hold the start of the process, imports and compilation. Other work on the machine moves wall times."
)
ABOUT_KINDS = (
    "F1 with junk counts doublets, debris and dead cells in the matched cluster as errors. The last column is the F1 "
    "of the population named so by the rules `msc`; empty where no cluster has that name (the rules name fewer kinds "
    "than there are). Cluster −1: no cluster is left for this kind."
)
MSC_EVENTS, MSC_F1, FASTER = 200, 0.8, 3.0


@dataclass(frozen=True)
class Contestant:
    """One program's cost, and its cluster of each event of the cohort."""

    name: str
    cost: Measured
    clusters: np.ndarray
    stages: dict[str, float]
    memory_mb: float
    version: str


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--events", type=int, default=150_000, help="events a sample")
    parser.add_argument("--seed", type=int, default=0, help="seed of the cohort")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="passed on to cytoclust run")
    parser.add_argument("--no-peer", action="store_true", help="leave FlowSOM out")
    parser.add_argument("--work", type=Path, help="keep the cohort and the outputs in this folder")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="folder of the peers' environments")
    parser.add_argument("--peer-python", default=sys.executable, help="makes the peer's environment; 3.11 or 3.12")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md instead of printing it")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    if args.work:
        args.work.mkdir(parents=True, exist_ok=True)
        return compare(args, args.work)
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        return compare(args, Path(folder))


def compare(args: argparse.Namespace, work: Path) -> int:
    """Simulate, run both, score, tell; 1 if something asked for is missed."""
    python = None if args.no_peer else environment("flowsom", cache=args.cache, python=args.peer_python)
    say(f"simulating {args.samples} samples of {args.events:,} events, seed {args.seed}")
    simulate = ["--samples", str(args.samples), "--events", str(args.events), "--seed", str(args.seed)]
    measure([*cytoclust(), "simulate", str(work / "cohort"), *simulate], log=work / "simulate.log")
    truth = load_truth(work / "cohort")

    say("cytoclust run")
    ours, labels = run_cytoclust(work, list(truth["sample_id"].cat.categories), args.set)
    both = [ours]
    if python:
        say("FlowSOM")
        both.append(run_flowsom(python, work, list(truth["sample_id"].cat.categories)))

    say("scoring")
    asked, tables = judge(truth, labels, both)
    text = render(args, both, asked, tables, truth)
    if args.write:
        (HERE / "RESULTS.md").write_text(text)
        say(f"wrote {HERE / 'RESULTS.md'}")
    else:
        print(text)
    return int(not asked["met"].all())


def cytoclust() -> list[str]:
    return [sys.executable, "-m", "cytoclust.cli"]


def run_cytoclust(work: Path, samples: list[str], settings: list[str]) -> tuple[Contestant, pd.DataFrame]:
    """The whole path, and its labels of all samples."""
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    options = [option for setting in settings for option in ("--set", setting)]
    sheet = str(work / "cohort" / "samples.csv")
    cost = measure([*cytoclust(), "run", sheet, "-o", str(out), "--rules", "msc", *options], log=work / "run.log")
    labels = pd.concat([read_labels(out / "labels" / f"{sample}.parquet") for sample in samples], ignore_index=True)
    told = json.loads((out / "run.json").read_text())
    used = {channel["name"] for channel in told["panel"] if channel["role"] == "clustering"}
    if used != set(MARKERS):
        say(f"warning: cytoclust clustered on {', '.join(sorted(used))}, FlowSOM on {', '.join(sorted(MARKERS))}")
    version = f"cytoclust {told['cytoclust']}, Python {told['python']}, NumPy {told['packages']['numpy']}"
    clusters = labels["cluster"].to_numpy()
    return Contestant("cytoclust", cost, clusters, told["seconds"], cost.memory_mb, version), labels


def run_flowsom(python: Path, work: Path, samples: list[str]) -> Contestant:
    out = work / "flowsom"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    script = [str(python), str(HERE / "peers" / "flowsom_run.py"), str(work / "cohort" / "samples.csv"), str(out)]
    cost = measure([*script, "--markers", ",".join(MARKERS)], log=work / "flowsom.log")
    told = json.loads((out / "result.json").read_text())
    clusters = np.concatenate([np.load(out / "labels" / f"{sample}.npy") for sample in samples])
    versions = ", ".join(f"{name} {number}" for name, number in told["versions"].items())
    return Contestant("FlowSOM", cost, clusters, told["seconds"], max(cost.memory_mb, told["peak_memory_mb"]), versions)


def judge(
    truth: pd.DataFrame, labels: pd.DataFrame, both: list[Contestant]
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """What was asked and found, and the tables that show it."""
    intact = (truth["state"] == "intact").to_numpy()
    kinds = truth["kind"].astype(str).to_numpy()
    matched = {each.name: score.match(kinds[intact], each.clusters[intact]) for each in both}
    named = score.name_scores(kinds[intact], labels["population"].astype(str).to_numpy()[intact])
    strict = score.match(np.where(intact, kinds, "no intact cell"), labels["cluster"])
    tables = {
        "summary": summary(kinds[intact], both, intact, matched),
        "quality": score.quality(truth, labels["qc"]),
        "kinds": kind_table(matched, named, strict),
        "stages": pd.concat({each.name: pd.Series(each.stages, name="seconds") for each in both}),
    }
    return asked_for(tables["quality"], matched["cytoclust"], both), tables


def summary(kinds: np.ndarray, both: list[Contestant], intact: np.ndarray, matched: dict) -> pd.DataFrame:
    columns = {}
    for each in both:
        columns[each.name] = {
            "mean F1 over kinds (one to one)": f"{matched[each.name]['f1'].mean():.3f}",
            "adjusted Rand index": f"{score.adjusted_rand(kinds, each.clusters[intact]):.3f}",
            "clusters": f"{len(set(np.unique(each.clusters)) - {score.NO_CLUSTER})}",
            "wall seconds, whole process": f"{each.cost.seconds:.1f}",
            "CPU seconds": f"{each.cost.cpu_seconds:.1f}",
            "peak resident memory, MB": f"{each.memory_mb:.0f}",
            "load average when it started": f"{each.cost.load:.1f}",
        }
    return pd.DataFrame(columns)


def kind_table(matched: dict[str, pd.DataFrame], named: pd.DataFrame, strict: pd.DataFrame) -> pd.DataFrame:
    """Scores of each kind, rarest first."""
    table = pd.DataFrame({"events": matched["cytoclust"]["n"]})
    for name, scores in matched.items():
        table[f"{name} F1"] = scores["f1"]
    for column in ("precision", "recall", "cluster"):
        table[f"cytoclust {column}"] = matched["cytoclust"][column]
    table["cytoclust F1 with junk"] = strict["f1"]
    table["F1 of the name"] = named["f1"].where(named["n_named"] > 0)
    return table.sort_values("events")


def asked_for(quality: pd.DataFrame, matched: pd.DataFrame, both: list[Contestant]) -> pd.DataFrame:
    """One row for each thing asked for: the bound, what was found, whether it is met."""
    rows = []
    for name, row in matched[matched.index.str.startswith("MSC")].iterrows():
        if row["n"] >= MSC_EVENTS:
            rows.append(
                (f"F1 of {name} ({row['n']:.0f} events)", f"≥ {MSC_F1}", f"{row['f1']:.3f}", row["f1"] >= MSC_F1)
            )
    for name, bound in LOST.items():
        lost = quality.at[name, "share"]
        rows.append((f"{name} lost", f"< {bound:.0%}", f"{lost:.2%}", lost < bound))
    for name, bound in CAUGHT.items():
        caught = quality.at[name, "share"]
        rows.append((f"{name} caught", f"≥ {bound:.0%}", f"{caught:.2%}", caught >= bound))
    if len(both) > 1:
        ratio = both[1].cost.seconds / both[0].cost.seconds
        rows.append(("times as fast as FlowSOM", f"≥ {FASTER:g}", f"{ratio:.2f}", ratio >= FASTER))
    return pd.DataFrame(rows, columns=["asked", "bound", "found", "met"])


def render(
    args: argparse.Namespace,
    both: list[Contestant],
    asked: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    truth: pd.DataFrame,
) -> str:
    """The page."""
    command = shlex.join(["python", "-m", "benchmarks.accept", *sys.argv[1:]])
    intact = truth.loc[truth["state"] == "intact", "kind"]
    stages = tables["stages"].map("{:.2f}".format).rename_axis(["program", "stage"]).reset_index().set_index("program")
    lines = [
        "# Acceptance on a simulated cohort",
        f"`{command}`: {args.samples} samples, {len(truth):,} events, {len(intact):,} of them intact cells of "
        f"{intact.nunique()} kinds; cohort seed {args.seed}. "
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}.",
        "\n".join(f"- {each.version}" for each in both),
        "## Asked and found",
        markdown(asked.assign(met=asked["met"].map({True: "yes", False: "**no**"})).set_index("asked")),
        "## Side by side",
        ABOUT_SIDES,
        markdown(tables["summary"]),
        ratios(*both) if len(both) > 1 else "FlowSOM was left out.",
        "## Quality control",
        "Set aside, whatever the reason given.",
        markdown(tables["quality"].assign(share=tables["quality"]["share"].map("{:.2%}".format))),
        "## Kinds",
        ABOUT_KINDS,
        markdown(tables["kinds"].apply(lambda column: column.map(cell_format(column.name)))),
        "## Seconds of each stage",
        markdown(stages),
    ]
    return "\n\n".join(lines) + "\n"


def ratios(ours: Contestant, peer: Contestant) -> str:
    """How many times more the peer needs."""
    fit, clustering = peer.stages["fit"], ours.stages["clustering"]
    return (
        f"{peer.name} needs {peer.cost.seconds / ours.cost.seconds:.2f} times the wall time, "
        f"{peer.cost.cpu_seconds / ours.cost.cpu_seconds:.2f} times the CPU time and "
        f"{peer.memory_mb / ours.memory_mb:.2f} times the memory of {ours.name}. Its fit alone takes "
        f"{fit / ours.cost.seconds:.2f} times as long as the whole path of {ours.name}, and "
        f"{fit / clustering:.2f} times as long as its clustering stage."
    )


def cell_format(column: str) -> Callable[[float], str]:
    """How the numbers of a column of the kinds' table are written."""
    form = "{:.0f}" if column in ("events", "cytoclust cluster") else "{:.3f}"
    return lambda value: "" if pd.isna(value) else form.format(value)


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, its index first."""
    header = [table.index.name or "", *map(str, table.columns)]
    rows = [[str(index), *map(str, row)] for index, row in zip(table.index, table.to_numpy(), strict=True)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows])


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
