"""The record of a run, which run.json holds: what is needed to know how a result came to be."""

import math
from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from cytoclust.findings import Finding

__all__ = [
    "FORMAT",
    "Column",
    "Control",
    "InputFile",
    "Note",
    "Record",
    "RulePopulation",
    "Rules",
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
    """A sample's file, what the sheet says of it, and what reading it noted."""

    sample_id: str
    path: str
    sha256: str
    n_events: int
    patient_id: str | None = None
    group: str | None = None
    timepoint: str | None = None
    batch: str | None = None
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

    def to_json(self) -> dict[str, Any]:
        """The content of run.json."""
        return finite(self.model_dump(mode="json"))


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
