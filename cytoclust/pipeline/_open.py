"""Opening the samples, and agreeing on their panel."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import EventFile, Panel, Sample, list_samples, open_events, reconcile_panel, same_events
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._opened import Opened, refuse_none
from cytoclust.pipeline._propose_batches import propose_batches
from cytoclust.pipeline._refuse_gates import refuse_gates
from cytoclust.pipeline._refuse_inputs import refuse_exports, refuse_inputs
from cytoclust.pp import Compensation, choose_markers, refuse_constant, unsaid_dyes
from cytoclust.rules import RuleSet
from cytoclust.stats import pairs_of, primary_populations, sheet_table, with_covariates

__all__ = ["OnError", "Request", "open_samples"]

OnError = Literal["stop", "skip"]
Request: TypeAlias = str | Path | Sequence[str | Path]


def open_samples(
    context: Context, *, request: Request, rules: RuleSet | None
) -> tuple[list[Opened], Panel]:  # fmt: skip
    """Every sample open, with the columns that they share; no event is read yet but to see that they differ.

    Raises
    ------
    InputError
        A sheet, file, panel, matrix, contrast or primary population that cannot be used. With ``on_error="skip"`` a
        faulty file is left out and noted, as long as one is left.
    """
    config = context.config
    refuse_gates(config.export.gates, rules)
    listed, doubts = list_samples(request, check_files=context.on_error == "stop")
    context.note(*doubts)
    opened = _open(listed, context)
    context.note(*same_events([sample for sample, _ in opened], [file for _, file in opened]))
    panel, opened = _panel(opened, context)
    compensation = Compensation.of(context.config)
    if config.compensate.enabled and not compensation.wanted:
        context.note(Finding("taken as compensated"))
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    context.note(*unsaid_dyes(panel, config.panel.viability))
    ready = []
    for sample, file in opened:
        with _left_out(context, sample):
            refuse_constant(file, panel, columns)
            ready.append(Opened(sample, compensation.open(file, panel)))
    samples = [each.sample for each in ready]
    refuse_none(samples, listed, context)
    refuse_exports(context.output.folder, samples)
    if config.export.fcs or config.export.flowjo:
        refuse_inputs(context.output.folder / "fcs", samples)
    chosen = config.contrasts
    context.note(*propose_batches(opened))
    sheet = sheet_table(samples)
    for each in pairs_of(sheet, chosen):  # refused before an hour is spent
        with_covariates(each, sheet, chosen.covariates)
    primary_populations(chosen, rules, panel.names)
    return ready, panel


def _open(listed: list[Sample], context: Context) -> list[tuple[Sample, EventFile]]:
    opened: list[tuple[Sample, EventFile]] = []
    for sample in listed:
        with _left_out(context, sample):
            follow = context.config.read.data_offset
            opened.append((sample, open_events(sample.path, dataset=sample.dataset, data_offset=follow)))
    refuse_none(opened, listed, context)
    return opened


def _panel(
    opened: list[tuple[Sample, EventFile]], context: Context
) -> tuple[Panel, list[tuple[Sample, EventFile]]]:  # fmt: skip
    """The panel, and the files that have it."""
    config = context.config
    while True:
        try:
            files = [file for _, file in opened]
            return reconcile_panel(files, markers=config.cluster.markers, names=config.panel.names), opened
        except InputError as error:
            if context.on_error == "stop" or error.path is None or len(opened) == 1:
                raise
            for sample in [each for each, file in opened if file.path == error.path]:
                context.leave_out(sample, error)
            opened = [pair for pair in opened if pair[1].path != error.path]


@contextmanager
def _left_out(context: Context, sample: Sample) -> Iterator[None]:
    """A fault of one sample becomes a note, if such samples are to be skipped."""
    try:
        yield
    except InputError as error:
        context.leave_out(sample, error)
