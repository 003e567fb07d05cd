import math

import numpy as np
import pytest

from cytoclust.pp import estimate_logicle


def test_width_follows_from_the_fifth_percentile_of_negative_values() -> None:
    negative = -np.arange(1.0, 102.0)  # its fifth percentile, from the far end, is -96
    values = np.concatenate([negative, [262_144.0]])
    top, width = estimate_logicle(values[:, None], ["fluorescence"])[0]
    assert top == 262_144
    assert width == pytest.approx((4.5 - math.log10(262_144 / 96)) / 2, rel=1e-9)


def test_other_columns_have_none_and_few_negatives_the_habit() -> None:
    events = np.column_stack([np.arange(50.0), np.arange(50.0), np.zeros(50)])
    parameters = estimate_logicle(events, ["scatter", "mass", "fluorescence"])
    assert np.isnan(parameters[0]).all()
    assert parameters[1].tolist() == [49.0, 0.5]
    assert parameters[2].tolist() == [1.0, 0.5]
