"""What kind of signal a channel carries, from its names."""

from cytoclust import keys
from cytoclust.io._recognise import recognise
from cytoclust.io._types import Channel

__all__ = ["infer_signal_type"]


def infer_signal_type(name: str, label: str, cytometer: str) -> keys.SignalType:
    """Scatter, fluorescence, mass, time or other, from $PnN, $PnS and $CYT of one channel alone: see :func:`recognise`."""
    ((channel,), _) = recognise([Channel(name, label=label)], cytometer=cytometer)
    return channel.signal_type
