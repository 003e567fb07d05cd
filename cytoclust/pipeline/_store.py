"""What a run has made, and would not make again."""

import contextlib
import json
import shutil
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.pipeline._entry import MAKING, Damaged, Kept, Place
from cytoclust.pipeline._lock import STORE, Lock
from cytoclust.pipeline._recipe import NEEDS, Recipe
from cytoclust.pp import KEEP_BYTES

__all__ = ["EVENTS", "Store"]

EVENTS: Final = "events"
"""The step whose results are large, and go when the run is whole: they are made again from the files, if need be."""
_STATE: Final = "whole.json"


class Decoded(Protocol):
    """Events of a sample, which are decoded when they are first asked for."""

    @property
    def again(self) -> str:
        """Why they were decoded though they had been kept; empty if they were not."""
        ...


class Store:
    """``OUT/.store``: a folder for each result of a step that is worth keeping, whole or not there.

    While a run lasts it has all that the run would need to go on; of a finished run it keeps what is small, so that
    other rules or thresholds need no clustering. A lock in it keeps other runs out.
    """

    def __init__(self, out: Path, *, where: Literal["auto", "memory", "disk"] = "auto", resume: bool = False):
        self.folder, self._out, self._where, self.resume = out / STORE, out, where, resume
        self.sent = self.folder.absolute() / f"sent{MAKING}"
        """Where arrays for other processes are put."""
        self.left: Finding | None = None
        """What an earlier run left here, that this one does not use."""
        self.again: list[Finding] = []
        """What was made again though it had been kept, and why."""
        self.used: list[tuple[str, str]] = []
        """Step and sample of each result that was not made again."""
        self.unkept = ""
        """Why something is not kept that should be; empty if all is."""
        self.whole = False
        """Whether the run came to its end."""
        self._watched: list[tuple[str, Decoded]] = []
        self._touched: set[str] = set()
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        self._made = [each for each in (self._out, *self._out.parents) if not each.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self._out).__enter__()
        except OSError as error:
            self._undo()
            raise InputError(f"The output folder {self._out} cannot be written to: {error.strerror}.") from None
        self.locked = self._lock.held
        for folder in self.folder.glob(f"*{MAKING}"):
            shutil.rmtree(folder, ignore_errors=True)
        if self._where == "memory" or not self.resume:
            self.left = self._leftover()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.whole = kind is None
        if self.whole:
            self._tidy()
        empty = not self.kept
        self._lock.__exit__(kind, error, None)
        if empty:
            shutil.rmtree(self.folder, ignore_errors=True)
        if kind is not None:
            self._undo()

    def _undo(self) -> None:
        """Leave no folder that was made for nothing."""
        for folder in self._made:
            with contextlib.suppress(OSError):  # something is there
                folder.rmdir()

    def greetings(self) -> list[Finding]:
        """What has to be said before work begins; from then on the store is that of a run that is not whole."""
        with contextlib.suppress(OSError):
            (self.folder / _STATE).unlink(missing_ok=True)
        lockless = [] if self.locked else [Finding("no lock", out=str(self._out))]
        return lockless + ([self.left] if self.left else [])

    @property
    def kept(self) -> bool:
        """Whether there is anything to go on from."""
        return any(self._entries())

    @property
    def has_of_this_run(self) -> bool:
        """Whether anything is kept that this run made or could use."""
        return any((self.folder / slot).is_dir() for slot in self._touched)

    def find(self, recipe: Recipe, *, quietly: bool = False) -> Kept | None:
        """What is kept of a step, if it depends on what the recipe says; else it is said why not."""
        with self._guard:
            self._touched.add(recipe.slot)
        if not self.resume or self._where == "memory":
            return None
        try:
            kept = Kept.read(self.folder / recipe.slot)
        except Damaged:
            if not quietly:
                self.say_damaged(recipe)
            return None
        if kept is not None and kept.key != recipe.key:
            if not quietly:
                self._say(recipe, *recipe.difference(kept.of))
            return None
        return kept

    def has(self, recipe: Recipe) -> bool:
        """Whether :meth:`find` will find it, whole."""
        kept = self.find(recipe, quietly=True)
        try:
            return kept is not None and kept.value() is not None
        except Damaged:
            return False

    def say_used(self, recipe: Recipe) -> None:
        """A kept result was taken."""
        with self._guard:
            self.used.append((recipe.step, recipe.sample))

    def say_damaged(self, recipe: Recipe) -> None:
        """A kept result is not as it was written."""
        self._note(Finding("kept is damaged", step=recipe.step, samples=[recipe.sample] if recipe.sample else []))

    def watch(self, sample: str, events: Decoded) -> None:
        """Say so when the events of a sample were decoded again: that shows only when they are asked for."""
        self._watched.append((sample, events))

    def look(self) -> None:
        """What became of the events that are watched."""
        for sample, events in self._watched:
            if events.again == "damaged":
                self.say_damaged(Recipe(EVENTS, {}, sample))
            elif events.again:
                self._note(Finding("events decoded again", samples=[sample]))
        self._watched = [(sample, events) for sample, events in self._watched if not events.again]

    def _say(self, recipe: Recipe, name: str, was: Any, now: Any) -> None:
        samples = [recipe.sample] if recipe.sample else []
        if name.startswith(NEEDS):
            self._note(Finding("rests on another", step=recipe.step, samples=samples, needs=name.removeprefix(NEEDS)))
        else:
            self._note(Finding("made with another", step=recipe.step, samples=samples, what=name, was=was, now=now))

    def _note(self, finding: Finding) -> None:
        """Samples of the same step and reason are told together."""
        with self._guard:
            for number, known in enumerate(self.again):
                if known.code == finding.code and _but_samples(known) == _but_samples(finding):
                    samples = known.data["samples"] + finding.data["samples"]
                    self.again[number] = Finding(known.code, **known.data | {"samples": samples})
                    return
            self.again.append(finding)

    def place(self, recipe: Recipe, *, mapped: bool = False) -> Place:
        """Where a result goes."""
        with self._guard:
            self._touched.add(recipe.slot)
        keeps = self._where != "memory"
        return Place(self.folder / recipe.slot if keeps else None, recipe, mapped and keeps)

    def is_mapped(self, n_bytes: int) -> bool:
        """Whether arrays of so many bytes together are filled in their files, or in memory and written as well."""
        return self._where == "disk" or (self._where == "auto" and n_bytes > KEEP_BYTES)

    def _entries(self) -> Iterable[Path]:
        return (path for path in self.folder.glob("*") if path.is_dir() and not path.name.endswith(MAKING))

    def _leftover(self) -> Finding | None:
        """What is told of an earlier run's store."""
        if not self.kept:
            return None
        finished = (self.folder / _STATE).is_file()
        return Finding("store left by finished" if finished else "store left by stopped", out=str(self._out))

    def _tidy(self) -> None:
        """Of a run that is whole: events go, and what is of no use to a run like it."""
        for path in list(self._entries()):
            useless = path.name not in self._touched or path.name.startswith(f"{EVENTS}-")
            if useless or self._where == "memory":
                shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self.folder / _STATE).write_text(json.dumps({"finished": True}), encoding="utf-8")

    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def _but_samples(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in finding.data.items() if name != "samples"}
