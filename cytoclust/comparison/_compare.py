"""Manual gates beside the clusters and names of a finished run."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.comparison._find_events import only_folder
from cytoclust.comparison._held import GateCounts, count_gates, hold_all
from cytoclust.comparison._match import Populations, match_gates, read_map
from cytoclust.comparison._tables import gate_clusters, gate_overlap, gate_rules, gates_read, usable_paths
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io.workspaces import open_gates
from cytoclust.pipeline import Finished, held, read_finished, redraw, write_table
from cytoclust.words import plural

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What was compared.

    Attributes
    ----------
    out
        The folder of the run.
    tables
        ``gates_read, gate_overlap, gate_clusters, gate_rules``, as in ``OUT/tables``.
    notes
        What is to be known of the comparison.
    """

    out: Path
    tables: dict[str, pd.DataFrame]
    notes: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        read, rules = self.tables["gates_read"], self.tables["gate_rules"]
        counts = read[keys.STATUS].value_counts()
        told = ", ".join(f"{counts.get(name, 0)} {name}" for name in keys.GATE_STATUSES if counts.get(name, 0))
        lines = [f"{plural(len(rules), 'gate')} in {plural(read[keys.SAMPLE].nunique(), 'sample')}: {told}"]
        for row in rules.to_dict("records"):
            name = row[keys.POPULATION] or "no population"
            lines.append(f"{row[keys.GATE]}: {name}{_f1(row)}")
        return "\n".join([*lines, f"report: {self.out / 'report.html'}"])


def _f1(row: dict[Hashable, Any]) -> str:
    if pd.isna(row["f1"]):
        return ""
    between = "" if pd.isna(row["f1_low"]) else f" ({row['f1_low']:.3f} to {row['f1_high']:.3f})"
    return f", F1 {row['f1']:.3f}{between}"


def compare(
    out: str | Path, gates: str | Path, *, mapping: str | Path | None = None, fcs: str | Path | None = None
) -> Comparison:
    """Compare manual gates with the clusters and names of a finished run; nothing is clustered again.

    What a workspace itself counts is counted again first. A gate that does not give its author's count, within 1 % or
    5 events, is told and never used.

    Parameters
    ----------
    out
        The folder of the run. Its tables ``gates_read``, ``gate_overlap``, ``gate_clusters`` and ``gate_rules`` are
        written, and its report is drawn again.
    gates
        A FlowJo workspace, Gating-ML 2.0, or labels of events as CSV.
    mapping
        A YAML file with the population of each gate, ``Gate/Path: population``. A gate that it does not name is
        matched by its name, else by the events that it shares.
    fcs
        A folder with the files of events, where they are no longer where the run read them.

    Raises
    ------
    InputError
        The folder is not that of a finished run, the file holds no gates that can be read, or none of them is of the
        run.
    """
    with held(out) as folder:
        return _compare(folder, Path(gates), mapping, fcs)


def _compare(out: Path, path: Path, mapping: str | Path | None, fcs: str | Path | None) -> Comparison:
    run = read_finished(out)
    given, source = read_map(mapping), open_gates(path)
    folders = [*only_folder(fcs), path.parent, run.folder, run.folder.parent]
    n_clusters = len(run.tables["clusters"])
    counted = [count_gates(held, run, n_clusters) for held in hold_all(source, run, folders)]
    refuse_none(path, counted)
    populations = Populations.of(run)
    matches = match_gates(usable_paths(counted), counted, populations, given)
    tables = {
        "gates_read": gates_read(path.name, counted),
        "gate_overlap": gate_overlap(counted, populations, matches),
        "gate_clusters": gate_clusters(counted),
        "gate_rules": gate_rules(counted, populations, matches),
    }
    _write(run, tables)
    return Comparison(run.folder, tables, _notes(counted))


def refuse_none(path: Path, counted: Sequence[GateCounts]) -> None:
    """Refuse a file of which no gate can be used.

    Raises
    ------
    InputError
        No gate is there, or none can be used; with the first reason.
    """
    if usable_paths(counted):
        return
    reasons = [each.why for each in counted if each.why]
    reasons += [reason for each in counted for gate in each.gates for reason in gate.reason]
    why = (
        f" {counted[0].sample.sample_id}: {reasons[0]}" if reasons and counted[0].why else f" {next(iter(reasons), '')}"
    )
    raise InputError(f"{path}: no gate can be used in any of {plural(len(counted), 'sample')}.{why.rstrip('. ')}.")


def _write(run: Finished, tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        write_table(run.folder, name, table)
    redraw(run.folder)


def _notes(counted: Sequence[GateCounts]) -> tuple[Finding, ...]:
    """Samples without gates, gates that are not used, and what else was found, each once."""
    found: list[Finding] = []
    for each in counted:
        if each.why:
            found.append(Finding("sample without gates", sample=each.sample.sample_id, why=str(each.why)))
        found += [note for note in each.notes if note not in found]
    unused: dict[tuple[str, str], list[str]] = {}
    for each in counted:
        for gate in each.gates:
            if not gate.usable:
                why = str(gate.reason[0]) if gate.reason else ""
                unused.setdefault((gate.path, why), []).append(each.sample.sample_id)
    found += [Finding("gate not used", gate=path, why=why, samples=names) for (path, why), names in unused.items()]
    return tuple(found)
