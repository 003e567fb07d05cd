"""Who hears of events done, wherever they are done."""

from collections.abc import Callable
from typing import Any, Final

__all__ = ["TOPIC", "Told"]

TOPIC: Final = "cytoclust: events done"
"""Of messages that workers send."""


class Told:
    """A listener of this process. Sent elsewhere, it is one that passes on what it hears by the scheduler."""

    def __init__(self, hear: Callable[[int], None]):
        self._hear = hear

    def __call__(self, events: int) -> None:
        """So many events are done."""
        self._hear(events)

    def __reduce__(self) -> tuple[Any, ...]:
        return _teller, ()


def _teller() -> Callable[[int], None]:
    return _tell


def _tell(events: int) -> None:
    from distributed import get_worker

    get_worker().log_event(TOPIC, int(events))
