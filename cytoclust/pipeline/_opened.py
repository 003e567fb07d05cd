"""A sample that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from cytoclust.errors import InputError
from cytoclust.io import Sample
from cytoclust.pipeline._context import Context
from cytoclust.pp import Compensated

__all__ = ["Opened", "refuse_none"]


@dataclass(frozen=True, eq=False)
class Opened:
    """A sample, and its file with its matrix."""

    sample: Sample
    source: Compensated


def refuse_none(kept: Sequence[object], listed: Sequence[Sample], context: Context) -> None:
    """Refuse a run of which every sample was left out.

    Raises
    ------
    InputError
        It says why the last was.
    """
    if not kept:
        raise InputError(f"None of the {len(listed)} samples can be used. left out: {context.left_out[-1].why}")
