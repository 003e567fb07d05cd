"""The tables that ``compare`` writes, from counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.comparison._halves import halves
from cytoclust.comparison._held import GateCounts
from cytoclust.comparison._match import Match, Populations
from cytoclust.findings import Finding, to_cell
from cytoclust.stats import Overlap, best_union, count_agreement, overlap, pooled_overlap
from cytoclust.tables import TABLES

__all__ = ["gate_clusters", "gate_overlap", "gate_rules", "gates_read", "usable_paths"]

CONFIDENCE: Final = 0.95
"""Of every interval. Convention: 95 %."""


def usable_paths(counted: Sequence[GateCounts]) -> list[str]:
    """Paths of the gates that can be used in some sample, in the order of the file."""
    return list(dict.fromkeys(gate.path for each in counted for gate in each.gates if gate.usable))


def gates_read(source: str, counted: Sequence[GateCounts]) -> pd.DataFrame:
    """``tables/gates_read.csv``."""
    rows: list[dict[str, Any]] = []
    for each in counted:
        first = {"source": source, keys.SAMPLE: each.sample.sample_id}
        rows += [
            first
            | {
                keys.GATE: gate.name,
                "path": gate.path,
                "kind": gate.kind,
                keys.N_EVENTS: None if gate.status == "not supported" else gate.n_events,
                "n_stored": gate.n_stored,
                "difference": None
                if gate.n_stored is None or gate.status == "not supported"
                else gate.n_events - gate.n_stored,
                keys.STATUS: gate.status,
                keys.REASON: to_cell([*gate.reason, *each.notes]),
            }
            for gate in each.gates
        ]
        if not each.gates:
            blank = {keys.GATE: "", "path": "", "kind": "", keys.N_EVENTS: None, "n_stored": None, "difference": None}
            why = [each.why] if each.why else []
            rows.append(first | blank | {keys.STATUS: "not supported", keys.REASON: to_cell(why)})
    return _table("gates_read", rows)


def gate_overlap(
    counted: Sequence[GateCounts], populations: Populations, matches: Mapping[str, Match]
) -> pd.DataFrame:  # fmt: skip
    """``tables/gate_overlap.csv``."""
    rows = []
    for each in counted:
        sizes = populations.holds @ each.sizes
        for at, gate in _usable(each):
            shared = populations.holds @ each.inside[at]
            matched = matches.get(gate.path)
            for number, name in enumerate(populations.names):
                if not (shared[number] or (matched and matched.population == name)):
                    continue
                both, size = int(shared[number]), int(sizes[number])
                alike = overlap(gate.n_events, size, both, confidence=CONFIDENCE)
                rows.append(
                    {
                        keys.SAMPLE: each.sample.sample_id,
                        keys.GATE: gate.path,
                        keys.POPULATION: name,
                        "n_gate": gate.n_events,
                        "n_population": size,
                        "n_both": both,
                        "n_aside": int(each.aside[at].sum() - each.aside[at][keys.QC_OK]),
                    }
                    | _rates(alike, keys.CI_LOW, keys.CI_HIGH)
                )
    return _table("gate_overlap", rows)


def gate_clusters(counted: Sequence[GateCounts]) -> pd.DataFrame:
    """``tables/gate_clusters.csv``."""
    rows = []
    for path in usable_paths(counted):
        mine = [(each, at) for each in counted for at, gate in _usable(each) if gate.path == path]
        groups = {each.patient: each.sample.group or "" for each, _ in mine}
        first, second = halves(groups)
        aside = sum(int(each.aside[at].sum() - each.aside[at][keys.QC_OK]) for each, at in mine)
        for half, chosen_by, judged_by in (
            ("first", first, second), ("second", second, first), ("all", first | second, frozenset[str]()),
        ):  # fmt: skip
            if chosen_by and (judged_by or half == "all"):
                row = {keys.GATE: path, "half": half} | _union(mine, chosen_by, judged_by)
                notes = [Finding("gate one patient")] if len(groups) == 1 else []
                notes += [] if row["n_clusters"] else [Finding("gate empty")]
                rows.append(row | {"n_aside": aside, keys.NOTE: to_cell(notes)})
    return _table("gate_clusters", rows)


def _union(
    mine: Sequence[tuple[GateCounts, int]], chosen_by: frozenset[str], judged_by: frozenset[str]
) -> dict[str, Any]:
    """The best union of clusters in some patients, and how it does in others."""
    learnt = [(each, at) for each, at in mine if each.patient in chosen_by]
    inside = np.sum([each.inside[at] for each, at in learnt], axis=0)
    sizes = np.sum([each.sizes for each, _ in learnt], axis=0)
    total = sum(each.gates[at].n_events for each, at in learnt)
    union = best_union(inside.astype(float), sizes.astype(float), float(total))
    seen = pooled_overlap([total], [sizes[union].sum()], [inside[union].sum()], confidence=CONFIDENCE)
    told = {
        "clusters": ", ".join(map(str, union)),
        "n_clusters": len(union),
        "n_chosen_by": len(chosen_by),
        "f1_chosen_by": float(seen.f1),
        "n_judged_by": len(judged_by),
    }
    patients = sorted(judged_by)
    counts = np.zeros((3, len(patients)))
    for each, at in mine:
        if each.patient in judged_by:
            both, size = each.inside[at][union].sum(), each.sizes[union].sum()
            counts[:, patients.index(each.patient)] += (each.gates[at].n_events, size, both)
    return told | _rates(pooled_overlap(*counts, confidence=CONFIDENCE), keys.CI_LOW, keys.CI_HIGH)


def gate_rules(
    counted: Sequence[GateCounts], populations: Populations, matches: Mapping[str, Match]
) -> pd.DataFrame:  # fmt: skip
    """``tables/gate_rules.csv``."""
    rows = []
    for path in usable_paths(counted):
        mine = [(each, at) for each in counted for at, gate in _usable(each) if gate.path == path]
        match = matches.get(path)
        holds = np.zeros(len(populations.of_cluster), dtype=bool)
        if match:
            holds = populations.holds[populations.names.index(match.population)]
        patients = [each.patient for each, _ in mine]
        counts = np.array(
            [(each.gates[at].n_events, each.sizes[holds].sum(), each.inside[at][holds].sum()) for each, at in mine],
            dtype=np.int64,
        )
        by_patient = pd.DataFrame(counts).groupby(np.array(patients, dtype=object)).sum().to_numpy()
        row: dict[str, Any] = {
            keys.GATE: path,
            keys.POPULATION: match.population if match else "",
            "matched_by": match.by if match else "",
            "n_samples": len(mine),
            "n_patients": len(set(patients)),
        }
        row |= dict(zip(("n_gate", "n_population", "n_both"), counts.sum(axis=0).tolist(), strict=True))
        rates = _rates(pooled_overlap(*by_patient.T, confidence=CONFIDENCE), "f1_low", "f1_high")
        row |= dict.fromkeys(rates, np.nan) if match is None else rates
        agreed = count_agreement(
            counts[:, 1],
            counts[:, 0],
            totals=[each.total for each, _ in mine],
            patients=patients,
            confidence=CONFIDENCE,
        )
        row |= dict.fromkeys(vars(agreed), np.nan) if match is None else vars(agreed)
        row |= _lost(mine, holds, populations)
        notes = [] if match else [Finding("gate unmatched")]
        notes += [Finding("gate matched by overlap")] if match and match.by == "overlap" else []
        rows.append(row | {keys.NOTE: to_cell(notes)})
    return _table("gate_rules", rows)


def _lost(mine: Sequence[tuple[GateCounts, int]], holds: np.ndarray, populations: Populations) -> dict[str, Any]:
    """Where the events of a gate are that its population has not."""
    where: Counter[str] = Counter()
    nameless = (keys.UNKNOWN, keys.UNASSIGNED)
    for each, at in mine:
        for cluster in np.flatnonzero((each.inside[at] > 0) & ~holds):
            name = populations.of_cluster[cluster]
            where[f"cluster {cluster}" if name in nameless else name] += int(each.inside[at][cluster])
        for code, name in enumerate(keys.QC):
            if code != keys.QC_OK and each.aside[at][code]:
                where[f"set aside: {name}"] += int(each.aside[at][code])
    most = max(where.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return {"lost": sum(where.values()), "lost_to": most[0], "n_lost_to": most[1]}


def _usable(each: GateCounts) -> Iterable[tuple[int, Any]]:
    return ((at, gate) for at, gate in enumerate(each.gates) if gate.usable)


def _rates(alike: Overlap, low: str, high: str) -> dict[str, float]:
    return {
        "precision": float(alike.precision),
        "recall": float(alike.recall),
        "f1": float(alike.f1),
        low: float(alike.low),
        high: float(alike.high),
    }


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = [column.name for column in TABLES[name].columns]
    table = pd.DataFrame(rows, columns=columns)
    whole = [column.name for column in TABLES[name].columns if column.kind == "integer" and column.empty]
    return table.astype(dict.fromkeys(whole, "Int64"))
