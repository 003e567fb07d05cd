"""Work in a process of its own, which makes ready in the background.

Threads gain nothing for work that keeps Python busy, as drawing does; and what such work imports takes a second or two.
Run as ``python -m cytoclust.executor._beside MODULE``, it imports the module, reads tasks from stdin one by one and
writes what each returned to stdout.
"""

import importlib
import io
import os
import pickle
import sys
from collections.abc import Callable
from typing import IO, Any, cast

from cytoclust.executor._child import Child

__all__ = ["Beside", "Lost"]


class Lost(Exception):
    """The process has ended, or what was asked of it failed there: the work has to be done here."""


class Beside(Child):
    """Makes ready from the moment it is entered; its tasks are done in turn.

    Parameters
    ----------
    module
        What it imports while nothing is asked of it yet.
    """

    def __init__(self, module: str):
        super().__init__(__name__, module)
        self._module = module
        self._shared: list[Any] = []

    def share(self, value: Any) -> None:
        """Send what several tasks refer to once.

        Raises
        ------
        Lost
            The process has ended.
        """
        self._ask(("share", value))
        self._shared.append(value)

    def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the function returns there. One task at a time.

        Raises
        ------
        Lost
            The process has ended, or the function failed.
        """
        return self._ask(("do", function, args, kwargs))

    def _ask(self, message: tuple[Any, ...]) -> Any:
        packed = io.BytesIO()
        _Pickler(packed, self._shared).dump(message)
        try:
            pipe = cast(IO[bytes], self._process.stdin)
            pipe.write(packed.getbuffer())
            pipe.flush()
            done, answer = pickle.load(cast(IO[bytes], self._process.stdout))  # noqa: S301 (our own process wrote it)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise Lost(f"the process for {self._module} has ended") from error
        if not done:
            raise Lost(answer)
        return answer


class _Pickler(pickle.Pickler):
    """Refers to what was shared by its number."""

    def __init__(self, file: IO[bytes], shared: list[Any]):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._shared = shared

    def persistent_id(self, value: Any) -> int | None:
        return next((number for number, each in enumerate(self._shared) if each is value), None)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], shared: list[Any]):
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, number: int) -> Any:
        return self._shared[number]


def _serve(module: str) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a task prints is no answer
    importlib.import_module(module)
    shared: list[Any] = []
    while True:
        try:
            kind, *rest = _Unpickler(sys.stdin.buffer, shared).load()
        except EOFError:
            return
        answer: tuple[bool, Any] = (True, None)
        if kind == "share":
            shared += rest
        else:
            function, args, kwargs = rest
            try:
                answer = (True, function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 (it is met again where it is done once more)
                answer = (False, f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
