"""Cuts of positivity from the control files of the sheet."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust import record
from cytoclust.io import Panel, Sample, read_controls, sha256
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._normalise import Gains
from cytoclust.pipeline._open import Request
from cytoclust.pipeline._prepare import Prepared
from cytoclust.positivity import Control, cuts_of_control
from cytoclust.pp import Compensation, Transform, read_control

__all__ = ["use_controls"]


def use_controls(
    context: Context,
    *,
    request: Request,
    samples: Sequence[Sample],
    prepared: Sequence[Prepared],
    panel: Panel,
    stained: NDArray[np.int64],
    transform: Transform,
    gains: Gains | None,
) -> tuple[list[Control], list[record.Control]]:
    """The cuts, and what the record says of each file."""
    config = context.config
    files = read_controls(request, check_files=context.on_error == "stop")
    if files:
        context.begin(0)
    found = [
        read_control(
            file, panel=panel, stained=stained, batches=[sample.batch for sample in samples],
            compensation=Compensation.of(context.config),
            compensated=any(each.source.matrix is not None for each in prepared),
            quality=config.quality, viability=config.panel.viability, transform=transform,
            data_offset=config.read.data_offset,
            gain=None if gains is None else gains.of_control(file),
        )
        for file in files
    ]  # fmt: skip
    cuts = [cuts_of_control(each, panel.names) for each in found]
    rows = [
        record.Control(
            control=each.file.kind, name=each.file.name, path=str(each.file.path), sha256=sha256(each.file.path),
            batch=each.file.batch, n_events=each.n_events, n_ok=len(each.events),
            cuts={cut.marker: round(cut.cut, 4) for cut in own},
        )
        for each, own in zip(found, cuts, strict=True)
    ]  # fmt: skip
    return [cut for own in cuts for cut in own], rows
