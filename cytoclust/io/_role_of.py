"""What a channel holds, from its names alone."""

from cytoclust import keys
from cytoclust.io._is_viability import is_viability

__all__ = ["role_of"]


def role_of(name: str, label: str, marker: str, signal_type: keys.SignalType) -> tuple[keys.Role, str]:
    """Role of a channel whose type is known, and what told it in a word."""
    if signal_type == "scatter":
        return "scatter", "name"
    if signal_type == "time":
        return "clock", "name"
    if signal_type == "other":
        return "index", "name"
    if any(is_viability(word) for word in (marker, label) if word):
        return "viability", "label"
    if is_viability(name):
        return "viability", "name"
    return ("marker", "label") if marker else ("signal", "name")
