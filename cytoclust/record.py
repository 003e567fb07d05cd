"""The record of a run, which run.json holds: what is needed to know how a result came to be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from cytoclust import keys
from cytoclust.findings import Finding

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = [
    "FORMAT",
    "Column",
    "Control",
    "InputFile",
    "LeftOut",
    "Note",
    "Record",
    "ReferenceUsed",
    "Resumed",
    "RulePopulation",
    "Rules",
    "events_by_quality",
    "finite",
    "notes_of",
]

FORMAT: Final = 2
"""Of run.json: raised when a field changes its meaning."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Note(_Part):
    """A finding, with its words for people who read the file."""

    code: str
    data: dict[str, Any] = {}
    sentence: str = ""

    @property
    def finding(self) -> Finding:
        """The finding; its words are made anew."""
        return Finding(self.code, **self.data)


class InputFile(_Part):
    """A sample's file, what the sheet says of it, and what reading it noted.

    ``dataset`` counts from 1, as in a sheet, and is None where the file holds one; ``further`` are columns that only
    the sheet knows.
    """

    sample_id: str
    path: str
    sha256: str
    n_events: int
    patient_id: str | None = None
    group: str | None = None
    timepoint: str | None = None
    batch: str | None = None
    dataset: int | None = None
    further: dict[str, str] = {}
    version: str = ""
    cytometer: str = ""
    compensated: bool | None = None
    notes: list[Note] = []


class Column(_Part):
    """A column of the panel: what it was used for, its scale, and the cut between negative and positive on it."""

    name: str
    channel: str
    marker: str = ""
    signal_type: str = ""
    role: str = ""
    transform: str = ""
    threshold: float | None = None


class RulePopulation(_Part):
    """A population that the panel can name, with the levels that its rule allows, by the panel's markers."""

    name: str
    parent: str
    markers: dict[str, list[str]]
    optional: dict[str, list[str]]
    unless: list[str]
    primary: bool
    malignant: bool


class Rules(_Part):
    """The rules, and what the panel cannot tell by them."""

    name: str
    version: str = ""
    populations: list[RulePopulation] = []
    limits: list[Note] = []


class Control(_Part):
    """A control file, and the cuts that it gave."""

    control: str
    name: str
    path: str
    sha256: str
    batch: str | None
    n_events: int
    n_ok: int
    cuts: dict[str, float]


class LeftOut(_Part):
    """A sample that could not be used, the step that it failed in, and why."""

    sample_id: str
    path: str
    step: str
    why: str


class Resumed(_Part):
    """What a run went on from: samples of each step that was not taken again, and what was made again, and why.

    A step of the whole cohort has no samples.
    """

    used: dict[str, list[str]]
    again: list[Note] = []


class ReferenceUsed(_Part):
    """The reference that samples were read against: digest of its file, who wrote it, its run, and its samples."""

    sha256: str
    cytoclust: str
    started: str
    samples: list[str]


class Record(_Part):
    """Everything but tables and events. A record of an AnnData that no run made holds what its slots tell."""

    format: int = FORMAT
    cytoclust: str = ""
    python: str = ""
    packages: dict[str, str] = {}
    command: str = ""
    started: str = ""
    seed: int | None = None
    parameters: dict[str, dict[str, Any]] = {}
    rules: Rules | None = None
    left_out: list[LeftOut] = []
    resumed: Resumed | None = None
    reference: ReferenceUsed | None = None
    inputs: list[InputFile] = []
    panel: list[Column] = []
    panel_notes: list[Note] = []
    controls: list[Control] = []
    events: list[dict[str, Any]] = Field(default=[], description="A mapping a sample: total, and each category of qc.")
    quality: dict[str, dict[str, Any]] = Field(default={}, description="The model of each check, by sample.")
    quality_notes: dict[str, list[Note]] = {}
    notes: list[Note] = []
    labels_after_seconds: float | None = None
    seconds: dict[str, float] = Field(default={}, description="Seconds of each step.")
    peak_memory_mb: float | None = None
    traffic: dict[str, int] = Field(default={}, description="Bytes sent to workers, received, and put in shared files.")

    def to_json(self) -> dict[str, Any]:
        """The content of run.json."""
        return finite(self.model_dump(mode="json"))

    @classmethod
    def from_adata(cls, adata: AnnData) -> Record:
        """What the slots of an AnnData tell of how it was made, step by step or by a run."""
        parameters = {
            SECTIONS.get(str(name), str(name)): {str(key): _plain(value) for key, value in slot["params"].items()}
            for name, slot in adata.uns.items()
            if isinstance(slot, Mapping) and isinstance(slot.get("params"), Mapping)
        }
        rules = parameters.get("annotate", {}).get("rules")
        notes = _notes_in(adata, named=bool(rules))
        return cls(
            parameters=parameters,
            rules=Rules(name=str(rules), limits=notes.limits) if rules else None,
            panel=_panel_of(adata, parameters.get("cluster", {}).get("markers", [])),
            events=events_by_quality(adata.obs),
            panel_notes=notes.panel,
            quality_notes=notes.samples,
            notes=notes.rest,
        )


