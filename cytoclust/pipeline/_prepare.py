"""One pass over each file: read, compensate, and say of each event whether it is fit to be clustered."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import FileArray, Panel, Sample, forget
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._entry import Damaged, Kept, Place, Rows
from cytoclust.pipeline._file_digests import file_digests
from cytoclust.pipeline._opened import Opened, refuse_none
from cytoclust.pipeline._pack import digest_of
from cytoclust.pipeline._recipe import STEP, Recipe, versions
from cytoclust.pipeline._store import EVENTS
from cytoclust.pp import Compensated, EventLots, Judged, QualityModel, ScaleHints, judge_sample, look_at, looked_at
from cytoclust.registry import CHECKS

__all__ = ["Looked", "Part", "Prepared", "Task", "prepare", "prepare_sample"]

PIECE = 65_536
"""Events decoded at once. Chosen, for speed: it changes no result."""

FILE = "the file"
"""Name of a file's SHA-256."""

Part = tuple[str, str | None]
"""Name and batch of a sample: all of the sheet that bears on what clusters look like."""


@dataclass(frozen=True, eq=False)
class Task:
    """All that it takes to prepare one sample.

    ``events`` and ``judged`` are where its events and what was judged of them go, ``kept_events`` and ``kept_judged``
    what is there already.
    """

    source: Compensated
    panel: Panel
    quality: params.Quality
    viability: str
    events: Place
    judged: Place
    kept_events: Kept | None = None
    kept_judged: Kept | None = None


class Events:
    """Compensated events of the panel (n, p), in memory or in a file; decoded when they are first asked for."""

    def __init__(self, task: Task):
        self._task, self._hints = task, ScaleHints()
        self._rows: Rows | None = None
        self.again: Literal["", "damaged", "absent"] = ""
        """Why they were decoded though the sample had been kept: what was kept is not as it was written, or went."""
        self.unkept = ""
        self._n_events = task.source.file.n_events
        self._guard = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Elsewhere the array is read from its file; where that is not made yet, it is decoded there."""
        held = {name: value for name, value in vars(self).items() if name != "_guard"}
        return held | ({"_task": None} if isinstance(self._rows, FileArray) else {})

    def __setstate__(self, held: dict[str, Any]) -> None:
        vars(self).update(held)
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return self._n_events

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.float32]:
        array = self.rows()
        if isinstance(rows, slice) or not isinstance(array, np.ndarray):
            return array[rows]
        return array.take(rows, axis=0)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.rows(), dtype=dtype)

    def rows(self) -> Rows:
        """The array."""
        with self._guard:
            if self._rows is None:
                self._rows, self._hints = self._load()
            return self._rows

    @property
    def hints(self) -> ScaleHints:
        """What the values looked like as they were read."""
        self.rows()
        return self._hints

    def _load(self) -> tuple[Rows, ScaleHints]:
        kept = self._task.kept_events
        if kept is not None:
            try:
                return kept.array(EVENTS), kept.value()
            except Damaged:
                self.again = "damaged"
        elif self._task.kept_judged is not None:
            self.again = "absent"
        return self._decode()

    def _decode(self) -> tuple[Rows, ScaleHints]:
        """Decode and compensate each event once."""
        task = self._task
        source, n_events = task.source, task.source.file.n_events
        filling = task.events.fill()
        filling.create(EVENTS, (n_events, source.width))
        looked = []
        try:
            for start in range(0, n_events, PIECE):
                measured = source.measured(start, start + PIECE)
                looked.append(measured[looked_at(measured, n_events)])
                forget(filling.append(source.compensate(measured)))
        except BaseException:
            filling.discard()
            raise
        hints = look_at(source, np.concatenate(looked)) if looked else ScaleHints()
        kept = filling.finish(hints)
        self.unkept = filling.unkept
        return kept, hints  # type: ignore[return-value]


@dataclass(frozen=True, eq=False)
class Looked:
    """What is told of a sample when its events are gone.

    Attributes
    ----------
    source
        The file, with its matrix.
    model, summary
        The quality model, and the same as plain mappings, with events of each category.
    judged
        What judging it found.
    """

    source: Compensated
    model: QualityModel
    summary: dict[str, Any]
    judged: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class Prepared(Looked):
    """A sample's events, what they are set aside for, and where they are from.

    Attributes
    ----------
    linear
        Compensated events of the panel (n, p).
    codes
        Index into ``keys.QC`` of each event (n,).
    hints
        What the values looked like as they were read.
    lots
        Which events were learnt from, and are drawn further on.
    key
        What stands for it in what later results depend on.
    kept, damaged
        Whether it was kept by an earlier run, and whether what was kept is not as it was written.
    unkept
        Why it is not kept now, though it should be; empty if it is.
    """

    linear: Events
    codes: NDArray[np.uint8]
    hints: ScaleHints
    lots: EventLots
    key: str = ""
    kept: bool = False
    damaged: bool = False
    unkept: str = ""

    def without_events(self) -> Looked:
        """The same without arrays that are as long as the sample."""
        return Looked(self.source, self.model, self.summary, self.judged)


def prepare_sample(task: Task, tick: Callable[[int], None] = lambda _: None) -> Prepared:
    """Decode and compensate each event once, and judge it. Pure, but for what goes to the task's places."""
    linear, damaged = Events(task), False
    if task.kept_judged is not None:
        try:
            judged, hints = task.kept_judged.value()
            tick(len(linear))
            return _prepared(task, linear, judged, hints, kept=True)
        except Damaged:
            damaged = True
    judged = judge_sample(
        linear.rows(), panel=task.panel, quality=task.quality, viability=task.viability, tick=tick
    )  # fmt: skip
    filling = task.judged.fill()
    filling.finish((judged, linear.hints))
    unkept = linear.unkept or filling.unkept
    return _prepared(task, linear, judged, linear.hints, damaged=damaged, unkept=unkept)


