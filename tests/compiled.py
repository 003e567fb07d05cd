"""What numba makes of umap-learn is made once for all processes of the tests."""

import sys
from typing import Any

import numba

__all__ = ["compile_umap_once"]


def compile_umap_once() -> None:
    """Let numba keep what it compiles of umap-learn, as the process that makes maps does: 15 s in each other one."""
    compiler = numba.njit

    def keeping(*signature: Any, **options: Any) -> Any:
        if sys._getframe(1).f_globals["__name__"].partition(".")[0] in ("umap", "pynndescent"):
            options.setdefault("cache", True)
        return compiler(*signature, **options)

    numba.njit = keeping
