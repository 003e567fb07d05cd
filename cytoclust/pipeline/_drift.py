"""Tables of what controls measured, and of every claim with and without normalisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import (
    SPIKE_LIMIT,
    TOO_FEW,
    UPPER,
    ControlProfile,
    ControlRow,
    Landmarks,
    bead_peaks,
    claims_both,
    control_chart,
    drift_table,
    spike_test,
)
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Sample
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._normalise import Gains, Process, batches_of, first_beads, main_batch, profiles_of
from cytoclust.positivity import Profile
from cytoclust.pp import Preparation
from cytoclust.rules import Naming, RuleSet
from cytoclust.stats import ClusterCounts, landmarks_of
from cytoclust.tables import read_csv

__all__ = ["Plain", "drift_tables", "measured", "say_chart", "say_drift"]

_RARE: Final = 0.01
"""Share of all cells below which a population is rare. Convention: rare events are below one in a hundred."""
_SPIKED: Final = 20
"""Cells of a batch that a spike test takes. Chosen: their median errs by a fifth of their spread."""


@dataclass(frozen=True, eq=False)
class Plain:
    """A run without normalisation: its claims, and the cluster of each event that passed (n,)."""

    discoveries: pd.DataFrame
    labels: NDArray[np.int32]


def drift_tables(
    context: Context,
    tables: Mapping[str, pd.DataFrame],
    *,
    samples: Sequence[Sample],
    preparations: Sequence[Preparation],
    counted: ClusterCounts,
    labels: NDArray[np.int32],
    profile: Profile,
    naming: Naming,
    rules: RuleSet | None,
    process: Process,
    gains: Gains | None,
    plain: Plain | None,
) -> dict[str, pd.DataFrame]:
    """``drift``, ``control_chart``, and of a normalised run ``normalize``, ``claims_both``, ``spike_test``, and
    ``discoveries`` with flags; what they show is noted.
    """
    earlier = [_earlier(folder) for folder in context.config.drift.earlier]
    found = _drift(process, profile, naming, counted.sheet)
    if process.controls:
        found["control_chart"] = control_chart(measured(process), earlier)
    say_drift(context, found.get("drift", tables.get("drift")))
    say_chart(context, found.get("control_chart"), [each.file.name for each in process.controls])
    if gains is None or plain is None:
        return found
    both, claims = claims_both(
        plain.discoveries, tables["discoveries"], twins=_twins(plain.labels, labels, list(counted.events.columns))
    )
    spikes = _spike_tests(preparations, samples, labels, naming, rules, gains, process)
    for name, rows in spikes[spikes[keys.STATUS] == "moved"].groupby(keys.POPULATION, sort=False):
        which = list(dict.fromkeys(f"{row['batch_from']} to {row['batch_to']}" for row in rows.to_dict("records")))
        context.note(Finding("spike test failed", population=str(name), which=which))
    differ = int((both["verdict_raw"] != both["verdict_normalised"]).sum())
    context.note(Finding("normalised", reference=gains.reference, differ=differ, claims=len(both)))
    return found | {"normalize": gains.table, "claims_both": both, "spike_test": spikes, "discoveries": claims}


def _drift(process: Process, profile: Profile, naming: Naming, sheet: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """By controls and beads, against those of the batch with most samples, or the first that has any."""
    profiles = profiles_of(process)
    beads = process.role("beads")
    if not process.controls:
        return {}
    main = main_batch(sheet)
    reference = main if main in profiles or not profiles else next(iter(profiles))
    first = first_beads(process, main)
    tubes = process.role("process")
    alone = sum((each.file.batch or "") == reference for each in tubes) == 1  # it would be compared with itself
    rows = [
        ControlRow(each.file.name, each.file.batch or "", ControlProfile.of(each.events, process.markers))
        for each in tubes
        if not (alone and (each.file.batch or "") == reference)
    ]
    table = drift_table(
        process.markers, batches=batches_of(sheet), reference=profiles.get(reference), reference_batch=main,
        controls=rows, beads={(e.file.name, e.file.batch or ""): e.events for e in beads if e is not first},
        reference_beads=None if first is None else first.events,
        landmarks=_of_markers(landmarks_of(profile, naming.thresholds.to_frame(), sheet), process.markers),
    )  # fmt: skip
    return {"drift": table}


def _of_markers(landmarks: Landmarks | None, markers: Sequence[str]) -> Landmarks | None:
    """The landmarks, where they know every marker."""
    return landmarks if landmarks is not None and set(markers) <= set(landmarks.markers) else None


def measured(process: Process) -> pd.DataFrame:
    """What a control chart follows of this run's controls."""
    rows = []
    for each in process.controls:
        for j, marker in enumerate(process.markers):
            for statistic, value in _statistics(each.events[:, j], each.file.role).items():
                rows.append((each.date, each.file.name, each.instrument, each.file.role, marker, statistic, value))
    columns = ["date", "run", "instrument", "control", "channel", "statistic", "value"]
    return pd.DataFrame(rows, columns=columns)


