"""Whether new samples were measured as the reference's were."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust.drift import ControlProfile, ControlRow, control_chart, drift_table, nearest_control
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen import Reference, drift_landmarks, drifted_batches, outside_samples
from cytoclust.io import read_process_controls
from cytoclust.pipeline._apply_open import open_like
from cytoclust.pipeline._apply_sample import Applied
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._drift import measured, say_chart, say_drift
from cytoclust.pipeline._normalise import Process, read_process
from cytoclust.pipeline._open import Request

__all__ = ["drift_applied", "read_applied_controls"]


def read_applied_controls(context: Context, *, request: Request, reference: Reference) -> Process:
    """The process controls and beads of the sheet.

    Raises
    ------
    InputError
        One that cannot be read, or is not of the reference's panel, scale, voltage or compensation.
    """
    files = read_process_controls(request, check_files=context.on_error == "stop")
    for file in files:
        try:
            _, notes = open_like(file.path, reference, dataset=file.dataset)
        except InputError as error:
            raise InputError(f"{file.where}: {error}") from None
        for note in notes:
            context.note(note, sample=file.name)
    return read_process(
        files, reference.panel, reference.config, compensation=reference.compensation,
        compensated=any(reference.compensated),
    )  # fmt: skip


def drift_applied(
    context: Context,
    *,
    applied: Sequence[Applied],
    reference: Reference,
    digests: Sequence[str],
    process: Process,
    tables: Mapping[str, pd.DataFrame],
    charts: Sequence[pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """The tables with ``drift``, and ``control_chart`` where there are controls; what they show is noted."""
    known = set(reference.inputs["sha256"])
    new = [each for each, digest in zip(applied, digests, strict=True) if digest not in known]
    drift = _drift(applied, new, reference, process)
    found = dict(tables) | ({"drift": drift} if len(drift) else {})
    say_drift(context, drift)
    lacking = [role for role in ("process", "beads") if process.role(role) and not reference.keeps(role)]
    if lacking:
        context.note(Finding("controls not compared", which=lacking))
    if process.controls:
        found["control_chart"] = control_chart(measured(process), charts)
        say_chart(context, found["control_chart"], [each.file.name for each in process.controls])
    if drifted_batches(drift):
        which = [name for name, why in outside_samples(found).items() if "drift" in why]
        context.note(*([Finding("outside by drift", which=which)] if which else []))
    return found


def _drift(
    applied: Sequence[Applied], new: Sequence[Applied], reference: Reference, process: Process
) -> pd.DataFrame:  # fmt: skip
    """Batch by batch, so that no other bears on its rows; a control without a batch holds for all.

    A control is held beside that batch of the reference which is nearest to it, for its clusters were made of all. A
    batch of which no sample is ``new`` was measured as the reference was: beads and populations do not ask again.
    """
    own = list(dict.fromkeys(each.sample.batch or "" for each in applied))
    named = dict.fromkeys([*own, *(each.file.batch for each in process.controls if each.file.batch)])
    parts = []
    for batch in named:
        here = [each for each in process.controls if each.file.batch in {batch, None}]
        rows = [
            ControlRow(each.file.name, batch, ControlProfile.of(each.events, process.markers))
            for each in here
            if each.file.role == "process" and reference.controls
        ]
        mine = [each.landmarks for each in new if (each.sample.batch or "") == batch]
        again = batch in own and not mine
        beads: dict[tuple[str, str], NDArray[np.float32]] = {
            (each.file.name, batch): each.events for each in here if each.file.role == "beads" and not again
        }
        parts.append(drift_table(
            process.markers, batches=[batch] if mine else [], reference_batch=None, controls=rows, beads=beads,
            reference=nearest_control([each.profile for each in rows], list(reference.controls.values())),
            reference_beads=reference.beads,
            landmarks=drift_landmarks(reference, process.columns, mine, batch),
        ))  # fmt: skip
    known = [each for each in parts if len(each)]
    return pd.concat(known, ignore_index=True) if known else parts[0]