SECTIONS: Final = {keys.POPULATION: "annotate", "umap": "embed"}
"""Slots of ``uns`` that are named after what they hold, and the section of their parameters."""


@dataclass
class _Notes:
    """Notes of an AnnData, by what they are of."""

    limits: list[Note] = field(default_factory=list)
    panel: list[Note] = field(default_factory=list)
    samples: dict[str, list[Note]] = field(default_factory=dict)
    rest: list[Note] = field(default_factory=list)


def _notes_in(adata: AnnData, *, named: bool) -> _Notes:
    """Notes of samples, of the panel, on what the rules cannot tell where there are any, and others."""
    found = _Notes()
    table = adata.uns.get(keys.FINDINGS)
    for row in [] if table is None else table.astype(object).where(table.notna(), "").to_dict("records"):
        (note,) = notes_of([Finding(row["code"], **(json.loads(row["data"]) if row["data"] else {}))])
        if sample := str(row[keys.SAMPLE]):
            found.samples.setdefault(sample, []).append(note)
        else:
            kinds = {keys.READ: found.panel, keys.LIMITS: found.limits if named else found.rest}
            kinds.get(str(row["step"]), found.rest).append(note)
    return found


def _panel_of(adata: AnnData, clustered: Iterable[str]) -> list[Column]:
    """Columns of ``X``, those that were clustered on and the cuts between negative and positive."""
    table = adata.uns.get(keys.THRESHOLDS)
    cuts = table.set_index(keys.MARKER)["positive"].dropna().to_dict() if isinstance(table, pd.DataFrame) else {}
    known = adata.var.astype(object).where(adata.var.notna(), "")
    used = set(clustered)

    def of(column: str, i: int, otherwise: str) -> str:
        return str(known[column].iloc[i]) if column in known else otherwise

    return [
        Column(
            name=name,
            channel=of(keys.CHANNEL, i, name),
            marker=of(keys.MARKER, i, ""),
            signal_type=of(keys.SIGNAL_TYPE, i, ""),
            role="clustering" if name in used else "",
            threshold=_plain(cuts.get(name)),
        )
        for i, name in enumerate(map(str, adata.var_names))
    ]


def events_by_quality(obs: pd.DataFrame, *, weights: bool = True) -> list[dict[str, Any]]:
    """Events of each sample by quality; of an event sample, those that its events stand for unless not ``weights``."""
    if keys.QC_COLUMN not in obs:
        return []
    sample = obs[keys.SAMPLE].astype(str) if keys.SAMPLE in obs else pd.Series("all", index=obs.index)
    weight = obs[keys.WEIGHT].astype(float) if weights and keys.WEIGHT in obs else pd.Series(1.0, index=obs.index)
    counts = weight.groupby([sample.to_numpy(), obs[keys.QC_COLUMN].astype(str).to_numpy()]).sum().round().to_dict()
    rows = {name: {each: int(counts.get((name, each), 0)) for each in keys.QC} for name in dict.fromkeys(sample)}
    return [{keys.SAMPLE: name, "total": sum(row.values())} | row for name, row in rows.items()]


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def notes_of(findings: Iterable[Finding]) -> list[Note]:
    """Findings as a record holds them."""
    return [Note(**each.to_dict()) for each in findings]


def finite(value: Any) -> Any:
    """The same with null for NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
