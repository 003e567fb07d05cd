"""Numbers as people read them."""

import math

__all__ = ["count", "percent"]


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
