"""Whether new samples were measured as the reference's were."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.drift import ControlProfile, ControlRow, control_chart, drift_table, nearest_control
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen import Reference, drift_landmarks, outside_samples
from cytoclust.io import ControlFile, Sample, read_controls, read_process_controls
from cytoclust.pipeline._apply_open import key_of, open_like
from cytoclust.pipeline._apply_sample import Applied
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._drift import measured, say_chart, say_drift
from cytoclust.pipeline._normalise import Process, read_process
from cytoclust.pipeline._open import Request
from cytoclust.pipeline._opened import Opened

__all__ = ["doubt_controls", "drift_applied", "read_applied_controls"]


def doubt_controls(
    samples: Sequence[Sample], controls: Sequence[ControlFile], cuts: Sequence[ControlFile]
) -> list[Finding]:  # fmt: skip
    """Controls of a sheet that tell nothing of its samples: of a batch that none has, or that show where cells without
    a marker end (``cuts``), which the reference has learnt.
    """
    batches = list(dict.fromkeys(each.batch or "" for each in samples))
    alone = [each for each in controls if each.batch not in {None, *batches} and "" not in batches]
    found = [Finding("controls not read", which=[each.name for each in cuts])] if cuts else []
    if alone:
        which = [f"{each.name} of {each.batch}" for each in alone]
        found.append(Finding("control of another batch", which=which, batches=batches))
    return found


def read_applied_controls(
    context: Context, *, request: Request, reference: Reference, opened: Sequence[Opened]
) -> Process:
    """The process controls and beads of the sheet.

    Raises
    ------
    InputError
        One that cannot be read, or is not of the reference's panel, scale, voltage or compensation.
    """
    files = read_process_controls(request, check_files=context.on_error == "stop")
    context.note(*doubt_controls([each.sample for each in opened], files, read_controls(request, check_files=False)))
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
    known = reference.own
    new = [each for each, digest in zip(applied, digests, strict=True) if key_of(each.sample, digest) not in known]
    drift = _drift(applied, new, reference, process)
    found = dict(tables) | ({"drift": drift} if len(drift) else {})
    say_drift(context, drift)
    mute = [str(name) for name, of in drift.groupby(keys.SAMPLE, sort=False) if name and _tells_nothing(of)]
    context.note(*([Finding("control tells nothing", which=mute)] if mute else []))
    lacking = [role for role in ("process", "beads") if process.role(role) and not reference.keeps(role)]
    if lacking:
        context.note(Finding("controls not compared", which=lacking))
    if process.controls:
        found["control_chart"] = control_chart(measured(process), charts)
        say_chart(context, found["control_chart"], [each.file.name for each in process.controls])
    outside = outside_samples(found)
    for reason, code in (("drift", "outside by drift"), ("few events", "few events passed")):
        which = [name for name, why in outside.items() if reason in why]
        context.note(*([Finding(code, which=which)] if which else []))
    return found


def _tells_nothing(rows: pd.DataFrame) -> bool:
    return bool((rows[keys.STATUS] == "not evaluable").all())


def _drift(
    applied: Sequence[Applied], new: Sequence[Applied], reference: Reference, process: Process
) -> pd.DataFrame:  # fmt: skip
    """Batch by batch, so that no other bears on its rows. A control without a batch holds for all; each of them holds
    for samples without one, for nothing says of which they are not.

    A control is held beside that batch of the reference which is nearest to it, for its clusters were made of all. A
    batch of which no sample is ``new`` was measured as the reference was: beads and populations do not ask again.
    """
    own = list(dict.fromkeys(each.sample.batch or "" for each in applied))
    alone = [] if "" in own else [each.file.batch for each in process.controls if each.file.batch]
    named = dict.fromkeys([*own, *alone])
    parts = []
    for batch in named:
        here = [each for each in process.controls if not batch or each.file.batch in {batch, None}]
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
