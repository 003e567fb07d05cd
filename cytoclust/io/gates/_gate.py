"""A gate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cytoclust.io.gates._axis import Axis

__all__ = ["Gate"]


@dataclass(frozen=True, eq=False)
class Gate:
    """A range on each of one or two axes, or a polygon on two; what lies outside is never meant.

    Attributes
    ----------
    name
        For people; unique among the gates that belong together.
    parent
        The gate within which this one counts, by name; None is all events.
    axes
        One or two.
    vertices
        Of a polygon (k, 2), in the coordinates of the axes.
    bounds
        Of ranges: lowest (inside) and highest (outside) coordinate on each axis; infinite where there is none.
    """

    name: str
    parent: str | None
    axes: tuple[Axis, ...]
    vertices: NDArray[np.float64] | None = None
    bounds: tuple[tuple[float, float], ...] | None = None

    def __post_init__(self) -> None:
        if len(self.axes) not in (1, 2) or (self.vertices is None) == (self.bounds is None):
            raise ValueError(f"The gate {self.name!r} must have one or two axes, and vertices or bounds.")
        if self.vertices is not None:
            vertices = np.array(self.vertices, dtype=np.float64)
            if vertices.ndim != 2 or vertices.shape[1] != len(self.axes) or len(vertices) < 3 or len(self.axes) != 2:
                raise ValueError(f"The gate {self.name!r} must have at least three vertices on two axes.")
            if not np.isfinite(vertices).all():
                raise ValueError(f"The gate {self.name!r} must have vertices that are finite numbers.")
            object.__setattr__(self, "vertices", vertices)
        elif self.bounds is not None:
            bounds = tuple((float(low), float(high)) for low, high in self.bounds)
            if len(bounds) != len(self.axes) or not all(low < high for low, high in bounds):
                raise ValueError(f"The gate {self.name!r} must have bounds in ascending order for each axis.")
            object.__setattr__(self, "bounds", bounds)

    def holds(self, coordinates: ArrayLike) -> NDArray[np.bool_]:
        """Whether each of n points lies in this gate, by itself.

        Parameters
        ----------
        coordinates
            (n, number of axes), on the scales of the axes. One that is not a number lies in no gate.
        """
        points = np.ascontiguousarray(coordinates, dtype=np.float64)
        if self.bounds is not None:
            low, high = np.array(self.bounds).T
            return np.asarray(((points >= low) & (points < high)).all(axis=1))
        from flowutils.gating import points_in_polygon

        return np.asarray(points_in_polygon(self.vertices, points), dtype=bool)

    @staticmethod
    def ordered(gates: Sequence["Gate"]) -> list["Gate"]:
        """The gates so that each comes after its parent.

        Raises
        ------
        ValueError
            A name that two have, or a parent that none is.
        """
        waiting = {gate.name: gate for gate in gates}
        if len(waiting) != len(gates):
            raise ValueError("Two gates must not have one name.")
        done: dict[str | None, Gate | None] = {None: None}
        while ready := [gate for gate in waiting.values() if gate.parent in done]:
            done |= {gate.name: waiting.pop(gate.name) for gate in ready}
        if waiting:
            raise ValueError(f"No gate is the parent of {next(iter(waiting))!r}.")
        return [gate for gate in done.values() if gate is not None]
