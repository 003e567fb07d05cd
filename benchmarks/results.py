"""The page of results; pure."""

import numpy as np
import pandas as pd

from benchmarks.datasets import RARE, SAMPLES
from benchmarks.methods import METHODS
from benchmarks.page import markdown, number
from benchmarks.quality import BOUND, Row
from benchmarks.rare import render as render_rare
from benchmarks.speed import BATCH, FLOWSOM, Speed
from benchmarks.speed import render as render_speed

__all__ = ["asked", "render"]

OURS = "cytoclust"
SLOW = max(method.most_events or 0 for method in METHODS)
BEST = ("FlowSOM, best", "FlowSOM batch, best")
ABOUT = """\
All methods get the same numbers (compensated and transformed by cytoclust, float32) and their defaults. **F1**:
mean over kinds of the F1 of each kind's own cluster, assigned one to one (Hungarian; Weber & Robinson 2016), mean
over algorithm seeds, and that of the worst seed. **Merged F1**: after each cluster took the name of the kind that
most of its events are: what naming could reach. **ARI**: adjusted Rand index. **Stability**: ARI between the
labels of two seeds, mean over pairs. **Time** and **memory** are those of the peer's fit, per event, divided by
ours; a time is given only where both were measured in this run. *FlowSOM, 30* has 30 metaclusters. *FlowSOM, best*
has the number, of 5 to 60, that gives the highest F1: a choice by the truth, in FlowSOM's favour. *truth known* is
no method: normal distributions fitted to the true kinds, and each event given to the likeliest; where kinds
overlap, no clustering can be expected to be better."""
ABOUT_DATA = f"""\
- `ff`: gated mouse spleen; events in no gate are clustered and not scored. Where `../shared/data` is.
- `marrow-deep-<seed>`, `marrow-shallow-<seed>`: cohorts of `cytoclust simulate`, {SAMPLES} samples of 150,000 and
  of 15,000 events, as they leave our quality control; only intact cells are scored, while the doublets, debris and
  dead cells left are clustered with them.
- `cytomulate`, `cytomulate-paths`: Cytomulate's creation mode, 20 types × 20 markers; with differentiation paths,
  cells lie between their type and its descendants. A simulator of other authors. (cytodatagen of the package index
  asks for Python 3.12, and is left out.)
- `gaussians`, `elongated`, `ratio` (10⁶ to 10 events), `continuum` (the path's cells are not scored, its two ends
  are to be kept apart), `batches` (six, with shifts): `benchmarks/shapes.py`.
- `one-…`: one population each; the right number of clusters is 1.

Peers get only the first cohort of each depth. PARC, PhenoGraph and scanpy get a random {SLOW:,} events of larger data:
what they find of rare kinds is what is left of them in so few events, and a kind of which none is left is not scored,
in their favour."""
ABOUT_RARE = """\
Populations planted among 10⁶ events, each beside a large population from which it differs in one or two markers,
by seven of its spreads. Recall and precision of the best matching cluster, mean over four backgrounds and (worst);
*best* takes the best number of metaclusters for each planted population."""


