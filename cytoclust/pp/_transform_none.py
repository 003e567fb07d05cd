"""No transform: of data that are transformed already."""

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import Panel

__all__ = ["apply", "describe", "fit"]


def fit(_: params.Transform, __: NDArray[np.float32], ___: Panel) -> None:
    """Nothing is learnt."""


def apply(events: NDArray[np.float32], _: None) -> NDArray[np.float32]:
    """The events as they are."""
    return np.ascontiguousarray(events)


def describe(_: None) -> str:
    """That nothing is done."""
    return "none"
