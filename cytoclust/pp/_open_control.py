"""A control file opened as the samples were."""

from typing import Literal

from cytoclust.errors import InputError
from cytoclust.io import ControlFile, Panel, open_events
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._compensation import Compensation

__all__ = ["open_control"]


def open_control(
    file: ControlFile,
    panel: Panel,
    compensation: Compensation,
    *,
    compensated: bool,
    data_offset: Literal["auto", "header", "text"],
) -> Compensated:
    """Its events, compensated where the samples are.

    Raises
    ------
    InputError
        Another panel, or no spillover matrix although the samples have one.
    """
    source = compensation.open(open_events(file.path, dataset=file.dataset, data_offset=data_offset), panel)
    if source.matrix is None and compensated:
        raise InputError(
            f"{file.where}: {file.path} has no spillover matrix although the samples have one. Give one for all with "
            "compensate.matrix."
        )
    return source
