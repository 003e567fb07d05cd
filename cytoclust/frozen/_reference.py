"""What a finished run knows that new samples are read against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import ControlProfile
from cytoclust.engine import Frozen
from cytoclust.frozen._channel_facts import ChannelFacts
from cytoclust.frozen._crowds import Places
from cytoclust.frozen._file_key import file_key
from cytoclust.frozen._haze import Haze
from cytoclust.frozen._landmarks import Landmarks
from cytoclust.io import Panel, Spillover
from cytoclust.params import Config, update
from cytoclust.positivity import Profile, Thresholds
from cytoclust.pp import Compensation, Spreading, Transform
from cytoclust.rules import RuleSet
from cytoclust.words import count, plural, some

__all__ = ["SCHEMA", "Reference"]

SCHEMA: Final = 1
"""Of the file: raised when a field changes its meaning. Bears on no result."""
_NAMED: Final = 12
"""Populations, or controls, that are spelled out. Bears on no result: wording."""


@dataclass(frozen=True, eq=False, repr=False)
class Reference:
    """A clustering with its names, and what the samples were that it was made of.

    Attributes
    ----------
    cytoclust, started
        Version of the program, and when the run began that it was made of.
    parameters
        Every parameter of that run, by section.
    panel, channels
        The columns, and what the files say of the channel of each.
    compensated, override
        Whether files were compensated (both where some were), and the matrix for all where one was given.
    columns, stained
        Columns of the panel that are clustered on, and those that describe clusters.
    transform, spreading
        From linear events to those that are clustered.
    engine, limits
        Prototypes and mixture; distance from each prototype beyond which an event is far (K,).
    haze
        Events of the reference that are far.
    rules
        The rule set as JSON; empty where there was none.
    names
        Index cluster: population, phenotype and so on.
    thresholds, profile
        Where each marker turns positive, and what the clusters look like.
    tree, parent, stability, overlaps_with
        Joins (k - 1, 3), and of each cluster the branch one level up, the stability, and the neighbour (k,).
    events, doubt, quality, sheet
        Of each sample: events of each cluster, those that belong elsewhere, events of each category of quality control,
        and what the sheet says.
    held_out
        Samples × clusters: share of far events where the sample's patient is left out.
    landmarks
        Markers of the clusters, and how they differ between patients.
    controls
        Of each batch with a process control what it measured ("" is that of none), that of the reference batch first.
    inputs
        Of each sample ``sample_id``, ``sha256`` of the file and ``n_events``; and ``dataset`` which one of it was
        read, empty where it holds one; and ``instrument``, as ``instrument_of`` has it.
    beads
        Linear events of the reference batch's beads (n, m), of the markers that controls measure; None without.
    places
        Events of the clusters, that new kinds within one are seen; None in a file of before they were sought.
    sha256
        Of the file; empty while it is in none.
    """

    cytoclust: str
    started: str
    parameters: Mapping[str, Any]
    panel: Panel
    channels: tuple[ChannelFacts, ...]
    compensated: tuple[bool, ...]
    override: Spillover | None
    columns: NDArray[np.int64]
    stained: NDArray[np.int64]
    transform: Transform
    spreading: Spreading | None
    engine: Frozen
    limits: NDArray[np.float32]
    haze: Haze
    rules: str
    names: pd.DataFrame
    thresholds: Thresholds
    profile: Profile
    tree: NDArray[np.float64]
    parent: NDArray[np.int64]
    stability: NDArray[np.float64]
    overlaps_with: NDArray[np.int64]
    events: pd.DataFrame
    doubt: pd.DataFrame
    quality: pd.DataFrame
    sheet: pd.DataFrame
    held_out: pd.DataFrame
    landmarks: Landmarks
    controls: Mapping[str, ControlProfile]
    inputs: pd.DataFrame
    beads: NDArray[np.float32] | None = field(default=None, metadata={"later": True})
    places: Places | None = field(default=None, metadata={"later": True})
    schema: int = SCHEMA
    sha256: str = field(default="", compare=False)

    @property
    def config(self) -> Config:
        """The parameters of the run."""
        flat = {f"{section}.{key}": v for section, held in self.parameters.items() for key, v in held.items()}
        return update(Config(), flat)

    def keeps(self, role: str) -> bool:
        """Whether it holds what a control of the role ``process`` or ``beads`` is compared with."""
        return self.beads is not None if role == "beads" else bool(self.controls)

    @property
    def own(self) -> dict[str, str]:
        """Its samples, by :func:`file_key` of their files."""
        of = self.inputs["dataset"].fillna("") if "dataset" in self.inputs else [""] * len(self.inputs)
        told = zip(self.inputs["sha256"], of, self.inputs[keys.SAMPLE], strict=True)
        return {file_key(digest, int(number) if number else None): str(sample) for digest, number, sample in told}

    @property
    def instruments(self) -> list[str]:
        """Cytometers that its files name, each once."""
        return list(dict.fromkeys(self.inputs["instrument"].dropna())) if "instrument" in self.inputs else []

    @property
    def ruleset(self) -> RuleSet | None:
        """The rules."""
        return RuleSet.from_json(self.rules) if self.rules else None

    @property
    def compensation(self) -> Compensation:
        """How files are compensated."""
        return Compensation(any(self.compensated), self.override)

    @property
    def patients(self) -> list[str]:
        """Of each sample; the sample itself where none is named."""
        known = self.sheet[keys.PATIENT] if keys.PATIENT in self.sheet else [None] * len(self.sheet)
        return [name or str(sample) for sample, name in zip(self.sheet.index, known, strict=True)]

    @property
    def patient_shares(self) -> NDArray[np.float64]:
        """Share of the cells of each patient in each cluster, patients in the order of their first sample (a, k)."""
        events = self.events.groupby(pd.Index(self.patients), sort=False).sum().to_numpy(dtype=np.float64)
        return np.asarray(events / np.maximum(events.sum(axis=1, keepdims=True), 1.0))

    @property
    def n_clusters(self) -> int:
        """Clusters."""
        return len(self.names)

    @property
    def far_share(self) -> NDArray[np.float64]:
        """Of each cluster the share of far events where their patients are left out (k,)."""
        events = self.events.to_numpy(dtype=np.float64)
        far = np.nan_to_num(self.held_out.to_numpy(dtype=np.float64)) * events
        return np.asarray(np.clip(far.sum(axis=0) / np.maximum(events.sum(axis=0), 1.0), 0.0, 1.0))

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {text}" for name, text in self.rows())

    def rows(self) -> list[tuple[str, str]]:
        """Title and text of what there is to say of it."""
        panel, rules = self.panel, self.ruleset
        groups = self.sheet[keys.GROUP].dropna().value_counts().to_dict() if keys.GROUP in self.sheet else {}
        named = sorted(set(self.names[keys.POPULATION]) - {keys.UNKNOWN, keys.UNASSIGNED})
        matrix = "one matrix for all files" if self.override is not None else "by the matrix of each file"
        total = count(int(self.quality["total"].sum()))
        scales = [f"{panel.names[i]} {self.transform.words(int(i))}" for i in self.columns]
        return [
            ("reference", f"written by cytoclust {self.cytoclust}, of the run of {self.started}"),
            ("sha256", self.sha256 or "in no file yet"),
            ("samples", f"{len(self.sheet)} of {plural(len(set(self.patients)), 'patient')}, {total} events"),
            ("groups", ", ".join(f"{name} ({n})" for name, n in groups.items()) or "none"),
            ("clustered on", some(scales, len(scales))),
            ("compensation", matrix if any(self.compensated) else "none"),
            ("rules", f"{rules.name} {rules.version}".strip() if rules else "none"),
            ("clusters", f"{self.n_clusters}, {plural(len(named), 'population')}: {some(named, _NAMED)}"),
            ("voltages", self._voltages()),
            ("controls", self._controls()),
        ]

    def _controls(self) -> str:
        process = [f"process of {batch or 'no batch'}" for batch in self.controls]
        told = process + (["beads"] if self.beads is not None else [])
        return some(told, _NAMED) if told else "none: drift is told by populations alone"

    def _voltages(self) -> str:
        known = [
            f"{name} {min(each.voltages):g}" + (f" to {max(each.voltages):g}" if len(set(each.voltages)) > 1 else "")
            for name, each in zip(self.panel.names, self.channels, strict=True)
            if each.voltages
        ]
        return some(known, len(known)) if known else "the files say none"
