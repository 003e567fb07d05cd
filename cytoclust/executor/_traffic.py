"""What went between this process and those that do its work."""

from dataclasses import dataclass

__all__ = ["Traffic"]


@dataclass
class Traffic:
    """Bytes, before what the network adds.

    Attributes
    ----------
    sent, received
        By the scheduler: functions with what they refer to, items; results.
    filed
        Large arrays that functions refer to, by files of the folder that all share.
    tasks
        Groups of items sent.
    """

    sent: int = 0
    received: int = 0
    filed: int = 0
    tasks: int = 0
