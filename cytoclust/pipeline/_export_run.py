"""Files for other programs, from a finished run."""

from dataclasses import dataclass, field
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.executor import Executor, Threads
from cytoclust.findings import Finding
from cytoclust.pipeline._finished import open_finished
from cytoclust.pipeline._listener import listener
from cytoclust.pipeline._refuse_inputs import refuse_inputs
from cytoclust.pipeline.export import read_gates, write_fcs_files, write_flowjo
from cytoclust.progress import Progress

__all__ = ["Exported", "export_run"]


@dataclass(frozen=True)
class Exported:
    """Folders that were written, and what has to be known of what is in them."""

    folders: tuple[Path, ...]
    notes: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True)
class _Work:
    """The workers of a command, and who hears of it."""

    executor: Executor
    progress: Progress

    def advance(self, events: int) -> None:
        """Some events are done."""
        self.progress.advance(events)


def export_run(
    out: str | Path,
    *,
    fcs: bool = False,
    flowjo: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write files for other programs into the folder of a finished run, from its labels and the files that it read.

    Parameters
    ----------
    out
        The folder. Files of events must lie where the run found them, and be the same (SHA-256).
    fcs
        ``OUT/fcs``: each file as FCS with the columns ``cluster``, ``population``, ``qc``, ``probability`` and
        ``cluster_jitter``, and ``legend.csv``.
    flowjo
        ``OUT/flowjo``: a workspace, and labels as FlowJo imports them; ``fcs`` with it.
    progress
        Hears how far it is; without one, Jupyter shows a bar.

    Returns
    -------
    Exported: the folders, and notes.

    Raises
    ------
    InputError
        Nothing is asked for, the folder is not that of a finished run, or a file of events is absent or another.
    """
    if not (fcs or flowjo):
        raise InputError("There is nothing to export: ask for fcs or flowjo.")
    folder = Path(out)
    with listener(progress) as told:
        work = _Work(Threads(2), told)
        told.stage("opening files", 0)
        cohort = open_finished(folder, work.executor)
        refuse_inputs(folder / "fcs", [sample.sample for sample in cohort.samples])
        written = [_folder(folder / "fcs")]
        told.stage("writing FCS files", sum(sample.n_events for sample in cohort.samples))
        notes = write_fcs_files(work, cohort, written[0])
        if flowjo:
            written.append(_folder(folder / "flowjo"))
            told.stage("writing a workspace", sum(sample.n_events for sample in cohort.samples))
            write_flowjo(work, cohort, written[1], fcs=written[0], gates=read_gates(folder / "gates"))
    return Exported(tuple(written), tuple(notes))


def _folder(path: Path) -> Path:
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be written to: {error.strerror}.") from None
    return path
