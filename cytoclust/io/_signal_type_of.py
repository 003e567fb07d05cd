"""The signal type that a role implies."""

from cytoclust import keys
from cytoclust.io._role_of import SIGNAL_TYPE_OF

__all__ = ["signal_type_of"]


def signal_type_of(role: keys.Role) -> keys.SignalType | None:
    """Signal type of a role that is no stain; None of a stain, which is fluorescence or mass."""
    return SIGNAL_TYPE_OF.get(role)
