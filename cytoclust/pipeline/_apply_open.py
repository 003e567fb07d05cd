"""Files that are read against a reference."""

from collections.abc import Sequence
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.executor import Beside
from cytoclust.findings import Finding
from cytoclust.frozen import Reference, compare_file, file_key, refuse_compensation
from cytoclust.io import EventFile, Sample, list_samples, open_events, same_events, sha256
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._open import Request
from cytoclust.pipeline._opened import Opened, refuse_none
from cytoclust.pipeline._refuse_inputs import refuse_exports
from cytoclust.pp import Compensated, constant_columns

__all__ = ["key_of", "open_applied", "open_like", "warm_up_drawing"]

MANY = 100_000
"""Events from which on a second process draws part of the report. Bears on no result: with fewer, the report's turn
comes before such a process is ready.
"""


def open_like(path: Path, reference: Reference, *, dataset: int | None = None) -> tuple[Compensated, list[Finding]]:
    """A file with its matrix, if it is like those of the reference, and what it has beyond.

    Raises
    ------
    InputError
        It is not: see :func:`cytoclust.frozen.compare_file`.
    """
    config = reference.config
    file = open_events(path, dataset=dataset, data_offset=config.read.data_offset)
    if file.n_events == 0:
        raise InputError(f"{file.path} holds no events; leave it out.", path=file.path)
    notes = compare_file(file, reference)
    source = reference.compensation.open(file, reference.panel)
    refuse_compensation(source, reference)
    return source, notes


def open_applied(context: Context, *, request: Request, reference: Reference) -> tuple[list[Opened], list[str]]:
    """Every sample open, and the SHA-256 of each file.

    Raises
    ------
    InputError
        A sheet or file that cannot be used; with ``on_error="skip"`` a file is left out and noted, as long as one is
        left.
    """
    listed, doubts = list_samples(request, check_files=context.on_error == "stop")
    context.note(*doubts)
    opened: list[Opened] = []
    digests: list[str] = []
    own = reference.own
    for sample in listed:
        try:
            source, notes = open_like(sample.path, reference, dataset=sample.dataset)
            digest = sha256(sample.path)
            if key_of(sample, digest) not in own:
                _refuse_dark(source.file, reference)
            digests.append(digest)
        except InputError as error:
            context.leave_out(sample, error)
            continue
        for note in notes:
            context.note(note, sample=sample.sample_id)
        opened.append(Opened(sample, source))
    context.note(*same_events([each.sample for each in opened], [each.source.file for each in opened]))
    refuse_none(opened, listed, context)
    refuse_exports(context.output.folder, [each.sample for each in opened])
    return opened, digests


def key_of(sample: Sample, digest: str) -> str:
    """What the data set of a sample is known by."""
    return file_key(digest, None if sample.dataset is None else sample.dataset + 1)


def _refuse_dark(file: EventFile, reference: Reference) -> None:
    """Refuse a file in which a marker of the clustering was not measured, which is no sign that cells lack it.

    Raises
    ------
    InputError
        All events have the same value of it.
    """
    dark = constant_columns(file, reference.panel.columns(file)[reference.columns])
    if dark:
        names = ", ".join(reference.panel.names[reference.columns[place]] for place in dark)
        raise InputError(
            f"{file.path}: {names}: all {file.n_events:,} events have the same value: it was not measured; leave the "
            "file out.",
            path=file.path,
        )


def warm_up_drawing(context: Context, *, opened: Sequence[Opened]) -> None:
    """A process that makes ready to draw while samples are read, where there are two workers and enough to read."""
    if context.executor.workers > 1 and sum(each.source.file.n_events for each in opened) >= MANY:
        context.beside = context.cleanup.enter_context(Beside("cytoclust.report"))
