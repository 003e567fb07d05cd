"""How far a run has come."""

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """Hears of stages and of events done."""

    def stage(self, name: str, total: int) -> None:
        """A stage begins; ``total`` events will be worked on, 0 if that is not known."""

    def advance(self, events: int) -> None:
        """Some events are done. May be called from several threads."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Nothing."""

    def advance(self, events: int) -> None:
        """Nothing."""
