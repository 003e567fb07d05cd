"""Text from files, made safe to show."""

__all__ = ["printable"]


def printable(text: object) -> str:
    """The text on one line without control characters, which could move the cursor or change what was shown before."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "\ufffd" for each in str(text))
