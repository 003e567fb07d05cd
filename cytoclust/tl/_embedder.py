"""UMAP in a process of its own: importing and compiling it takes longer than using it.

Run as ``python -m cytoclust.tl._embedder``, it makes ready, reads one task from stdin and writes the result to stdout.
"""

import pickle
import subprocess
import sys
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.tl._umap import embed

__all__ = ["Embedder"]


class Embedder:
    """Makes ready in the background from the moment it is entered."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-W", "ignore", "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def __call__(
        self, events: NDArray[np.float32], *, n_neighbors: int, min_dist: float, seed: int
    ) -> NDArray[np.float32]:
        """As :func:`cytoclust.tl._umap.embed`."""
        task = pickle.dumps((events, {"n_neighbors": n_neighbors, "min_dist": min_dist, "seed": seed}))
        answer, _ = self._process.communicate(task)
        if self._process.returncode != 0:
            raise RuntimeError(f"the UMAP process ended with status {self._process.returncode}")
        return pickle.loads(answer)  # noqa: S301 (our own process wrote it)


def _serve() -> None:
    embed(np.random.default_rng(0).random((100, 2), dtype=np.float32), n_neighbors=5, min_dist=0.3, seed=0)
    events, options = pickle.load(sys.stdin.buffer)  # noqa: S301 (our own process wrote it)
    pickle.dump(embed(events, **options), sys.stdout.buffer)


if __name__ == "__main__":
    _serve()
