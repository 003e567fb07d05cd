"""Whether values were transformed or compensated before: shown on data made so."""

import numpy as np
import pytest

from cytoclust.io import Channel, Spillover
from cytoclust.pp import find_scale_hints

CHANNELS = tuple(Channel(name) for name in ("A", "B", "C"))
SPILL = Spillover(("A", "B", "C"), np.array([[1, 0.3, 0.2], [0.25, 1, 0.15], [0.2, 0.3, 1.0]]))


def cells(n: int = 5000, *, together: bool = False) -> np.ndarray:
    """Dim cells with 3 % that carry one marker each, or all at once."""
    rng = np.random.default_rng(3)
    signal = rng.normal(100, 40, (n, 3))
    which = rng.permutation(n)
    for i in range(3):
        rows = which[: n // 30] if together else which[i * n // 30 : (i + 1) * n // 30]
        signal[rows, i] += rng.normal(20_000, 2_000, len(rows))
    return signal


@pytest.mark.parametrize("together", [False, True])
def test_raw_data_show_the_overlap_that_the_matrix_tells(together: bool) -> None:
    raw = (cells(together=together) @ SPILL.matrix).astype(np.float32)
    assert not find_scale_hints(raw, CHANNELS, SPILL).compensated


def test_compensated_data_do_not() -> None:
    assert find_scale_hints(cells().astype(np.float32), CHANNELS, SPILL).compensated
    assert not find_scale_hints(cells().astype(np.float32), CHANNELS, None).compensated


def test_nothing_is_concluded_of_few_events() -> None:
    assert not find_scale_hints(cells(150).astype(np.float32), CHANNELS, SPILL).compensated


def test_transformed_values_are_known() -> None:
    raw = cells()
    assert not find_scale_hints(raw.astype(np.float32), CHANNELS, None).transformed
    assert find_scale_hints(np.arcsinh(raw / 150).astype(np.float32), CHANNELS, None).transformed
    mixed = np.column_stack([np.arcsinh(raw[:, :2] / 150), raw[:, 2]]).astype(np.float32)
    assert not find_scale_hints(mixed, CHANNELS, None).transformed


def test_constant_channels_are_told() -> None:
    events = cells().astype(np.float32)
    events[:, 1] = 7
    assert find_scale_hints(events, CHANNELS, None).constant == ("B",)
