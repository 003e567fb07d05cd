"""One pass over each file: read, compensate, and say of each event whether it is fit to be clustered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.findings import Finding
from cytoclust.io import FileArray, Panel, Sample, forget, sha256
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._store import Place, store_key
from cytoclust.pp import (
    COMPARED_EVENTS,
    DEAD_EVENTS,
    Compensated,
    JudgedEvents,
    QualityModel,
    ScaleHints,
    find_dead_markers,
    find_unlike_samples,
    hinted,
    judge_sample,
    look_at,
    looked_at,
    pooled_rows,
)

__all__ = ["Prepared", "Task", "prepare", "prepare_sample"]

PIECE = 65_536
"""Events decoded at once. Chosen, for speed: it changes no result."""


@dataclass(frozen=True, eq=False)
class Task:
    """All that it takes to prepare one sample."""

    source: Compensated
    panel: Panel
    quality: params.Quality
    viability: str
    place: Place


@dataclass(frozen=True, eq=False)
class Prepared:
    """A sample's events, what they are set aside for, and where they are from.

    Attributes
    ----------
    source
        The file, with its matrix.
    linear
        Compensated events of the panel (n, p), in memory or in a file.
    codes
        Index into ``keys.QC`` of each event (n,).
    model, summary
        The quality model, and the same as plain mappings, with events of each category.
    judged
        What judging it found.
    hints
        What the values looked like as they were read.
    """

    source: Compensated
    linear: NDArray[np.float32] | FileArray
    codes: NDArray[np.uint8]
    model: QualityModel
    summary: dict[str, Any]
    judged: tuple[Finding, ...]
    hints: ScaleHints


def prepare_sample(task: Task, tick: Callable[[int], None] = lambda _: None) -> Prepared:
    """Decode and compensate each event once, and judge it. Pure, but for the arrays that go to the task's place."""
    file = task.source.file
    linear = task.place.create("events", (file.n_events, task.source.width))
    rows, looked = looked_at(file.n_events), []
    for start in range(0, file.n_events, PIECE):
        measured = task.source.measured(start, start + PIECE)
        first, last = np.searchsorted(rows, [start, start + PIECE])
        looked.append(measured[rows[first:last] - start])
        linear[start : start + PIECE] = task.source.compensate(measured)
        forget(linear)
    hints = look_at(task.source, np.concatenate(looked)) if looked else ScaleHints()
    kept = task.place.finish("events", linear)
    judged = judge_sample(kept, panel=task.panel, quality=task.quality, viability=task.viability, tick=tick)
    task.place.write("codes", judged.codes)
    task.place.write("model", judged.model.summary())
    return Prepared(
        task.source, kept, judged.codes, judged.model, judged.summary(), tuple(judged.findings()), hints
    )  # fmt: skip


def prepare(
    context: Context, *, samples: Sequence[Sample], sources: Sequence[Compensated], panel: Panel
) -> tuple[list[Prepared], list[str]]:
    """All samples prepared, and the SHA-256 of each file."""
    config = context.config
    context.begin(sum(source.file.n_events for source in sources))
    paths = list(dict.fromkeys(sample.path for sample in samples))  # one may hold several data sets
    known = dict(zip(paths, context.executor.map(sha256, [path.absolute() for path in paths]), strict=True))
    digests = [known[sample.path] for sample in samples]
    reads = {section: getattr(config, section).model_dump() for section in ("panel", "compensate", "quality")}
    keys = [
        store_key("prepare", context.step.version, reads | {"transform": config.transform.method}, [digest, name])
        for digest, name in zip(digests, (sample.sample_id for sample in samples), strict=True)
    ]
    n_bytes = sum(4 * source.file.n_events * source.width for source in sources)
    places = context.store.places("prepare", keys, n_bytes)
    tasks = [
        Task(source, panel, config.quality, config.panel.viability, place)
        for source, place in zip(sources, places, strict=True)
    ]
    tick, made = context.advance, [each.name for each in fields(Prepared) if each.name != "source"]

    def one(task: Task) -> dict[str, Any]:
        done = prepare_sample(task, tick)
        return {name: getattr(done, name) for name in made}  # without the file, which is open here

    found = context.executor.map(one, tasks)
    prepared = [Prepared(source, **each) for source, each in zip(sources, found, strict=True)]
    hints = {sample.sample_id: each.hints for sample, each in zip(samples, prepared, strict=True)}
    context.note(*hinted(hints, transforms=config.transform.method != "none"))
    context.note(*_dead(samples, prepared, panel))
    context.note(*_unlike(samples, prepared))
    return prepared, digests


def _dead(samples: Sequence[Sample], prepared: Sequence[Prepared], panel: Panel) -> list[Finding]:
    """Markers without a signal in some samples."""
    columns = list(panel.stained)
    rows = [pooled_rows(len(each.codes), DEAD_EVENTS) for each in prepared]
    some = [each.linear[mine][:, columns] for each, mine in zip(prepared, rows, strict=True)]
    return find_dead_markers([sample.sample_id for sample in samples], some, [panel.names[i] for i in columns])


def _unlike(samples: Sequence[Sample], prepared: Sequence[Prepared]) -> list[Finding]:
    """Samples of which a check took what the cuts of the others would leave, or the other way round."""
    rows = [pooled_rows(len(each.codes), COMPARED_EVENTS) for each in prepared]
    return find_unlike_samples(
        [
            JudgedEvents(sample.sample_id, sample.batch or "", each.linear[mine], mine, each.codes[mine], each.model)
            for sample, each, mine in zip(samples, prepared, rows, strict=True)
        ]
    )
