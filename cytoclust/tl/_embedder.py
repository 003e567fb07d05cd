"""UMAP in a process of its own, beside other work: importing and compiling it takes longer than using it.

Run as ``python -m cytoclust.tl._embedder``, it makes ready, reads one task from stdin and writes the result to stdout.
"""

import contextlib
import os
import pickle
import subprocess
import sys
from types import TracebackType
from typing import IO, Self, cast

import numpy as np
from numpy.typing import NDArray

from cytoclust.tl._umap import embed

__all__ = ["Embedder"]


class Embedder:
    """Makes ready in the background from the moment it is entered."""

    def __enter__(self) -> Self:
        # -P: a module of the user's in the current folder must not stand in for one of Python's
        command = [sys.executable, "-P", "-W", "ignore", "-m", __name__]
        path = os.pathsep.join([entry for entry in sys.path if entry])
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def start(self, events: NDArray[np.float32], *, n_neighbors: int, min_dist: float, seed: int) -> None:
        """Begin a map, as :func:`cytoclust.tl._umap.embed` makes it."""
        options = {"n_neighbors": n_neighbors, "min_dist": min_dist, "seed": seed}
        pipe = cast(IO[bytes], self._process.stdin)
        with contextlib.suppress(BrokenPipeError):  # the process died: finish() says so
            pickle.dump((np.ascontiguousarray(events), options), pipe)
            pipe.close()

    def finish(self) -> NDArray[np.float32]:
        """The map that was begun."""
        answer = cast(IO[bytes], self._process.stdout).read()
        if status := self._process.wait():
            raise RuntimeError(f"the UMAP process ended with status {status}")
        return pickle.loads(answer)  # noqa: S301 (our own process wrote it)


def _serve() -> None:
    embed(np.random.default_rng(0).random((100, 2), dtype=np.float32), n_neighbors=5, min_dist=0.3, seed=0)
    try:
        events, options = pickle.load(sys.stdin.buffer)  # noqa: S301 (our own process wrote it)
    except EOFError:  # the run ended without a task
        return
    pickle.dump(embed(events, **options), sys.stdout.buffer)


if __name__ == "__main__":
    _serve()
