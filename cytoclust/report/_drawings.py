"""The figures of a page, drawn by this process and by one beside it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import matplotlib as mpl

from cytoclust.executor import Beside, Lost
from cytoclust.pl.places import Place
from cytoclust.pl.style import STYLE
from cytoclust.report._blocks import Figure, Image, image_of

__all__ = ["Drawings"]

Places = Callable[[Any], Sequence[Place]]


class _Later:
    """An image that the process beside draws, or this one if it comes first."""

    def __init__(self, future: Future[Image], draw: Callable[[], Image]):
        self._future, self._draw = future, draw
        self._image: Image | None = None

    def here(self) -> None:
        """Draw it, unless it has been begun beside."""
        if self._image is None and self._future.cancel():
            self._image = self._draw()

    def __call__(self) -> Image:
        self.here()
        if self._image is None:
            with suppress(Lost):
                self._image = self._future.result()
        if self._image is None:
            self._image = self._draw()
        return self._image


class Drawings:
    """Draws at once; or, with a process beside, while the rest of the page is made.

    The process beside takes the figures in turn, and :meth:`finish` those that are left from the other end: the same
    figure is the same bytes, whoever draws it.
    """

    def __init__(self, beside: Beside | None = None, *, shared: Any = None):
        self._beside, self._shared = beside, shared
        self._waiting: list[_Later] = []

    def __enter__(self) -> Self:
        if self._beside is not None:
            self._pool = ThreadPoolExecutor(1)
            self._pool.submit(self._beside.share, self._shared)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._beside is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def draw(
        self, function: Callable[..., Any], *args: Any, alt: str, caption: str, places: Places | None = None,
        **kwargs: Any,
    ) -> Figure:  # fmt: skip
        """The figure that a function of :mod:`cytoclust.pl` draws of these arguments.

        ``places`` tells of what was drawn where samples are.
        """

        def here() -> Image:
            return _image(function, args, kwargs, places)

        if self._beside is None:
            image = here()
            return Figure(alt, caption, lambda: image)
        later = _Later(self._pool.submit(self._beside.do, _image, function, args, kwargs, places), here)
        self._waiting.append(later)
        return Figure(alt, caption, later)

    def finish(self) -> None:
        """Draw what has not been begun, the last first."""
        for each in reversed(self._waiting):
            each.here()


def _image(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], places: Places | None) -> Image:
    with mpl.rc_context(STYLE):
        drawn = function(*args, show=False, **kwargs)
        return image_of(drawn, places(drawn) if places else ())
