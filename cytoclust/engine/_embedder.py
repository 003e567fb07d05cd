"""UMAP in a process of its own, beside other work.

Importing and compiling umap-learn takes longer than using it. In a process of its own that can begin early, and numba
can be told to keep what it compiled for umap-learn and pynndescent, as it does for code that asks for it.

Run as ``python -m cytoclust.engine._embedder``, it makes ready, reads one task from stdin and
writes the result to stdout.
"""

import contextlib
import os
import pickle
import sys
import threading
import warnings
from typing import IO, Any, cast

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.executor import Child

__all__ = ["FEWEST_MARKERS", "Embedder", "embed"]

FEWEST_MARKERS = 2
"""Markers that a map needs. Derived: it has two dimensions."""

EPOCHS = 100
"""Of the map, on which no label depends. Chosen: half of umap-learn's 200 for more than 10,000 events, as from a PCA
start the map hardly moves after that."""


NICENESS = 10
"""Bears on no result: the map takes what the labels leave of the processors, for nobody waits for it before they are
out."""


class Embedder(Child):
    """Makes ready in the background from the moment it is entered."""

    def __init__(self) -> None:
        super().__init__(__name__)

    def start(self, events: NDArray[np.float32], *, n_neighbors: int, min_dist: float, seed: int) -> None:
        """Begin a map, as :func:`embed` makes it."""
        options = {"n_neighbors": n_neighbors, "min_dist": min_dist, "seed": seed}
        task = pickle.dumps((np.ascontiguousarray(events), options))
        # in a thread: a process that is still making ready does not listen yet
        threading.Thread(target=self._send, args=(task,), daemon=True).start()

    def _send(self, task: bytes) -> None:
        pipe = cast(IO[bytes], self._process.stdin)
        with contextlib.suppress(OSError, ValueError):  # the process died: finish() says so; or it is not wanted now
            pipe.write(task)
            pipe.close()

    def finish(self) -> NDArray[np.float32]:
        """The map that was begun.

        Raises
        ------
        RuntimeError
            The process ended without one; with the last line that it wrote.
        """
        answer = cast(IO[bytes], self._process.stdout).read()
        if status := self._process.wait():
            self._complaints.seek(0)
            last = self._complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise RuntimeError(f"the UMAP process ended with status {status}{f' ({last})' if last else ''}")
        return pickle.loads(answer)  # noqa: S301 (our own process wrote it)


def embed(events: NDArray[np.float32], *, n_neighbors: int, min_dist: float, seed: int) -> NDArray[np.float32]:
    """UMAP (McInnes et al. 2018) of n × p events, p ≥ 2: n × 2, from a PCA start.

    Where fewer than two columns vary, principal components have no extent, and the start is random.
    """
    from sklearn.neighbors import NearestNeighbors
    from umap import UMAP

    if len(events) <= n_neighbors + 1:
        return np.zeros((len(events), 2), dtype=np.float32)
    distances, index = NearestNeighbors(n_neighbors=n_neighbors, algorithm="brute").fit(events).kneighbors(events)
    start = "pca" if np.count_nonzero(np.ptp(events, axis=0)) > 1 else "random"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a seed that forbids threads, and of a search index that is not needed
        points = UMAP(
            n_neighbors=n_neighbors, min_dist=min_dist, random_state=seed, n_epochs=EPOCHS, init=start,
            precomputed_knn=(index, distances, None),
        ).fit_transform(events)  # fmt: skip
    return np.asarray(points, dtype=np.float32)


def _serve() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    _keep_what_is_compiled()
    embed(np.random.default_rng(0).random((100, 2), dtype=np.float32), n_neighbors=5, min_dist=0.3, seed=0)
    try:
        events, options = pickle.load(sys.stdin.buffer)  # noqa: S301 (our own process wrote it)
    except EOFError:  # the run ended without a task
        return
    pickle.dump(embed(events, **options), sys.stdout.buffer)


def _keep_what_is_compiled() -> None:
    compiler = numba.njit

    def keeping(*signature: Any, **options: Any) -> Any:
        options.setdefault("cache", True)
        return compiler(*signature, **options)

    numba.njit = keeping


if __name__ == "__main__":
    _serve()