def _statistics(values: NDArray[np.float32], role: str) -> dict[str, float]:
    if role == "beads":
        peaks = bead_peaks(values)
        told = {f"peak {k + 1} median": float(value) for k, value in enumerate(peaks.medians)}
        return told | {f"peak {k + 1} rCV": float(value) for k, value in enumerate(peaks.rcv)}
    if not len(values):
        return {}
    upper = np.quantile(values.astype(np.float64), UPPER)
    return {"median": float(np.median(values)), "upper": float(np.median(upper))}


def _earlier(folder: str) -> pd.DataFrame:
    path = Path(folder) / "tables" / "control_chart.csv"
    if not path.is_file():
        raise InputError(
            f"drift.earlier: {folder} has no tables/control_chart.csv: it is the folder of a run with one."
        )
    return read_csv("control_chart", path)


def say_drift(context: Context, drift: pd.DataFrame | None) -> None:
    """Batches that moved."""
    if drift is not None and len(drift):
        moved = drift[drift[keys.STATUS].isin(["drift", "no gain"])]
        if len(moved):
            context.note(Finding("drift found", which=[_moved(row) for row in moved.to_dict("records")]))


def _moved(row: Mapping[Any, Any]) -> str:
    where = row[keys.BATCH] or row[keys.SAMPLE] or "no batch"
    how = ", and by no gain" if row[keys.STATUS] == "no gain" else ""
    return f"{row[keys.MARKER]} in {where} ({np.exp(row['log_gain']):.2f}-fold by {row['source']}{how})"


def say_chart(context: Context, chart: pd.DataFrame | None, mine: Sequence[str]) -> None:
    """Rules that controls of this run break."""
    if chart is None:
        return
    broken = chart[~chart["rules_broken"].isin(["", TOO_FEW]) & chart["run"].isin(mine)]
    which = [
        f"{row['channel']} {row['statistic']} of {row['run']}: {row['rules_broken']}"
        for row in broken.to_dict("records")
    ]
    if which:
        context.note(Finding("control chart broken", which=which))


def _twins(raw: NDArray[np.int32], normalised: NDArray[np.int32], names: list[str]) -> dict[str, str]:
    """Cluster without normalisation → the one with it that shares more than half of the events of both together."""
    a, b = int(raw.max()) + 1, int(normalised.max()) + 1
    shared = np.bincount(raw.astype(np.int64) * b + normalised, minlength=a * b).reshape(a, b)
    either = shared.sum(axis=1)[:, None] + shared.sum(axis=0)[None, :] - shared
    jaccard = shared / np.maximum(either, 1)
    best = jaccard.argmax(axis=1)
    return {str(k): str(names[best[k]]) for k in range(a) if jaccard[k, best[k]] > 0.5}


def _spike_tests(
    preparations: Sequence[Preparation],
    samples: Sequence[Sample],
    labels: NDArray[np.int32],
    naming: Naming,
    rules: RuleSet | None,
    gains: Gains,
    process: Process,
) -> pd.DataFrame:
    """Each rare population of the rules, from every batch that has enough of it into every other."""
    columns = ["population", "batch_from", "batch_to", "marker", "n_events", "moved", "limit", "status"]
    called = naming.table[keys.POPULATION].to_numpy()
    shares = pd.Series(np.bincount(labels, minlength=len(called)), index=called).groupby(level=0).sum() / len(labels)
    rare = [name for name in (rules.evaluable(process.markers) if rules else {}) if 0 < shares.get(name, 0) < _RARE]
    starts = np.cumsum([0, *(each.n_passed for each in preparations)])
    rows: list[tuple[object, ...]] = []
    for name in rare:
        markers = [each for each in rules.rests_on(process.markers)[name] if each in process.markers]  # type: ignore[union-attr]
        signals: dict[str, list[NDArray[np.float32]]] = {}
        for sample, each, start in zip(samples, preparations, starts[:-1], strict=True):
            own = labels[start : start + each.n_passed]
            at = each.passed[np.isin(own, np.flatnonzero(called == name))]
            if len(at):
                signals.setdefault(str(sample.batch), []).append(each.compensated(at)[:, process.columns])
        for batch, parts in signals.items():
            cells = np.concatenate(parts)
            for other in gains.divisors if len(cells) >= _SPIKED else ():
                if other != batch:
                    rows += [
                        (name, batch, other, marker, len(cells), *_landed(cells, marker, batch, other, gains, process))
                        for marker in markers
                    ]
    return pd.DataFrame(rows, columns=columns)


def _landed(
    cells: NDArray[np.float32], marker: str, batch: str, other: str, gains: Gains, process: Process
) -> tuple[float, float, str]:
    """How far the cells land from themselves, the limit, and whether that is well."""
    j = process.markers.index(marker)
    column = process.columns[j]
    own, into = float(gains.divisors[batch][column]), float(gains.divisors[other][column])
    control = gains.profiles[gains.reference]
    spread = control.spreads[j]
    scale = 4 * spread if np.isfinite(spread) and spread > 0 else float(np.median(np.abs(cells[:, j])))
    moved = spike_test(
        cells[:, j].astype(np.float64) * own, marker, own=gains.profiles[batch], other=gains.profiles[other],
        own_gain=float(np.log(own)), other_gain=float(np.log(into)), scale=scale,
    )  # fmt: skip
    status = "not evaluable" if np.isnan(moved) else "moved" if moved > SPIKE_LIMIT else "ok"
    return moved, SPIKE_LIMIT, status
