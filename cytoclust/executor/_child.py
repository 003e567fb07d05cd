"""A process of Python's own, for work beside this one."""

import contextlib
import os
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import Self

__all__ = ["Child"]


class Child:
    """``python -m MODULE ARGUMENT...`` from the moment it is entered until it is left, which ends it.

    It finds what this process finds, is talked to by the pipes of ``_process``, and complains to a file.
    """

    def __init__(self, module: str, *arguments: str):
        # -P: a module of the user's in the current folder must not stand in for one of Python's
        self._command = [sys.executable, "-P", "-W", "ignore", "-m", module, *arguments]

    def __enter__(self) -> Self:
        path = os.pathsep.join([entry for entry in sys.path if entry])
        self._complaints = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints,
            env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what an ended process did not read is not waited for
                    pipe.close()
