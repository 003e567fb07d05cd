"""What every step of a run is given beside what it needs."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cytoclust.executor import Executor, Told
from cytoclust.findings import Finding
from cytoclust.params import Config
from cytoclust.progress import Progress

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
    _begun: list[tuple[str, float]] = field(default_factory=list)

    def enter(self, step: "Step") -> None:
        """A step begins."""
        self.step = step
        self.config = Parameters(self.whole, step.reads)
        self._begun.append((step.name, time.perf_counter()))
        self.begin(0)

    def begin(self, total: int) -> None:
        """So many events will be worked on in this step."""
        self.progress.stage(self.step.title, total)

    @property
    def advance(self) -> Told:
        """Hears of events done, wherever they are."""
        return Told(self.progress.advance)

    def note(self, *findings: Finding, sample: str = "") -> None:
        """Something worth saying."""
        self.found += [(self.step.name, sample, finding) for finding in findings]

    def elapsed(self) -> float:
        """Seconds since the first step began."""
        return round(time.perf_counter() - self._begun[0][1], 2)

    def seconds(self) -> dict[str, float]:
        """Seconds of each step so far."""
        ends = [begin for _, begin in self._begun[1:]] + [time.perf_counter()]
        return {name: round(end - begin, 2) for (name, begin), end in zip(self._begun, ends, strict=True)}
