"""Ticks of an axis in the unit of the file."""

import numpy as np

from cytoclust.io.gates import Axis

__all__ = ["ticks"]

_DECADES = range(8)
_STEPS = (1, 2, 5)
_MOST = 6
"""Labels of a linear axis. Chosen; bears on no result."""
_APART = 0.09
"""Of the axis, between labels. Chosen; bears on no result."""
_HIGH = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ticks(axis: Axis, low: float, high: float) -> list[tuple[float, str]]:
    """Places between two ends, on the scale of the axis, and what stands there: 0 and powers of ten, or even steps."""
    if axis.scale == "linear":
        return _even(low, high)
    tens = [10.0**decade for decade in _DECADES]
    names = [f"{10**decade}" if decade < 2 else "10" + str(decade).translate(_HIGH) for decade in _DECADES]
    wanted = [(0.0, "0"), *zip(tens[::-1], names[::-1], strict=True)]
    wanted += [(-signal, f"−{name}") for signal, name in wanted[1:]]
    kept: list[tuple[float, str]] = []
    for place, (_, name) in zip(axis.coordinates(np.array([signal for signal, _ in wanted])), wanted, strict=True):
        far = all(abs(place - other) >= _APART * (high - low) for other, _ in kept)
        if low <= place <= high and far:
            kept.append((float(place), name))
    return sorted(kept)


def _even(low: float, high: float) -> list[tuple[float, str]]:
    rough = (high - low) / _MOST
    power = 10.0 ** np.floor(np.log10(rough))
    step = next((each * power for each in _STEPS if each * power >= rough), 10 * power)
    places = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
    return [(float(place), _short(float(place))) for place in places]


def _short(value: float) -> str:
    text = f"{value / 1000:g}K" if abs(value) >= 1000 else f"{value:.6g}"
    return text.replace("-", "−")
