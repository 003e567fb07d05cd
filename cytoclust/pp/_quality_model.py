"""What the checks of quality learnt from one sample."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding

__all__ = ["CheckModel", "Fitted", "QualityModel", "Summary"]


class CheckModel(Protocol):
    """A check that is fitted to a sample."""

    def apply(self, events: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which events it sets aside (n,): of each by itself, from its signals (n, p) and its row in the sample."""
        ...

    def summary(self) -> dict[str, Any]:
        """Its thresholds as plain mappings, numbers and lists."""
        ...


Fitted = tuple[CheckModel | None, tuple[Finding, ...]]
"""What fitting a check gives: its model, None where there is nothing to set aside; and what it found or lacked."""


@dataclass(frozen=True)
class QualityModel:
    """Thresholds of each check, fitted to one sample.

    Attributes
    ----------
    models
        By the check's name, in the order in which checks claim an event; without those that are off or have nothing to
        remove.
    notes
        What was skipped or assumed.
    limits
        Lowest and highest value that each column can have, (2, p).
    """

    models: Mapping[str, CheckModel] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    limits: NDArray[np.float32] | None = None

    def summary(self) -> dict[str, Any]:
        """The model as plain mappings, numbers and lists, for ``uns`` and run.json."""
        plain = {name: model.summary() for name, model in self.models.items()}
        return plain | {"notes": [note.sentence for note in self.notes]}


class Summary:
    """The summary of a model that is a dataclass: its fields."""

    def summary(self) -> dict[str, Any]:
        """The fields as plain mappings, numbers and lists."""
        return _plain(asdict(self))  # type: ignore[call-overload]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
