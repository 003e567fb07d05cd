"""From the linear scale to the one on which events are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._mass_columns import find_mass, transformed_before
from cytoclust.registry import TRANSFORMS

__all__ = ["Transform", "TransformMethod", "fit_transform"]


class TransformMethod(Protocol):
    """What a row of ``registry.TRANSFORMS`` names: a module with these functions will do."""

    def fit(self, chosen: params.Transform, pooled: NDArray[np.float32], panel: Panel, /) -> NDArray[np.float64] | None:
        """Parameters of each column, (p,) or (p, several), NaN of one that stays linear; None if there are none.

        Columns of ``panel.scaled`` are scatter that is clustered on: give it a scale beside the markers.
        """
        ...

    def apply(self, events: NDArray[np.float32], parameters: Any, /) -> NDArray[np.float32]:
        """Linear events (n, q) on the transformed scale, by the parameters of these columns; each event by itself."""
        ...

    def describe(self, parameters: Any, /) -> str:
        """In words, by the parameters of one column."""
        ...


_STRONG = 1e6
"""A signal, in the unit of the file, at which the scales of instruments are logarithmic. Bears on no result: any so
strong moves as far."""


@dataclass(frozen=True)
class Transform:
    """What is done to linear events; ``parameters`` are those of its method (``registry.TRANSFORMS``)."""

    method: str
    parameters: NDArray[np.float64] | None
    notes: tuple[Finding, ...] = field(default=(), compare=False)

    def __call__(self, events: NDArray[np.float32], columns: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Events × columns of the panel (all by default) on the transformed scale."""
        if columns is not None:
            events = events.take(columns, axis=1)
        chosen = slice(None) if columns is None else columns
        return _method(self.method).apply(events, None if self.parameters is None else self.parameters[chosen])

    def zero(self, columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Where no signal lies, of columns of the panel; NaN of those that are not transformed, so that none knows."""
        if self.parameters is None:
            return np.full(len(columns), np.nan)
        own = self.parameters[columns].reshape(len(columns), -1)
        width = len(self.parameters)
        at = self(np.zeros((1, width), dtype=np.float32), columns)[0].astype(np.float64)
        return np.where(np.isnan(own).any(axis=1), np.nan, at)

    def doubling(self, columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """How far a strong signal moves where it is doubled, of columns of the panel; 0 of those not transformed."""
        if self.parameters is None:
            return np.zeros(len(columns))
        strong = np.outer((_STRONG, 2 * _STRONG), np.ones(len(self.parameters))).astype(np.float32)
        return np.where(np.isnan(self.zero(columns)), 0.0, np.diff(self(strong, columns).astype(np.float64), axis=0)[0])

    def inverse(self, values: NDArray[np.float64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Signals in the unit of the file that stand at values (n, q) of the transformed scale, by halving intervals.

        Values themselves where a column is not transformed.
        """
        known = ~np.isnan(self.zero(columns))
        if not known.any():
            return values.astype(np.float64)
        low, high = np.full(values.shape, -_FARTHEST), np.full(values.shape, _FARTHEST)
        full = np.zeros((len(values), len(self.parameters)), dtype=np.float32)  # type: ignore[arg-type]
        for _ in range(_HALVINGS):
            middle = _between(low, high)
            full[:, columns] = middle
            below = self(full, columns) < values
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.where(known, _between(low, high), values)

    def words(self, column: int) -> str:
        """How one column is transformed."""
        if self.parameters is None:
            return _method(self.method).describe(None)
        own = self.parameters[column]
        return "none" if np.isnan(own).any() else _method(self.method).describe(own)

    def table(self, names: Sequence[str]) -> pd.DataFrame | None:
        """``uns["transform"]["channels"]``: parameters of each transformed channel, named by the method.

        The column ``spread``, where there is one, says of which channels whole numbers were spread.
        """
        if self.parameters is None:
            return None
        columns = list(TRANSFORMS[self.method].columns)
        return pd.DataFrame(self.parameters, columns=columns, index=pd.Index(list(names), dtype=object)).dropna()


def fit_transform(
    chosen: params.Transform, pooled: NDArray[np.float32], panel: Panel, *, scatter: Sequence[int] = ()
) -> Transform:
    """The transform of a cohort, from linear events pooled evenly over its samples.

    ``scatter`` are columns of scatter that are clustered on, and so need a scale beside markers; others stay linear.

    Raises
    ------
    InputError
        A cofactor for a marker that the panel lacks.
    """
    panel = replace(panel, scaled=tuple(scatter))
    parameters = _method(chosen.method).fit(chosen, pooled, panel)
    if parameters is None:
        return Transform(chosen.method, None)
    return Transform(chosen.method, parameters, _notes(parameters, pooled, panel))


def _notes(parameters: Any, pooled: NDArray[np.float32], panel: Panel) -> tuple[Finding, ...]:
    """What is said of values that were transformed before they were read."""
    if not transformed_before(pooled, panel):
        return ()
    signals = list(find_mass(panel).signals)
    again = [panel.names[i] for i in signals if not np.isnan(parameters[i]).any()]
    top = float(np.quantile(pooled[:, signals], 0.999))
    return (Finding("transformed again", names=again, top=top) if again else Finding("transformed before", top=top),)


_FARTHEST = 1e12
"""Signals are nearer to zero. Chosen."""
_HALVINGS = 60
"""Of the interval. Derived: 2⁻⁶⁰ of the range of arcsinh is below a float32's step."""


def _between(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Middle of intervals on a scale that is linear around 0 and a logarithm far from it."""
    return np.asarray(np.sinh((np.arcsinh(low) + np.arcsinh(high)) / 2))


def _method(name: str) -> TransformMethod:
    return cast(TransformMethod, TRANSFORMS[name].load())
