"""The desk of a finished run: what is made is written to ``OUT/explore``, and nothing elsewhere."""

from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.exploration._desk import Desk, Made
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._gates_for import gating_ml
from cytoclust.exploration._serve import Server
from cytoclust.io import atomic_path, safe_sample_id
from cytoclust.io.gates import Gate
from cytoclust.pipeline import LabelledCohort, called_here, matrix_of, write_gates
from cytoclust.progress import Progress

__all__ = ["FOLDER", "open_server", "run_desk"]

FOLDER: Final = "explore"


def open_server(out: str | Path, *, progress: Progress | None = None) -> Server:
    """A server, not begun yet, of all events of a finished run.

    Raises
    ------
    InputError
        The folder is not that of a finished run, or a file of events is absent or another.
    """
    from cytoclust.exploration._open_run import open_run

    explorer, cohort = open_run(out, progress=progress)
    return Server(run_desk(explorer, cohort, Path(out)))


def run_desk(explorer: Explorer, cohort: LabelledCohort, out: Path) -> Desk:
    """The desk of a run's folder."""

    def gate(gates: list[Gate]) -> str:
        sample = cohort.samples[0]
        return gating_ml(gates, matrix=matrix_of(sample), channels=called_here(cohort, sample))

    def save(made: Made, gates: list[Gate]) -> str:
        folder = _folder(out)
        if gates:
            name = write_gates(folder, cohort, {made["name"]: gates})[made["name"]]
            return f"{FOLDER}/{name}"
        stem = "thresholds" if made["what"] == "thresholds" else f"rule {safe_sample_id(made['name'])}"
        with atomic_path(folder / f"{stem}.yaml") as temporary:
            temporary.write_text(made["text"], encoding="utf-8")
        return f"{FOLDER}/{stem}.yaml"

    return Desk(explorer, title=_title(cohort, out), gate=gate, save=save)


def _folder(out: Path) -> Path:
    """``OUT/explore``; one that leads elsewhere is not written to.

    Raises
    ------
    InputError
        It leads out of the folder of the run, or cannot be made.
    """
    folder = out / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}.") from None
    if folder.is_symlink() or folder.resolve().parent != out.resolve():
        raise InputError(f"{folder} leads out of {out}: nothing is written there.")
    return folder


def _title(cohort: LabelledCohort, out: Path) -> str:
    title = cohort.config.report.title
    return title or out.name
