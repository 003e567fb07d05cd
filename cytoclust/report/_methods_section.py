"""Section 5: how it was done."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cytoclust import keys
from cytoclust.params import D, parameters
from cytoclust.record import InputFile, Record
from cytoclust.report._blocks import Cell, Table, events, text
from cytoclust.report._gather import Inputs
from cytoclust.report._methods import methods
from cytoclust.report._miflowcyt import miflowcyt

__all__ = ["made"]

STYLES = {"sha256": "hash", "path": "path"}


def made(inputs: Inputs) -> dict[str, Any]:
    """Methods, the items of MIFlowCyt, parameters, inputs, versions, notes, time and memory."""
    run = inputs.run
    changed, unchanged = _parameters(run.parameters)
    known, open_ = miflowcyt(inputs)
    return {
        "methods": methods(inputs),
        "standard": known,
        "open": open_,
        "changed": changed,
        "unchanged": unchanged,
        "inputs": _inputs(run.inputs) if run.inputs else None,
        "versions": _versions(run),
        "notes": [note.sentence for note in (*run.panel_notes, *run.notes)],
        "seconds": _seconds(run.seconds) if run.seconds else None,
        "memory": run.peak_memory_mb,
    }


def _parameters(sections: dict[str, Any]) -> tuple[Table, Table]:
    """Parameters that differ from their default, and the others."""
    changed = Table("changed", "Parameters that differ from the default", ["Parameter", "Value", "Default", "Meaning"])
    unchanged = Table("defaults", "Parameters at their default", ["Parameter", "Value", "Meaning"])
    helps = {key: meaning for key, _, meaning in parameters()}
    defaults = D.model_dump()
    for section, values in _in_order(sections, defaults).items():
        for name, value in _in_order(values, defaults.get(section, {})).items():
            key = f"{section}.{name}"
            known = name in defaults.get(section, {})
            meaning = text(helps.get(key, "").replace("`", ""))
            if known and _plain(defaults[section][name]) == _plain(value):
                unchanged.rows.append([text(key), text(_plain(value)), meaning])
            else:
                default = _plain(defaults[section][name]) if known else ""
                changed.rows.append([text(key), Cell(_plain(value), style="strong"), text(default), meaning])
    return changed, unchanged


def _in_order(values: Mapping[str, Any], first: Iterable[str]) -> dict[str, Any]:
    """The entries in the order of ``first``, then by name: files do not keep the order of a mapping."""
    known = [name for name in first if name in values]
    return {name: values[name] for name in [*known, *sorted(set(values) - set(known))]}


def _plain(value: Any) -> str:
    """A value as it would stand in YAML, the same for a NumPy and a Python one."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _inputs(inputs: list[InputFile]) -> Table:
    files = [each.model_dump() for each in inputs]
    columns = [
        (name, title)
        for name, title in (
            (keys.SAMPLE, "Sample"), (keys.PATIENT, "Patient"), (keys.GROUP, "Group"), (keys.TIMEPOINT, "Timepoint"),
            (keys.BATCH, "Batch"), ("path", "File"), ("n_events", "Events"), ("version", "Format"),
            ("cytometer", "Cytometer"), ("sha256", "SHA-256"),
        )
        if any(row.get(name) not in (None, "") for row in files)
    ]  # fmt: skip
    table = Table("inputs", "Input files", [title for _, title in columns], tall=True)
    for row in files:
        cells = [events(row[name]) if name == "n_events" else text(row.get(name)) for name, _ in columns]
        table.rows.append(
            [Cell(c.text, c.sort, STYLES.get(n, c.style)) for c, (n, _) in zip(cells, columns, strict=True)]
        )
    return table


def _versions(run: Record) -> list[tuple[str, str]]:
    pairs: list[tuple[str, Any]] = [("cytoclust", run.cytoclust), ("Python", run.python), *sorted(run.packages.items())]
    pairs += [("seed", run.seed), ("started", run.started), ("command", run.command)]
    return [(name, str(value)) for name, value in pairs if value not in (None, "")]


def _seconds(seconds: dict[str, float]) -> Table:
    table = Table("seconds", "Seconds for each stage", ["Stage", "Seconds"])
    table.rows.extend([text(stage), Cell(f"{value:.1f}", value, "num")] for stage, value in seconds.items())
    table.rows.append([Cell("all", style="strong"), Cell(f"{sum(seconds.values()):.1f}", sum(seconds.values()), "num")])
    return table