def render(rows: list[Row], found: pd.DataFrame, speed: Speed, *, machine: str, seed: int) -> str:
    """Everything, in Markdown."""
    bars = asked(rows, found, speed)
    lines = [
        "# Benchmarks",
        f"`python -m benchmarks --seed {seed}` (`make bench`); {machine}. Default settings throughout. From files to "
        "report, with quality control and names: [ACCEPTANCE.md](ACCEPTANCE.md).",
        "## Asked and found",
        markdown(bars.assign(met=bars["met"].map({True: "yes", False: "**no**"})).set_index("asked")),
        "## Quality",
        ABOUT,
        ABOUT_DATA,
        "![mean F1](quality.png)",
        markdown(_quality(rows)),
        _absent(rows),
        _versions(rows),
        f"### Rare kinds\n\nF1 of each kind with less than {RARE:.1%} of the scored events.",
        markdown(_rare_kinds(rows)),
        "## Rare-cell curve",
        ABOUT_RARE,
        "![rare-cell curve](rare.png)",
        render_rare(found),
        "## Time and memory until labels",
        render_speed(speed),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def asked(rows: list[Row], found: pd.DataFrame, speed: Speed) -> pd.DataFrame:
    """What is asked of the engine, one row each: bound, found, met."""
    ours = {row.data: row for row in rows if row.method == OURS and row.scores}
    peers = {name: _best_peer(rows, name) for name in ours}
    compared = [name for name, row in ours.items() if row.kinds > 1 and np.isfinite(peers[name])]
    ahead = [name for name in compared if ours[name].mean("f1") > peers[name]]
    out = [
        _bar("times as fast as FlowSOM, files to labels", speed.ratio(FLOWSOM), 10),
        _bar("times as fast as its batch estimator", speed.ratio(BATCH), 3),
        _bar("times as fast as scanpy's kNN-Leiden, scaled to the cohort", speed.scanpy_scaled, 100),
        _bar("times as fast as scanpy's kNN-Leiden, same array, fit alone", speed.scanpy_ratio, 100),
        _bar("times the floor, files to labels", speed.over_floor, 2, least=False),
        (
            "data sets with higher F1 than FlowSOM's best",
            "all",
            f"{len(ahead)} of {len(compared)}",
            len(ahead) == len(compared),
        ),
    ]
    if "ff" in ours:
        out.append(_bar("`ff`: mean F1", ours["ff"].mean("f1"), 0.95))
        out.append(_bar("`ff`: F1 of the worst seed", min(each.f1 for each in ours["ff"].scores), 0.92))
    cohorts = [row for name, row in ours.items() if name.startswith("marrow-deep")]
    if cohorts:
        out.append(_bar("deep cohorts: mean F1", float(np.mean([row.mean("f1") for row in cohorts])), 0.90))
        out.append(_bar("deep cohorts: ARI", float(np.mean([row.mean("ari") for row in cohorts])), 0.93))
        each = [row.mean("clusters") / row.kinds for row in cohorts]
        out.append(_bar("deep cohorts: clusters for a true kind, at most", max(each), 1.5, least=False))
        out.append(_bar("deep cohorts: least F1 of an MSC subtype of 200 events", _least_msc(cohorts), 0.9))
    spread = [max(abs(each.clusters / row.mean("clusters") - 1) for each in row.scores) for row in ours.values()]
    out.append(_bar("number of clusters over algorithm seeds: largest deviation", max(spread), 0.1, least=False))
    out.append(
        _bar("ARI between algorithm seeds: least of all data sets", min(row.stability for row in ours.values()), 0.98)
    )
    single = [max(each.clusters for each in row.scores) for row in ours.values() if row.kinds == 1]
    if single:
        out.append(_bar("clusters where there is one population, at most", max(single), 1, least=False))
    fifty = found[(found["method"] == OURS) & (found["events"] == 50)]
    for score in ("recall", "precision"):
        worst = fifty.groupby("markers")[score].mean().min()
        out.append(_bar(f"planted population of 50 in 10⁶: mean {score}, worse of one and two markers", worst, 0.9))
    return pd.DataFrame(out, columns=["asked", "bound", "found", "met"])


def _bar(what: str, value: float, bound: float, *, least: bool = True) -> tuple[str, str, str, bool]:
    return what, f"{'≥' if least else '≤'} {bound:g}", f"{value:.3g}", bool(value >= bound if least else value <= bound)


def _best_peer(rows: list[Row], name: str) -> float:
    """Mean F1 of the better of FlowSOM's two estimators, each with its best number of metaclusters."""
    return max(
        (row.mean("f1") for row in rows if row.data == name and row.method in BEST and row.scores), default=np.nan
    )


def _least_msc(cohorts: list[Row]) -> float:
    """The least F1 of an MSC subtype that has 200 events in a cohort, over cohorts and seeds."""
    every = [kind for row in cohorts for each in row.scores for kind in each.kinds.items()]
    return min((kind["f1"] for name, kind in every if name.startswith("MSC") and kind["n"] >= 200), default=np.nan)


def _quality(rows: list[Row]) -> pd.DataFrame:
    ours = {row.data: row for row in rows if row.method == OURS and row.scores}
    lines = []
    for row in rows:
        if not row.scores:
            continue
        seconds = memory = np.nan
        if row.data in ours and row.method not in (OURS, BOUND):
            mine = ours[row.data]
            memory = row.memory_mb / mine.memory_mb
            if not row.from_cache:
                seconds = (row.seconds / row.events) / (mine.seconds / mine.events)
        lines.append({
            "data set": row.data,
            "method": f"**{row.method}**" if row.method == OURS else row.method,
            "events": f"{row.events:,}",
            "F1": number(row.mean("f1")),
            "worst seed": number(min(each.f1 for each in row.scores)) if len(row.scores) > 1 else "",
            "merged F1": number(row.mean("merged_f1")),
            "ARI": number(row.mean("ari")),
            "clusters": ", ".join(str(each.clusters) for each in row.scores),
            "per kind": number(row.mean("clusters") / row.kinds, ".2f"),
            "stability": number(row.stability),
            "time": number(seconds, ".1f"),
            "memory": number(memory, ".1f"),
        })  # fmt: skip
    return pd.DataFrame(lines).set_index("data set")


def _absent(rows: list[Row]) -> str:
    """What could not be run, and why."""
    notes = [f"- {row.data}{', ' if row.method else ''}{row.method}: {row.note}" for row in rows if row.note]
    return "Not run:\n\n" + "\n".join(notes) if notes else "Every peer ran on every data set that is meant for it."


def _versions(rows: list[Row]) -> str:
    """Packages of each method."""
    told = {row.method.partition(",")[0]: row.versions for row in rows if row.versions}
    return "\n".join(f"- {method}: {versions}" for method, versions in told.items())


def _rare_kinds(rows: list[Row]) -> pd.DataFrame:
    """By data set and kind, the methods that got all events."""
    shown = [BOUND, OURS, "FlowSOM, 30", *BEST]
    lines = []
    for mine in (row for row in rows if row.method == OURS and row.kinds > 1):
        others = {row.method: row for row in rows if row.data == mine.data and row.method in shown}
        for kind in sorted(mine.rare, key=lambda name: mine.scores[0].kinds[name]["n"]):
            told = {"data set": mine.data, "kind": kind, "events": f"{mine.scores[0].kinds[kind]['n']:.0f}"}
            lines.append(told | {name: number(others[name].kind(kind)) if name in others else "" for name in shown})
    return pd.DataFrame(lines).set_index("data set")
