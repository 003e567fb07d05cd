"""Events that gates are learned from and judged by."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["GateEvents"]


@dataclass(frozen=True, eq=False)
class GateEvents:
    """Events of all files, those that quality control set aside among them, on the axes of a sorter.

    Attributes
    ----------
    values
        (n, d) float32: linear scatter, compensated fluorescence on the run's transform.
    weight
        (n,) float64: how many events of the files each stands for.
    target
        (n,) bool: whether it is of the population sought.
    sample
        (n,) intp: index of its sample.
    patient
        (n,) intp: index of its patient.
    kind
        (n,) intp: index into the names of what events are.
    """

    values: NDArray[np.float32]
    weight: NDArray[np.float64]
    target: NDArray[np.bool_]
    sample: NDArray[np.intp]
    patient: NDArray[np.intp]
    kind: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Some of them."""
        return replace(
            self,
            values=self.values[rows],
            weight=self.weight[rows],
            target=self.target[rows],
            sample=self.sample[rows],
            patient=self.patient[rows],
            kind=self.kind[rows],
        )
