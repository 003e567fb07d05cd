"""Values in messages."""

__all__ = ["shown"]


def shown(value: object) -> str:
    """A value for a message: one short line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
