"""The nearest right word, for messages."""

import difflib
from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(word: str, allowed: Iterable[str]) -> str:
    """`` Did you mean 'x'?``, compared without regard to case; empty if nothing is allowed."""
    by_fold = {item.casefold(): item for item in allowed}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.0)
    return f" Did you mean {by_fold[near[0]]!r}?" if near else ""
