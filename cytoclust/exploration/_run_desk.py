"""The desk of a finished run: what is made is written to ``OUT/explore``, and nothing elsewhere."""

import shlex
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.exploration._desk import Desk, Made
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._gates_for import gating_ml
from cytoclust.exploration._join_rules import join_rules
from cytoclust.exploration._serve import Server
from cytoclust.exploration._write_thresholds import thresholds_yaml
from cytoclust.io import atomic_path, safe_sample_id
from cytoclust.io.gates import Gate
from cytoclust.params import D
from cytoclust.pipeline import LabelledCohort, called_here, matrix_of, write_gates
from cytoclust.progress import Progress

__all__ = ["FOLDER", "open_server", "run_desk"]

FOLDER: Final = "explore"
CUTS: Final = "thresholds.yaml"
RULES: Final = "rules.yaml"
_RECORD: Final = "run.json"


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
        if made["what"] == "thresholds":
            made["next"] = _command(folder, explorer)
            return _write(folder / CUTS, made["text"])
        saved = _write(folder / f"rule {safe_sample_id(made['name'])}.yaml", made["text"])
        drawn = sorted(folder.glob("rule *.yaml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        _write(folder / RULES, join_rules(drawn))
        if explorer.moved:
            _write(folder / CUTS, thresholds_yaml(explorer))
        made["next"] = _command(folder, explorer)
        return saved

    return Desk(explorer, title=_title(cohort, out), gate=gate, save=save)


def _write(path: Path, text: str) -> str:
    """A file of ``OUT/explore``, by its name there."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return f"{FOLDER}/{path.name}"


def _command(folder: Path, explorer: Explorer) -> str:
    """The run that uses what was drawn, with the parameters of the run that was looked at."""
    words = ["cytoclust", "run", "SAMPLES", "-o", f"{folder.parent}_2", "--config", str(folder.parent / _RECORD)]
    words += ["--config", str(folder / CUTS)] if explorer.moved else []
    words += ["--rules", str(folder / RULES)] if (folder / RULES).exists() else []
    return shlex.join(words)


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
    """What the report is called, unless nobody called it."""
    title = cohort.config.report.title
    return title if title and title != D.report.title else out.resolve().name
