"""What the user says of a channel, over what its file says."""

from collections.abc import Mapping
from dataclasses import replace

from cytoclust import keys
from cytoclust.io._named_roles import NAMES, named_role
from cytoclust.io._role_of import SIGNAL_TYPE_OF, role_of_label
from cytoclust.io._types import STAINS, Channel

__all__ = ["as_given"]


def as_given(channel: Channel, given: Mapping[str, str], *, stain: keys.SignalType = "fluorescence") -> Channel:
    """The channel with the marker that ``given`` has for its name; a name such as Time or blank gives it that role.

    ``stain`` is the signal type of a channel that is stained against what its file says.
    """
    if channel.name not in given:
        return channel
    word = given[channel.name]
    role = role_of_label(word) or named_role(word, NAMES) or "marker"
    kind = channel.signal_type if channel.signal_type in STAINS else stain
    return replace(
        channel,
        marker="" if role == "blank" else word,
        role=role,
        signal_type=SIGNAL_TYPE_OF.get(role, kind),
        reason="panel.names",
    )
