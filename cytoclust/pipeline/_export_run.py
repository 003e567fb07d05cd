"""Files for other programs, from a finished run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from cytoclust.errors import InputError
from cytoclust.executor import Executor, Threads, Told
from cytoclust.findings import Finding
from cytoclust.pipeline._finished import read_cohort, read_written, write_table
from cytoclust.pipeline._held import held
from cytoclust.pipeline._labelled import LabelledCohort
from cytoclust.pipeline._listener import listener
from cytoclust.pipeline._open_finished import open_finished
from cytoclust.pipeline._redraw import redraw
from cytoclust.pipeline._refuse_gates import refuse_divided
from cytoclust.pipeline._refuse_inputs import refuse_inputs
from cytoclust.pipeline.export import joined, read_gates, write_fcs_files, write_flowjo, write_sort_gates
from cytoclust.progress import Progress
from cytoclust.tables import read_csv

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

    @property
    def advance(self) -> Told:
        """Hears of events done."""
        return Told(self.progress.advance)


def export_run(
    out: str | Path,
    *,
    fcs: bool = False,
    flowjo: bool = False,
    gates: Sequence[str] = (),
    progress: Progress | None = None,
) -> Exported:
    """Write files for other programs into the folder of a finished run, from its labels and the files that it read.

    Parameters
    ----------
    out
        The folder. Files of events must lie where the run found them, and be the same (SHA-256).
    gates
        Populations to sort, or clusters as ``cluster 12``: ``OUT/gates`` has Gating-ML and a page to draw from of each,
        ``tables/gates.csv`` and ``sort_plan.csv`` what they yield, and the report shows them.
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
        Nothing is asked for, the folder is not that of a finished run, a file of events is absent or
        another, or a run writes to it.
    LimitError
        The disk is full.
    """
    if not (fcs or flowjo or gates):
        raise InputError("There is nothing to export: ask for fcs, flowjo or gates.")
    with listener(progress) as told, held(out) as folder:
        work = _Work(Threads(2), told)
        told.stage("opening files", 0)
        cohort = open_finished(folder, work.executor)
        written: list[Path] = []
        notes: list[Finding] = []
        refuse_divided(cohort.config.normalize.method, gates)
        if gates:
            told.stage("learning gates", 0)
            written.append(_folder(folder / "gates"))
            notes += _export_gates(folder, cohort, gates)
        if fcs or flowjo:
            refuse_inputs(folder / "fcs", [sample.sample for sample in cohort.samples])
            written.append(_folder(folder / "fcs"))
            told.stage("writing FCS files", sum(sample.n_events for sample in cohort.samples))
            notes += write_fcs_files(work, cohort, folder / "fcs")
        if flowjo:
            written.append(_folder(folder / "flowjo"))
            told.stage("writing a workspace", sum(sample.n_events for sample in cohort.samples))
            write_flowjo(work, cohort, folder / "flowjo", fcs=folder / "fcs", gates=read_gates(folder / "gates"))
    return Exported(tuple(written), tuple(notes))


def _export_gates(folder: Path, cohort: LabelledCohort, names: Sequence[str]) -> tuple[Finding, ...]:
    """Gates with their pages and tables, and the report with them; what has to be known of them."""
    asked = cohort.config.export.model_copy(update={"gates": list(names)})
    adata = read_cohort(folder)
    paths = {name: folder / "tables" / f"{name}.csv" for name in ("populations", "gates", "sort_plan")}
    tables = {name: read_written(path, partial(read_csv, name)) for name, path in paths.items() if path.is_file()}
    made = write_sort_gates(cohort, folder / "gates", adata, tables.get("populations", pd.DataFrame()), asked)
    for name, table in joined(tables, made.tables).items():
        write_table(folder, name, table)
    redraw(folder)
    return made.notes


def _folder(path: Path) -> Path:
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be written to: {error.strerror}.") from None
    return path
