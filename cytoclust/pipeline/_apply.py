"""New samples read against a reference: the same names as last week's."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.executor import Threads
from cytoclust.frozen import FILE, Reference, file_key, open_reference, outside_samples
from cytoclust.params import Config, update
from cytoclust.pipeline._apply_steps import APPLY_STEPS
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._finished import Finished, read_finished
from cytoclust.pipeline._listener import listener
from cytoclust.pipeline._open import OnError
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._result import Result
from cytoclust.pipeline._store import Store
from cytoclust.pipeline._take_steps import take_steps
from cytoclust.progress import Progress
from cytoclust.record import Record
from cytoclust.words import plural, some

__all__ = ["Application", "apply"]


@dataclass(frozen=True, repr=False)
class Application(Result):
    """What applying a reference wrote; see :class:`Result`."""

    @property
    def outside(self) -> list[str]:
        """Those outside the reference, with a population that it has not seen, too much haze, drift by a control, or
        next to no event that passed quality control.
        """
        return list(outside_samples(self.tables))

    def summary(self) -> dict[str, Any]:
        """What a machine asks, as JSON has it."""
        table = self.tables["unlike"]
        return {
            "out": str(self.out),
            "reference": self.record["reference"]["sha256"],
            "samples": len(self.record["inputs"]),
            "events": sum(each["total"] for each in self.record["events"]),
            "unlike": int(table["n_unlike"].sum()),
            "outside": self.outside,
            "notes": list(dict.fromkeys(note["code"] for note in self.record["notes"])),
            "left_out": [each["sample_id"] for each in self.record["left_out"]],
        }

    def _rows(self) -> list[tuple[str, str]]:
        outside = self.outside
        told = some(outside, len(outside)) if outside else "none"
        unlike = plural(int(self.tables["unlike"]["n_unlike"].sum()), "event")
        rows = [("reference", self.record["reference"]["sha256"][:12]), ("outside the reference", told)]
        return [*rows, ("unlike", f"{unlike} of kinds that the reference has not seen")]


def apply(
    reference: Reference | str | Path,
    samples: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    earlier: Sequence[str | Path] = (),
    workers: int | None = None,
    on_error: OnError = "stop",
    progress: Progress | None = None,
) -> Application:
    """Give the events of new samples the clusters and names of a reference, and hold them beside its ranges.

    Every sample is read by itself; no other one bears on its labels, or on its rows of the tables.

    Parameters
    ----------
    reference
        As :func:`cytoclust.reference.build` made it, or its file.
    samples
        As for :func:`cytoclust.run`.
    out
        The folder to write to; what an earlier run left there is replaced.
    earlier
        Folders finished by ``run`` or ``apply``: earlier visits of the same patients (``patient_id``), and the control
        chart that this one goes on from. A file that stands in several counts once, as in the last of them.
    workers
        Threads.
    on_error
        ``skip`` leaves out a sample that cannot be read or is not of the reference's panel, and says so.
    progress
        Hears how far it is.

    Returns
    -------
    Application: as the result of a run, and ``outside``, the samples that the reference does not hold for.

    Raises
    ------
    InputError
        A reference, sheet or file that cannot be used.
    """
    known = reference if isinstance(reference, Reference) else open_reference(reference)
    before = [read_finished(folder) for folder in earlier]
    given = {
        "request": samples, "reference": known, "earlier": [_populations(each) for each in before],
        "otherwise": [str(each.folder) for each in before if not _is_of(each.record, known)],
        "charts": [each.tables["control_chart"] for each in before if "control_chart" in each.tables],
    }  # fmt: skip
    config = _config(known.config, workers)
    folder = Path(out)
    with ExitStack() as cleanup:
        heard = cleanup.enter_context(listener(progress))
        store = cleanup.enter_context(Store(folder, where="memory"))
        output = cleanup.enter_context(Output(folder, [step.writes for step in APPLY_STEPS if step.writes]))
        context = Context(
            config, output, store, Threads(config.run.workers), heard, on_error, cleanup, steps=APPLY_STEPS
        )
        made = take_steps(context, APPLY_STEPS, given)
    return Application(folder, made["tables"], made["adata"], made["done"].to_json())


def _populations(finished: Finished) -> pd.DataFrame:
    """Of an earlier run, with what the file of each sample is known by."""
    files = {each.sample_id: file_key(each.sha256, each.dataset) for each in finished.record.inputs}
    table = finished.tables["populations"]
    return table.assign(**{FILE: table[keys.SAMPLE].astype(str).map(files)})


def _is_of(earlier: Record, reference: Reference) -> bool:
    """Whether its populations are those of the reference: read against it, or the run that it was made of."""
    used = earlier.reference
    return earlier.started == reference.started if used is None else used.sha256 == reference.sha256


def _config(config: Config, workers: int | None) -> Config:
    """The parameters of the reference's run; what was written for other programs is not asked for again."""
    changes: dict[str, Any] = {
        "embed.enabled": False,
        "run.store": "memory",
        "run.scheduler": "threads",
        "run.scratch": "",
    }
    changes |= {"export.fcs": False, "export.flowjo": False, "export.zarr": False, "export.gates": []}
    return update(config, changes | ({"run.workers": workers} if workers is not None else {"run.workers": 2}))