def _prepared(task: Task, linear: Events, judged: Judged, hints: ScaleHints, **how: Any) -> Prepared:
    return Prepared(
        task.source, judged.model, judged.summary(), tuple(judged.findings()), linear, judged.codes, hints,
        judged.lots, task.judged.recipe.key, **how,
    )  # fmt: skip


def prepare(
    context: Context, *, opened: Sequence[Opened], panel: Panel
) -> tuple[list[Sample], list[Compensated], list[Part], list[Prepared], list[str]]:
    """The samples that can be read to their end, prepared, and the SHA-256 of each file."""
    context.begin(sum(each.source.file.n_events for each in opened))
    digests = file_digests(context, opened)
    opened = [each for each, digest in zip(opened, digests, strict=True) if digest]
    digests = [digest for digest in digests if digest]
    recipes = [_recipes(context, each, panel, digest) for each, digest in zip(opened, digests, strict=True)]
    mapped = context.store.is_mapped(sum(4 * each.source.file.n_events * each.source.width for each in opened))
    tasks = [_task(context, each, panel, *own, mapped=mapped) for each, own in zip(opened, recipes, strict=True)]

    context.say_again()

    tick, made = context.advance, [each.name for each in fields(Prepared) if each.name != "source"]

    def one(task: Task) -> tuple[dict[str, Any] | InputError, float]:
        started = time.perf_counter()
        try:
            done = prepare_sample(task, tick)
        except InputError as error:
            return error, 0.0
        # without the file, which is open here
        return {name: getattr(done, name) for name in made}, time.perf_counter() - started

    prepared, left = [], []
    for each, digest, (found, seconds) in zip(opened, digests, context.executor.stream(one, tasks), strict=True):
        if isinstance(found, InputError):
            context.leave_out(each.sample, found)
            continue
        prepared.append(Prepared(each.source, **found))
        context.tell_sample(each.sample.sample_id, len(found["codes"]), seconds, kept=found["kept"])
        left.append((each.sample, each.source, digest))
    refuse_none(left, [each.sample for each in opened], context)
    samples, sources, kept_digests = (list(each) for each in zip(*left, strict=True))
    for sample, each_prepared in zip(samples, prepared, strict=True):
        _say(context, sample, each_prepared)
    parts: list[Part] = [(sample.sample_id, sample.batch) for sample in samples]
    return samples, sources, parts, prepared, kept_digests


def _recipes(context: Context, opened: Opened, panel: Panel, digest: str) -> tuple[Recipe, Recipe]:
    """What a sample's events depend on, and what was judged of them."""
    config, source, name = context.config, opened.source, opened.sample.sample_id
    alike = digest_of(replace(panel, notes=(), reasons=()))
    how = versions() | {STEP: context.step.version}
    events = {
        FILE: digest, "data set": opened.sample.dataset, "read.data_offset": config.read.data_offset,
        "the columns": digest_of((alike, source.columns, source.width)),
        "the spillover matrix": digest_of(source.matrix),
    }  # fmt: skip
    judged = {
        "the checks": [row.entry for row in CHECKS.rows()], "panel.viability": config.panel.viability,
        **{f"quality.{switch}": on for switch, on in config.quality.model_dump().items()},
    }  # fmt: skip
    of_events = Recipe(EVENTS, events | how, name)
    return of_events, Recipe(context.step.name, events | judged | how, name)


def _task(
    context: Context, opened: Opened, panel: Panel, of_events: Recipe, of_judged: Recipe, *, mapped: bool
) -> Task:  # fmt: skip
    store, config = context.store, context.config
    return Task(
        opened.source, panel, config.quality, config.panel.viability,
        store.place(of_events, mapped=mapped), store.place(of_judged),
        store.find(of_events, quietly=True), store.find(of_judged),
    )  # fmt: skip


def _say(context: Context, sample: Sample, found: Prepared) -> None:
    """What of a sample was kept, and what was not or could not be."""
    recipe = Recipe(context.step.name, {}, sample.sample_id)
    if found.kept:
        context.store.say_used(recipe)
    if found.damaged:
        context.store.say_damaged(recipe)
    context.store.watch(sample.sample_id, found.linear)
    context.store.unkept = context.store.unkept or found.unkept
