"""Numbers and lists as people read them."""

import math
from collections.abc import Sequence

__all__ = ["count", "listed", "percent", "plural", "size", "some"]


def percent(fraction: float) -> str:
    """A fraction as per cent: three digits from 1 % up, two below, never an exponent; a dash where there is none."""
    value = 100 * float(fraction)
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0\u00a0%"
    if value < 1e-6:
        return "<\u00a00.000001\u00a0%"
    digits = 3 if value >= 1 else 2
    decimals = max(digits - 1 - math.floor(math.log10(value)), 0)
    return f"{value:.{decimals}f}\u00a0%"


def count(number: float) -> str:
    """A whole number with thousands set apart; a dash where there is none."""
    return f"{int(number):,}" if math.isfinite(float(number)) else "–"


def size(n_bytes: int) -> str:
    """``0 MB``, ``1.5 MB``, ``23 MB``, ``4.1 GB``: decimal, as disks are sold."""
    number, unit = (n_bytes / 1e9, "GB") if n_bytes >= 1e9 else (n_bytes / 1e6, "MB")
    return f"{number:.{1 if 0.05 <= number < 10 else 0}f} {unit}"


def plural(number: int, word: str) -> str:
    """``1 cluster``, ``2 clusters``."""
    return f"{count(number)} {word}{'' if number == 1 else 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; empty of nothing."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def some(words: Sequence[str], most: int) -> str:
    """The first ``most``, and how many more there are: ``a, b and 3 more``."""
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
