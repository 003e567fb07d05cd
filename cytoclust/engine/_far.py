"""Points far from each other, drawn by lot."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._nearest import nearest
from cytoclust.lots import lots

__all__ = ["choose_far"]

ROUNDS = 3
"""Of drawing, each by the distance from what was drawn before. Chosen: see sensitivity."""
FIRST = 8
"""One in so many points is drawn by weight alone, before the rounds. Chosen: see sensitivity."""


def choose_far(
    points: NDArray[np.float32],
    content: NDArray[np.uint64],
    weight: NDArray[np.float64],
    count: int,
    draw: str,
    salt: int,
    workers: int,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """At most ``count`` points, drawn in rounds in proportion to weight × squared distance from those drawn before.

    Parameters
    ----------
    points, content, weight
        Different events (n × p), the numbers of their contents, and what each stands for (n,).
    count
        Points wanted.
    draw, salt
        Name and salt of the lots.
    workers
        Threads.

    Returns
    -------
    Those drawn, count × p, in the order of their values, and the number of the nearest to each point (n,).
    """

    def lowest(likely: NDArray[np.float64], wanted: int, turn: int) -> NDArray[np.float32]:
        waiting = -np.log(lots(content, f"{draw} {turn}", salt)) / np.maximum(likely, 1e-12)
        return points[np.argpartition(waiting, min(wanted, len(points) - 1))[:wanted]]

    chosen = lowest(weight, max(count // FIRST, 1), 0)
    near, squared = nearest(points, chosen, workers=workers)
    for left in range(min(ROUNDS, count - len(chosen)), 0, -1):
        drawn = lowest(weight * squared, (count - len(chosen)) // left, left)
        new, closer = nearest(points, drawn, workers=workers)
        near = np.where(closer < squared, len(chosen) + new, near)
        squared = np.minimum(squared, closer)
        chosen = np.concatenate([chosen, drawn])
    ordered, place = np.unique(chosen, axis=0, return_inverse=True)
    return ordered, place.ravel().astype(np.int32)[near]
