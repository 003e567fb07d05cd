"""What every step of a run is given beside what it needs."""

import secrets
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cytoclust.errors import InputError
from cytoclust.executor import Beside, Executor, Told
from cytoclust.findings import Finding
from cytoclust.io import Sample
from cytoclust.params import Config
from cytoclust.pipeline._recipe import NEEDS, STEP, Recipe, versions
from cytoclust.progress import Progress
from cytoclust.record import LeftOut

if TYPE_CHECKING:
    from cytoclust.pipeline._output import Output
    from cytoclust.pipeline._steps import Step
    from cytoclust.pipeline._store import Store

__all__ = ["Context", "Parameters"]


class Parameters:
    """The sections of the parameters that a step says it reads; another is an error of ours."""

    def __init__(self, config: Config, sections: tuple[str, ...]):
        self._config, self._sections = config, sections

    def __getattr__(self, section: str) -> Any:
        if section not in self._sections:
            raise AttributeError(f"The step does not say that it reads the section {section!r}.")
        return getattr(self._config, section)


@dataclass
class Context:
    """The run around the steps: parameters, workers, places, listeners, and what was found on the way."""

    whole: Config
    output: "Output"
    store: "Store"
    executor: Executor
    progress: Progress
    on_error: str
    cleanup: ExitStack
    """Is left when the run ends: whoever works in the background stops."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: list[tuple[str, str, Finding]] = field(default_factory=list)
    """Step, sample ("" for all) and finding."""
    left_out: list[LeftOut] = field(default_factory=list)
    """Samples that could not be used, and why."""
    steps: Sequence["Step"] = ()
    """All that are taken."""
    digests: dict[str, str] = field(default_factory=dict)
    """What stands for each thing that was made, in what later results depend on."""
    beside: Beside | None = None
    """A process that draws part of the report."""
    keeps: bool = True
    """Whether what the step makes may be kept: it says so where it could not do its best."""
    _said: int = 0
    _total: int = 0
    _begun: list[tuple[str, float]] = field(default_factory=list)

    def enter(self, step: "Step") -> None:
        """A step begins."""
        self.step = step
        self.config = Parameters(self.whole, step.reads)
        self.keeps = True
        self._begun.append((step.name, time.perf_counter()))
        self._total = 0
        if not step.quiet:
            self.begin(0)

    def say(self, finding: Finding) -> None:
        """Something that is heard at once, and is no note on the results."""
        self.progress.tell("note", **finding.to_dict())

    def say_again(self) -> None:
        """What is made again though it had been kept, as far as it was not said yet."""
        self.store.look()
        for finding in self.store.again[self._said :]:
            self.say(finding)
        self._said = len(self.store.again)

    def leave(self) -> None:
        """The step is done."""
        self.say_again()
        seconds = time.perf_counter() - self._begun[-1][1]
        self.progress.tell("stage", stage=self.step.name, events=self._total, seconds=round(seconds, 3))

    def tell_sample(self, sample: str, events: int, seconds: float, *, kept: bool = False) -> None:
        """A sample is done with this step; may be called from several threads."""
        self.progress.tell(
            "sample", stage=self.step.name, sample=sample, events=events, seconds=round(seconds, 3), kept=kept
        )

    def begin(self, total: int) -> None:
        """So many events will be worked on in this step."""
        self._total = total
        self.progress.stage(self.step.title, total)

    @property
    def advance(self) -> Told:
        """Hears of events done, wherever they are."""
        return Told(self.progress.advance)

    def note(self, *findings: Finding, sample: str = "") -> None:
        """Something worth saying."""
        self.found += [(self.step.name, sample, finding) for finding in findings]

    def leave_out(self, sample: Sample, error: InputError) -> None:
        """A sample cannot be used: it is noted, or, if such samples are not to be skipped, the error is raised."""
        if self.on_error == "stop":
            raise error
        self.note(Finding("sample left out", why=str(error)))
        told = LeftOut(sample_id=sample.sample_id, path=str(sample.path), step=self.step.name, why=str(error))
        self.left_out.append(told)
        self.progress.tell("left out", **told.model_dump())

    def recipe(self, step: "Step") -> Recipe:
        """What the result of a step depends on: versions, parameters, and what it needs."""
        return Recipe(step.name, self._parameters(step) | self._needs(step) | versions() | {STEP: step.version})

    def is_kept(self, name: str) -> bool:
        """Whether the result of a later step, by its name, is kept and need not be prepared for."""
        step = next(each for each in self.steps if each.name == name)
        return self.store.has(self.recipe(step))

    def _parameters(self, step: "Step") -> dict[str, Any]:
        """Those of the sections that it reads; of ``run`` the seed alone bears on a result."""
        sections = {name: getattr(self.whole, name).model_dump(mode="json") for name in step.reads}
        if "run" in sections:
            sections["run"] = {"seed": sections["run"]["seed"]}
        return {f"{section}.{name}": value for section, held in sections.items() for name, value in held.items()}

    def _needs(self, step: "Step") -> dict[str, str]:
        return {f"{NEEDS}{name}": self.digests.setdefault(name, secrets.token_hex()) for name in step.needs}

    def elapsed(self) -> float:
        """Seconds since the first step began."""
        return round(time.perf_counter() - self._begun[0][1], 2)

    def seconds(self) -> dict[str, float]:
        """Seconds of each step so far."""
        ends = [begin for _, begin in self._begun[1:]] + [time.perf_counter()]
        return {name: round(end - begin, 2) for (name, begin), end in zip(self._begun, ends, strict=True)}
